/* Streams whose times do not let a window come together: told once a run for each reason, with what to do.
 *
 * For the stream.  Streaming thread only. */
#pragma once

#include "clip/sampler.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * MsnetTimeWatch: private, but for those to set.
 * @element: who tells
 * @n_frames, @window: T, and ns
 */
typedef struct
{
  GstElement *element;
  guint n_frames;
  GstClockTime window;

  guint told;
  gsize buffer_size; /* of the buffer at hand */
  GstClockTime last_pts;
  guint n_standing;     /* buffers in a row that came at the same time */
  guint n_missing;      /* buffers in a row for which there was no time */
  GstClockTime longest; /* distance in front of the grids that ended in vain */
} MsnetTimeWatch;

/* Another stream, or another place in it: what comes may be what came before. */
void msnet_time_watch_reset (MsnetTimeWatch *watch);

/* @buffer came with caps of @info, and @decision was made about it. */
void msnet_time_watch_look (
    MsnetTimeWatch *watch, const GstVideoInfo *info, GstBuffer *buffer, const MsnetDecision *decision);

G_END_DECLS
