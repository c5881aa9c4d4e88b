/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages.h"

#include <stdlib.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

/* Of x86 and, with small pages of 4 KB, of ARM. */
#define LARGE_PAGE (2 * 1024 * 1024)

/* Only those that lie inside as a whole: the system splits what it knows of a heap at each piece that
 * differs. */
void
msnet_pages_enlarge (gpointer bytes, gsize size)
{
#ifdef MADV_HUGEPAGE
  const gsize begin = ((gsize)bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
  const gsize end = ((gsize)bytes + size) / LARGE_PAGE * LARGE_PAGE;

  if (begin < end)
    madvise ((gpointer)begin, end - begin, MADV_HUGEPAGE);
#endif
}

gpointer
msnet_pages_alloc (gsize size)
{
  const gsize whole = (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
  gpointer bytes = NULL;

  if (whole < size || posix_memalign (&bytes, LARGE_PAGE, whole) != 0)
    return NULL;
  msnet_pages_enlarge (bytes, whole);
  return bytes;
}
