/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The thread that runs the engine of one recognizer.  The recognizer itself calls the engine only to warm
 * it up, before the first frame, and those of its functions that are for any thread (MsnetEngine).
 *
 * The streaming thread copies a sampled frame into a slot and goes on.  The worker prepares and computes
 * frames as they come, oldest first, and recognises windows when they are asked for.  In a stream
 * (MsnetEngine), each frame that was put is computed, and a window that was asked for before newer frames
 * were put is recognised before they are computed.  One lock guards what both threads touch; nobody holds
 * it while pixels are copied or the device works.
 *
 * A device that never returns takes its worker with it: msnet_worker_stop() leaves both behind, and what
 * they own is freed if the device ever returns.
 *
 * For the recognizer.  Streaming thread, unless stated otherwise. */
#pragma once

#include "job.h"

G_BEGIN_DECLS

typedef struct _MsnetWorker MsnetWorker;

/* @engine: (transfer full) */
MsnetWorker *msnet_worker_new (MsnetEngine *engine);

/**
 * msnet_worker_stop:
 * @worker: (transfer full)
 * @patience: microseconds; 0 if an earlier wait for the device already failed
 *
 * Any thread; nobody else may use the worker any more.
 *
 * Returns: FALSE if the device did not return in time and was left behind
 */
gboolean msnet_worker_stop (MsnetWorker *worker, gint64 patience);

/* TRUE: threads that wait return at once, and do not wait again until it is set back.  Any thread. */
void msnet_worker_interrupt (MsnetWorker *worker, gboolean interrupt);

/**
 * msnet_worker_acquire:
 * @needed: for each slot, whether a window that is not yet due may need its frame
 * @wait: wait until a slot is free
 *
 * Returns: a slot that is not @needed, that no window that was asked for needs, and that the device does
 *     not use; in a stream, also one without a frame that is yet to be computed.  -1 if there is none, or
 *     if the wait was interrupted
 */
gint msnet_worker_acquire (MsnetWorker *worker, const gboolean *needed, gboolean wait);

/**
 * msnet_worker_put:
 * @expected: a window needs the frame.  Otherwise it is only kept in case it has to stand in, and costs the
 *     device nothing until a window that needs it is asked for.  In a stream each frame is computed.
 *
 * Copies what the network sees of @frame into the acquired @slot.
 *
 * Returns: bytes copied
 */
gsize msnet_worker_put (MsnetWorker *worker, guint slot, const MsnetFrame *frame, gboolean expected);

/**
 * msnet_worker_ask:
 * @job: (transfer full): its slots were put
 * @skipped: (element-type MsnetSpan) (nullable): @job replaces the windows that were asked for and have not
 *     started (in a stream, only those that end on the same frame), and they are added here; NULL: they are
 *     wanted, too
 */
void msnet_worker_ask (MsnetWorker *worker, MsnetJob *job, GArray *skipped);

/**
 * msnet_worker_collect:
 * @deadline: until when to wait for all that was asked for, in time of g_get_monotonic_time(); 0: no wait
 * @done: (element-type MsnetJob): the finished ones are added, oldest first
 *
 * Returns: FALSE with the engine's error, or with G_IO_ERROR_CANCELLED if the wait was interrupted
 */
gboolean msnet_worker_collect (MsnetWorker *worker, gint64 deadline, GPtrArray *done, GError **error);

/**
 * msnet_worker_drop:
 * @dropped: (element-type MsnetSpan) (nullable): the windows that were not finished are added
 *
 * Forgets all that was asked for, including what the device is computing, and all frames.  The next frame
 * that is put starts a stream.
 */
void msnet_worker_drop (MsnetWorker *worker, GArray *dropped);

/* The engine, for as long as nothing is asked for. */
MsnetEngine *msnet_worker_get_engine (MsnetWorker *worker);

G_END_DECLS
