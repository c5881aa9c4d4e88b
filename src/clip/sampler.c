/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sampler.h"

void
msnet_sampler_init (MsnetSampler *sampler, const MsnetGrid *grid)
{
  *sampler = (MsnetSampler){ .grid = *grid, .start = 0, .stop = MSNET_TIME_NONE, .end = MSNET_TIME_NONE };
  msnet_sampler_reset (sampler);
}

/* What was learnt of the stream stays. */
static void
forget_grid (MsnetSampler *sampler)
{
  sampler->n_points = 0;
  sampler->last_pts = MSNET_TIME_NONE;
  sampler->last_duration = 0;
}

void
msnet_sampler_reset (MsnetSampler *sampler)
{
  forget_grid (sampler);
  sampler->spacing = 0;
}

/* What the stream says of a frame, or MSNET_TIME_NONE. */
static guint64
get_stated_duration (const MsnetFrameTime *time)
{
  return time->duration != MSNET_TIME_NONE ? time->duration : time->nominal;
}

/* Never more than a window: a hole must show, whatever a stream says of itself. */
static guint64
get_duration (const MsnetSampler *sampler, const MsnetFrameTime *time, guint64 distance)
{
  guint64 stated = get_stated_duration (time);

  return MIN (stated != MSNET_TIME_NONE ? stated : distance, sampler->grid.window);
}

static gboolean
is_clip (const MsnetSampler *sampler)
{
  return sampler->end != MSNET_TIME_NONE;
}

/* From where the next frame was to be expected to @pts; @pts is later than the last one.  A clip is whole,
 * whatever is missing of it. */
static gboolean
leaves_hole (const MsnetSampler *sampler, guint64 pts)
{
  guint64 distance = pts - sampler->last_pts;
  guint64 expected = MAX (sampler->last_duration, sampler->spacing);

  return !is_clip (sampler) && distance > expected && distance - expected > sampler->grid.window / 2;
}

static gboolean
breaks_stream (const MsnetSampler *sampler, guint64 pts)
{
  if (sampler->last_pts == MSNET_TIME_NONE)
    return FALSE;
  if (pts < sampler->last_pts)
    return sampler->last_pts - pts > msnet_grid_get_interval (&sampler->grid);
  return leaves_hole (sampler, pts);
}

static void
learn_spacing (MsnetSampler *sampler, guint64 distance)
{
  guint64 fading = sampler->spacing - MIN (sampler->spacing, distance / 2);

  sampler->spacing = MIN (MAX (fading, distance), sampler->grid.window);
}

/* The grid starts with a frame at @pts. */
static void
start_grid (MsnetSampler *sampler, guint64 pts)
{
  const guint64 shortest = sampler->grid.n_frames * MSNET_SHORTEST_INTERVAL;

  sampler->origin = pts;
  if (is_clip (sampler))
    sampler->grid.window = CLAMP (sampler->end - MIN (pts, sampler->end), shortest, MSNET_LONGEST_EXACT);
}

/* Points that are left: of a clip none after T. */
static guint64
count_left (const MsnetSampler *sampler)
{
  return is_clip (sampler) ? sampler->grid.n_frames - sampler->n_points : G_MAXUINT64;
}

/* Whether no other frame fits behind one that is shown @now, from the origin on, for @duration. */
static gboolean
is_last_of_clip (const MsnetSampler *sampler, guint64 now, guint64 duration)
{
  return is_clip (sampler) && now + duration + duration / 2 >= sampler->grid.window;
}

/* Decides all points up to the frame, and up to the end of a clip whose last frame it is; @duration: stated.
 * The newest of them takes it, and before the first frame that is sampled all do: nothing could stand in. */
static void
decide_points (MsnetSampler *sampler, MsnetDecision *decision, guint64 duration)
{
  const guint64 patience = MAX (msnet_grid_get_interval (&sampler->grid), sampler->last_duration);
  const guint64 now = decision->pts - sampler->origin;
  const guint64 until = is_last_of_clip (sampler, now, duration) ? G_MAXUINT64 : now;
  const gboolean has_stand_in = sampler->n_points > 0;
  guint64 point, left;

  while ((left = count_left (sampler)) > 0
         && (point = msnet_grid_get_offset (&sampler->grid, sampler->n_points)) <= until) {
    if (has_stand_in && now > point + patience && left > 1)
      decision->gaps++;
    else
      decision->taken++;
    sampler->n_points++;
  }
}

MsnetDecision
msnet_sampler_decide (MsnetSampler *sampler, const MsnetFrameTime *time)
{
  MsnetDecision decision = { .pts = time->pts };
  guint64 duration, stated = get_stated_duration (time);

  if (decision.pts == MSNET_TIME_NONE && sampler->last_pts != MSNET_TIME_NONE) {
    decision.pts = sampler->last_pts + sampler->last_duration;
    decision.derived = TRUE;
  }
  if (decision.pts == MSNET_TIME_NONE)
    return decision;
  decision.outside = decision.pts < sampler->start || decision.pts >= sampler->stop;
  if (decision.outside)
    return decision;
  if (sampler->last_pts != MSNET_TIME_NONE && decision.pts > sampler->last_pts)
    decision.distance = decision.pts - sampler->last_pts;
  decision.reset = breaks_stream (sampler, decision.pts);
  if (decision.reset)
    forget_grid (sampler);
  if (sampler->last_pts != MSNET_TIME_NONE && decision.pts <= sampler->last_pts)
    return decision;
  decision.advances = TRUE;
  if (sampler->last_pts == MSNET_TIME_NONE)
    start_grid (sampler, decision.pts);
  duration = get_duration (sampler, time, decision.distance);
  decide_points (sampler, &decision, stated != MSNET_TIME_NONE ? duration : 0);
  learn_spacing (sampler, decision.distance);
  sampler->last_pts = decision.pts;
  sampler->last_duration = duration;
  return decision;
}
