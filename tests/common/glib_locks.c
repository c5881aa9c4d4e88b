/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Only in builds with ThreadSanitizer: tells it what the locks of GLib order, in every library that uses
 * them.
 *
 * GLib's mutexes are futexes of its own making, which the sanitizer does not see; GStreamer's queues, pads
 * and objects are guarded by them.  These stand before GLib's, because they are the program's own. */
#include <dlfcn.h>
#include <glib.h>
#include <sanitizer/tsan_interface.h>

#define EXPORTED __attribute__ ((visibility ("default")))

/* GLib's own function of that name; found once, by whoever comes first. */
#define REAL(name)                                                                                           \
  ({                                                                                                         \
    static gpointer found;                                                                                   \
    if (!g_atomic_pointer_get (&found))                                                                      \
      g_atomic_pointer_set (&found, dlsym (RTLD_NEXT, #name));                                               \
    (__typeof__ (&name))g_atomic_pointer_get (&found);                                                       \
  })

EXPORTED void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

EXPORTED gboolean
g_mutex_trylock (GMutex *mutex)
{
  gboolean taken = REAL (g_mutex_trylock) (mutex);

  if (taken)
    __tsan_acquire (mutex);
  return taken;
}

EXPORTED void
g_mutex_unlock (GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

EXPORTED void
g_cond_wait (GCond *condition, GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (condition, mutex);
  __tsan_acquire (mutex);
}

EXPORTED gboolean
g_cond_wait_until (GCond *condition, GMutex *mutex, gint64 deadline)
{
  gboolean in_time;

  __tsan_release (mutex);
  in_time = REAL (g_cond_wait_until) (condition, mutex, deadline);
  __tsan_acquire (mutex);
  return in_time;
}

EXPORTED void
g_rec_mutex_lock (GRecMutex *mutex)
{
  REAL (g_rec_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

EXPORTED gboolean
g_rec_mutex_trylock (GRecMutex *mutex)
{
  gboolean taken = REAL (g_rec_mutex_trylock) (mutex);

  if (taken)
    __tsan_acquire (mutex);
  return taken;
}

EXPORTED void
g_rec_mutex_unlock (GRecMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_rec_mutex_unlock) (mutex);
}

EXPORTED void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  __tsan_release (queue);
  REAL (g_async_queue_push) (queue, data);
}

EXPORTED gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer data = REAL (g_async_queue_pop) (queue);

  __tsan_acquire (queue);
  return data;
}

EXPORTED gpointer
g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer data = REAL (g_async_queue_try_pop) (queue);

  __tsan_acquire (queue);
  return data;
}

EXPORTED gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer data = REAL (g_async_queue_timeout_pop) (queue, timeout);

  __tsan_acquire (queue);
  return data;
}
