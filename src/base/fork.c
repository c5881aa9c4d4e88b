/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fork.h"

#include "error.h"

#include <pthread.h>

static gint is_open;   /* atomic */
static gint is_forked; /* atomic */

/* In the child, where there is one thread. */
static void
note_fork (void)
{
  if (g_atomic_int_get (&is_open))
    g_atomic_int_set (&is_forked, TRUE);
}

void
msnet_fork_watch (void)
{
  static gsize is_watched;

  if (g_once_init_enter (&is_watched)) {
    pthread_atfork (NULL, NULL, note_fork);
    g_once_init_leave (&is_watched, 1);
  }
  g_atomic_int_set (&is_open, TRUE);
}

gboolean
msnet_fork_happened (void)
{
  return g_atomic_int_get (&is_forked);
}

gboolean
msnet_fork_check (GError **error)
{
  if (!msnet_fork_happened ())
    return TRUE;
  g_set_error_literal (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
      "this process was forked after OpenCL was opened, and drivers do not work in such a child; go to READY "
      "only after the fork (in Python: multiprocessing.set_start_method (\"spawn\"))");
  return FALSE;
}
