/* The thread that works for one recognizer: it alone drives the engine.
 *
 * The streaming thread copies a sampled frame into a slot and goes on; the worker prepares and computes frames as
 * they come, oldest first, and recognises windows when they are asked for.  Of a stream (MsnetEngine) each frame
 * that was put is computed, and a window that was asked for before newer frames were put is recognised before
 * they are computed.  What both threads touch is guarded by one lock, which nobody holds while pixels are copied or the device works.  A device that never returns
 * takes its worker with it: msnet_worker_stop() leaves both behind, and what they own is freed when, and
 * if, the device returns.
 *
 * For the recognizer.  Streaming thread, where nothing else is said. */
#pragma once

#include "job.h"

G_BEGIN_DECLS

typedef struct _MsnetWorker MsnetWorker;

/* @engine: (transfer full) */
MsnetWorker *msnet_worker_new (MsnetEngine *engine);

/**
 * msnet_worker_stop:
 * @worker: (transfer full)
 * @patience: microseconds; none where the device was already waited for in vain
 *
 * Any thread; nobody else may use the worker any more.
 *
 * Returns: FALSE where the device did not return in time and was left behind
 */
gboolean msnet_worker_stop (MsnetWorker *worker, gint64 patience);

/* Lets those that wait return at once, and not wait any more until it is taken back.  Any thread. */
void msnet_worker_interrupt (MsnetWorker *worker, gboolean interrupt);

/**
 * msnet_worker_acquire:
 * @needed: for each slot, whether a window that comes may need its frame
 * @wait: until one is free
 *
 * Returns: a slot that neither @needed, nor a window that was asked for, nor the device uses, nor, of a stream, holds
 *     a frame that is yet to be computed; -1 where there is none, or the wait was interrupted
 */
gint msnet_worker_acquire (MsnetWorker *worker, const gboolean *needed, gboolean wait);

/**
 * msnet_worker_put:
 * @expected: by a window; else it is only kept, in case that it has to stand in, and costs the device nothing until a
 *     window that needs it is asked for.  Of a stream each frame is computed.
 *
 * Copies what the network sees of @frame into the acquired @slot.
 *
 * Returns: bytes copied
 */
gsize msnet_worker_put (MsnetWorker *worker, guint slot, const MsnetFrame *frame, gboolean expected);

/**
 * msnet_worker_ask:
 * @job: (transfer full): its slots were put
 * @skipped: (element-type MsnetSpan) (nullable): takes the windows that were asked for and did not begin, of a stream
 *     only those that end on the same frame: this one is wanted instead; NULL: they are wanted, too
 */
void msnet_worker_ask (MsnetWorker *worker, MsnetJob *job, GArray *skipped);

/**
 * msnet_worker_collect:
 * @deadline: until when to wait for all that was asked for, in time of g_get_monotonic_time(); 0: no wait
 * @done: (element-type MsnetJob): the finished ones are added, oldest first
 *
 * Returns: FALSE with the engine's error, or with G_IO_ERROR_CANCELLED where the wait was interrupted
 */
gboolean msnet_worker_collect (MsnetWorker *worker, gint64 deadline, GPtrArray *done, GError **error);

/**
 * msnet_worker_drop:
 * @dropped: (element-type MsnetSpan) (nullable): takes the windows that were not finished
 *
 * Forgets all that was asked for, what the device is at included, and all frames: the next one put begins a stream.
 */
void msnet_worker_drop (MsnetWorker *worker, GArray *dropped);

/* The engine, for as long as nothing is asked for. */
MsnetEngine *msnet_worker_get_engine (MsnetWorker *worker);

G_END_DECLS
