#include "sampler.h"

void
msnet_sampler_init (MsnetSampler *sampler, const MsnetGrid *grid)
{
  *sampler = (MsnetSampler){ .grid = *grid, .start = 0, .stop = MSNET_TIME_NONE };
  msnet_sampler_reset (sampler);
}

void
msnet_sampler_reset (MsnetSampler *sampler)
{
  sampler->n_points = 0;
  sampler->last_pts = MSNET_TIME_NONE;
  sampler->last_duration = 0;
}

/* Never more than a window: a hole must show, whatever a stream says of itself. */
static guint64
get_duration (const MsnetSampler *sampler, const MsnetFrameTime *time, guint64 pts)
{
  guint64 duration = 0;

  if (time->duration != MSNET_TIME_NONE)
    duration = time->duration;
  else if (time->nominal != MSNET_TIME_NONE)
    duration = time->nominal;
  else if (sampler->last_pts != MSNET_TIME_NONE)
    duration = pts - sampler->last_pts;
  return MIN (duration, sampler->grid.window);
}

/* From the end of the last frame to @pts; @pts is later than the last one. */
static gboolean
leaves_hole (const MsnetSampler *sampler, guint64 pts)
{
  guint64 distance = pts - sampler->last_pts;

  return distance > sampler->last_duration && distance - sampler->last_duration > sampler->grid.window / 2;
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

/* Decides all points up to @pts; at least the newest of them takes the frame. */
static void
decide_points (MsnetSampler *sampler, MsnetDecision *decision)
{
  guint64 patience = MAX (msnet_grid_get_interval (&sampler->grid), sampler->last_duration);
  guint64 now, point;

  if (sampler->n_points == 0)
    sampler->origin = decision->pts;
  now = decision->pts - sampler->origin;
  while ((point = msnet_grid_get_offset (&sampler->grid, sampler->n_points)) <= now) {
    if (now - point > patience)
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
  guint64 duration;

  if (decision.pts == MSNET_TIME_NONE && sampler->last_pts != MSNET_TIME_NONE) {
    decision.pts = sampler->last_pts + sampler->last_duration;
    decision.derived = TRUE;
  }
  if (decision.pts == MSNET_TIME_NONE || decision.pts < sampler->start || decision.pts >= sampler->stop)
    return decision;
  decision.reset = breaks_stream (sampler, decision.pts);
  if (decision.reset)
    msnet_sampler_reset (sampler);
  if (sampler->last_pts != MSNET_TIME_NONE && decision.pts <= sampler->last_pts)
    return decision;
  decision.advances = TRUE;
  duration = get_duration (sampler, time, decision.pts);
  decide_points (sampler, &decision);
  sampler->last_pts = decision.pts;
  sampler->last_duration = duration;
  return decision;
}
