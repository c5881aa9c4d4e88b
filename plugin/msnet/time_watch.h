/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams whose times or pictures do not let a window come together: each reason is reported once a run,
 * with what to do.
 *
 * For the stream.  Streaming thread only. */
#pragma once

#include "clip/sampler.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/* Why a grid ended although the stream goes on. */
typedef enum
{
  MSNET_BREAK_HOLE,
  MSNET_BREAK_BACK,
  MSNET_BREAK_PICTURE,
  MSNET_BREAK_CROP,
  MSNET_BREAK_SEGMENT,
  MSNET_N_BREAKS,
} MsnetBreak;

/**
 * MsnetTimeWatch: private, but for those to set.
 * @element: who reports
 * @segment: of the stream
 * @grid: of windows, current
 */
typedef struct
{
  GstElement *element;
  const GstSegment *segment;
  const MsnetGrid *grid;

  guint told;
  gsize buffer_size; /* of the current buffer */
  GstClockTime last_pts;
  guint n_standing;                /* buffers in a row that came at the same time */
  guint n_missing;                 /* buffers in a row for which there was no time */
  guint n_outside;                 /* buffers in a row that lie outside of the segment */
  gboolean has_begun;              /* the grid at hand, with a frame that may be no point */
  guint64 n_points;                /* of the grid at hand */
  guint n_in_vain[MSNET_N_BREAKS]; /* grids that ended so since one held a window, for each reason */
  GstClockTime longest;            /* hole in front of those */
} MsnetTimeWatch;

/* Another stream, or another place in it: the next buffers may repeat earlier times. */
void msnet_time_watch_reset (MsnetTimeWatch *watch);

/* The stream starts over by itself: @info is what it looks like now, as far as it is visible. */
void msnet_time_watch_break (MsnetTimeWatch *watch, const GstVideoInfo *info, MsnetBreak reason);

/* @buffer came with caps of @info, @decision was made about it, and carried out. */
void msnet_time_watch_look (
    MsnetTimeWatch *watch, const GstVideoInfo *info, GstBuffer *buffer, const MsnetDecision *decision);

G_END_DECLS
