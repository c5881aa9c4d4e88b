#include "pages.h"

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

void
msnet_pages_enlarge (gpointer bytes, gsize size)
{
#ifdef MADV_HUGEPAGE
  const gsize page = sysconf (_SC_PAGESIZE);
  const gsize begin = ((gsize)bytes + page - 1) / page * page;
  const gsize end = ((gsize)bytes + size) / page * page;

  if (begin < end)
    madvise ((gpointer)begin, end - begin, MADV_HUGEPAGE);
#endif
}
