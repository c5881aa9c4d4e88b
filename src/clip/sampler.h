/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which frames of a stream are sampled (DESIGN.md, Time 1, 2 and 5), decided by times alone, frame by
 * frame.  One thread. */
#pragma once

#include "grid.h"

G_BEGIN_DECLS

/**
 * MsnetFrameTime: what is known about a frame's time, ns; MSNET_TIME_NONE if unknown.
 * @pts: when it is shown
 * @duration: its own
 * @nominal: 1 / frame rate of the stream
 */
typedef struct
{
  guint64 pts;
  guint64 duration;
  guint64 nominal;
} MsnetFrameTime;

/**
 * MsnetDecision: what a frame means to the grid.
 * @pts: its PTS, derived if it had none; MSNET_TIME_NONE if that was impossible
 * @derived: it had no PTS of its own
 * @outside: it is not in the range: it leaves no trace
 * @advances: it is inside the range, and later than the frame before
 * @distance: from the PTS of the frame before, across a hole too; 0 if there was none, or it was not
 *     earlier
 * @reset: its PTS went back or left a hole: everything before it belongs to another grid; it starts one
 * @gaps: so many points came too early for this frame: the last sampled frame stands in
 * @taken: so many points, after those, take this frame; 0: it is not sampled
 */
typedef struct
{
  guint64 pts;
  gboolean derived;
  gboolean outside;
  gboolean advances;
  guint64 distance;
  gboolean reset;
  guint gaps;
  guint taken;
} MsnetDecision;

/**
 * MsnetSampler:
 * @grid: of the windows; its length may be another one with each clip
 * @start, @stop: frames with a PTS outside [start, stop) leave no trace
 * @end: MSNET_TIME_NONE: windows follow each other; otherwise all grids are clips, a single window from their
 *     first frame to this PTS
 * @origin: t0, PTS of the first frame, where the grid starts
 * @n_points: points decided so far; 0 until the first sampled frame
 * @last_pts, @last_duration: of the frame before, sampled or not, that advanced; the PTS is MSNET_TIME_NONE
 *     where there was none
 * @spacing: how far apart frames have come lately, whatever they say of themselves: the longest distance,
 *     less half of the time since; at most a window.  Holes are learnt from, so that a slow stream is not
 *     all holes
 */
typedef struct
{
  MsnetGrid grid;
  guint64 start;
  guint64 stop;
  guint64 end;
  guint64 origin;
  guint64 n_points;
  guint64 last_pts;
  guint64 last_duration;
  guint64 spacing;
} MsnetSampler;

/* @grid: copied */
void msnet_sampler_init (MsnetSampler *sampler, const MsnetGrid *grid);

/* Forgets the grid, the frame before and what was learnt of the stream; @start, @stop and @end stay. */
void msnet_sampler_reset (MsnetSampler *sampler);

MsnetDecision msnet_sampler_decide (MsnetSampler *sampler, const MsnetFrameTime *time);

G_END_DECLS
