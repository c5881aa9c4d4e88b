/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The recognizer: frames with their times go in, and what the windows over them show comes out.
 * msnet_start_run() (start.h) makes one of a model and a device.
 *
 *     if (msnet_recognizer_offer (recognizer, &time, &decision))
 *       good = msnet_recognizer_take (recognizer, &frame, wall, &error);
 *     results = msnet_recognizer_collect (recognizer, &error);
 *
 * There are two threads.  The caller's calls all functions here, one at a time; only
 * msnet_recognizer_interrupt() may be called by any thread.  The engine works in the recognizer's own
 * thread.  A sampled frame is copied, so nothing of the caller's is kept.
 *
 * All times are media time (PTS) in ns. */
#pragma once

#include "engine.h"
#include "recognition.h"
#include "sampler.h"

G_BEGIN_DECLS

/* After so many microseconds without an answer at the end, a device is taken to hang. */
#define MSNET_PATIENCE (5 * G_USEC_PER_SEC)

typedef struct _MsnetRecognizer MsnetRecognizer;

/**
 * msnet_recognizer_new:
 * @engine: (transfer full)
 * @grid: copied; of as many frames as the engine has, window and hop at most one hour, window at least T ms
 */
MsnetRecognizer *msnet_recognizer_new (MsnetEngine *engine, const MsnetGrid *grid);

/* How many slots an engine needs so that a device that is busy with a window costs windows, but none of
 * their points.  A device that cannot even prepare frames as fast as they come costs points, too. */
guint msnet_recognizer_count_slots (const MsnetGrid *grid);

/**
 * msnet_recognizer_free:
 *
 * Waits until the device is done, for MSNET_PATIENCE at most.  Does not wait if msnet_recognizer_finish()
 * already waited that long without an answer.
 *
 * Returns: FALSE if the device did not return: it, its thread and what they use are left behind, and freed
 *     if it ever does
 */
gboolean msnet_recognizer_free (MsnetRecognizer *recognizer);

/* What stays the same as long as the recognizer lives: shapes, and how the network runs. */
const MsnetEngine *msnet_recognizer_get_engine (MsnetRecognizer *recognizer);

/* Index of the next recognition; at first 0.  Another recognizer can go on from there. */
guint64 msnet_recognizer_get_index (MsnetRecognizer *recognizer);
void msnet_recognizer_set_index (MsnetRecognizer *recognizer, guint64 index);

/* Runs the network over empty frames and measures it.  @duration: ns of one window.  The first run includes
 * what drivers put off until then.  Before the first frame. */
gboolean msnet_recognizer_warm_up (MsnetRecognizer *recognizer, guint64 *duration, GError **error);

/**
 * msnet_recognizer_set_latest:
 * @latest: FALSE (at first): every window is recognised, and the caller waits for the device.  TRUE: it
 *     waits only with the first frame of a grid, if no slot is free, and in msnet_recognizer_finish()
 *
 * With @latest, of several windows that are due on one frame only the newest is asked for.  A window that
 * still waits for the device when a newer one is asked for is skipped (msnet_recognizer_get_skipped()); in a
 * stream only if both end on the same frame.  A frame for which no slot is free is a gap.
 */
void msnet_recognizer_set_latest (MsnetRecognizer *recognizer, gboolean latest);

/* Frames with a PTS outside [start, stop) are not sampled; at first none is outside. */
void msnet_recognizer_set_range (MsnetRecognizer *recognizer, guint64 start, guint64 stop);

/* MSNET_TIME_NONE (at first): windows follow each other.  Otherwise all grids are clips, which are a single
 * window from their first frame to @end as it is then; no more frames are sampled once it is complete. */
void msnet_recognizer_set_end (MsnetRecognizer *recognizer, guint64 end);

/* Returns: (transfer none): of the frame offered last; lives as long as the recognizer */
const MsnetGrid *msnet_recognizer_get_grid (MsnetRecognizer *recognizer);

/* Whether results have a motion field; at first they do. */
void msnet_recognizer_set_motion (MsnetRecognizer *recognizer, gboolean motion);

/* Another stream starts: drops the grid, open windows, and what the device is computing. */
void msnet_recognizer_reset (MsnetRecognizer *recognizer);

/* TRUE: threads that wait for the device return at once with G_IO_ERROR_CANCELLED, until it is set back.
 * Any thread. */
void msnet_recognizer_interrupt (MsnetRecognizer *recognizer, gboolean interrupt);

/**
 * msnet_recognizer_offer:
 * @decision: (out): what the frame means
 *
 * Returns: TRUE if the frame is sampled: then msnet_recognizer_take() or msnet_recognizer_pass() must
 *     follow
 */
gboolean msnet_recognizer_offer (
    MsnetRecognizer *recognizer, const MsnetFrameTime *time, MsnetDecision *decision);

/**
 * msnet_recognizer_take:
 * @frame: the frame that was offered last; what the network sees of it is copied
 * @wall: when it was captured, since the epoch, or MSNET_TIME_NONE; only passed on
 *
 * Returns: FALSE with MSNET_ERROR_SHAPE, or G_IO_ERROR_CANCELLED
 */
gboolean msnet_recognizer_take (
    MsnetRecognizer *recognizer, const MsnetFrame *frame, guint64 wall, GError **error);

/* The frame that was offered last cannot be used: it is as if it had not come, and its points wait for the
 * next one.  Also after msnet_recognizer_take() failed with MSNET_ERROR_SHAPE. */
void msnet_recognizer_pass (MsnetRecognizer *recognizer);

/**
 * msnet_recognizer_collect:
 *
 * Waits until all windows that are due are recognised; with msnet_recognizer_set_latest() it does not wait,
 * and returns those that are recognised by now.
 *
 * Returns: (transfer full) (element-type MsnetRecognition): oldest first, often none; NULL with
 *     MSNET_ERROR_DEVICE or G_IO_ERROR_CANCELLED
 */
GPtrArray *msnet_recognizer_collect (MsnetRecognizer *recognizer, GError **error);

/**
 * msnet_recognizer_finish:
 * @complete: the last frame completes the open window, if DESIGN.md's Time 4 says so
 *
 * The stream ends: waits until all is recognised, with msnet_recognizer_set_latest() for MSNET_PATIENCE at
 * most; what is not recognised by then is skipped.  Afterwards acts as msnet_recognizer_reset().
 */
GPtrArray *msnet_recognizer_finish (MsnetRecognizer *recognizer, gboolean complete, GError **error);

/* Returns: (transfer none) (element-type MsnetSpan): windows that the last msnet_recognizer_take() or
 * msnet_recognizer_finish() skipped, oldest first */
const GArray *msnet_recognizer_get_skipped (MsnetRecognizer *recognizer);

/**
 * MsnetEffort: what the recognizer did since it was made.
 * @gaps: points without a frame of their own
 * @frames: sampled frames
 * @copied: bytes that were copied of them
 */
typedef struct
{
  guint64 gaps;
  guint64 frames;
  guint64 copied;
} MsnetEffort;

const MsnetEffort *msnet_recognizer_get_effort (MsnetRecognizer *recognizer);

static inline void
msnet_recognizer_discard (MsnetRecognizer *recognizer)
{
  msnet_recognizer_free (recognizer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetRecognizer, msnet_recognizer_discard)

G_END_DECLS
