/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks, and waiting for a change under a lock: GLib's, in a form that ThreadSanitizer understands.
 *
 * GLib is not built with the sanitizer, which so does not see what its mutexes order; here it is told.  For
 * every room; memory that threads share is guarded by one of these, or is an atomic. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  GMutex mutex;
} MsnetLock;

typedef struct
{
  GCond condition;
} MsnetSignal;

/* A lock or signal in zeroed static memory needs neither init nor clear. */
void msnet_lock_init (MsnetLock *lock);
void msnet_lock_clear (MsnetLock *lock);
void msnet_lock_take (MsnetLock *lock);
void msnet_lock_give (MsnetLock *lock);

void msnet_signal_init (MsnetSignal *signal);
void msnet_signal_clear (MsnetSignal *signal);

/* Wakes all that wait. */
void msnet_signal_send (MsnetSignal *signal);

/* Gives @lock, which the caller holds, waits, and takes it again; may wake without reason. */
void msnet_signal_wait (MsnetSignal *signal, MsnetLock *lock);

/**
 * msnet_signal_wait_until:
 * @deadline: in time of g_get_monotonic_time(); G_MAXINT64: none
 *
 * Returns: FALSE where the deadline has passed
 */
gboolean msnet_signal_wait_until (MsnetSignal *signal, MsnetLock *lock, gint64 deadline);

G_END_DECLS
