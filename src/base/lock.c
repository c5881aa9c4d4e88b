/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lock.h"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#define TELL_TAKEN(lock) __tsan_acquire (lock)
#define TELL_GIVEN(lock) __tsan_release (lock)
#else
#define TELL_TAKEN(lock)
#define TELL_GIVEN(lock)
#endif

void
msnet_lock_init (MsnetLock *lock)
{
  g_mutex_init (&lock->mutex);
}

void
msnet_lock_clear (MsnetLock *lock)
{
  g_mutex_clear (&lock->mutex);
}

void
msnet_lock_take (MsnetLock *lock)
{
  g_mutex_lock (&lock->mutex);
  TELL_TAKEN (lock);
}

void
msnet_lock_give (MsnetLock *lock)
{
  TELL_GIVEN (lock);
  g_mutex_unlock (&lock->mutex);
}

void
msnet_signal_init (MsnetSignal *signal)
{
  g_cond_init (&signal->condition);
}

void
msnet_signal_clear (MsnetSignal *signal)
{
  g_cond_clear (&signal->condition);
}

void
msnet_signal_send (MsnetSignal *signal)
{
  g_cond_broadcast (&signal->condition);
}

void
msnet_signal_wait (MsnetSignal *signal, MsnetLock *lock)
{
  msnet_signal_wait_until (signal, lock, G_MAXINT64);
}

gboolean
msnet_signal_wait_until (MsnetSignal *signal, MsnetLock *lock, gint64 deadline)
{
  gboolean in_time = TRUE;

  TELL_GIVEN (lock);
  if (deadline == G_MAXINT64)
    g_cond_wait (&signal->condition, &lock->mutex);
  else
    in_time = g_cond_wait_until (&signal->condition, &lock->mutex, deadline);
  TELL_TAKEN (lock);
  return in_time;
}
