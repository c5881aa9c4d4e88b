/* Streams whose times give no complete window: reported once a run for each reason, with the remedy.
 *
 * For the stream.  Streaming thread only. */
#pragma once

#include "clip/sampler.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * MsnetTimeWatch: private, except what the stream sets:
 * @element: reports
 * @n_frames, @window: T, and ns
 */
typedef struct
{
  GstElement *element;
  guint n_frames;
  GstClockTime window;

  guint told;
  gsize buffer_size; /* of the current buffer */
  GstClockTime last_pts;
  guint n_standing;     /* buffers in a row that have the same time */
  guint n_missing;      /* buffers in a row without a time */
  GstClockTime longest; /* distance before the grids that ended without a window */
} MsnetTimeWatch;

/* Another stream, or another place in it: the next buffers may repeat earlier times. */
void msnet_time_watch_reset (MsnetTimeWatch *watch);

/* @buffer came with caps of @info, and the sampler made @decision about it. */
void msnet_time_watch_look (
    MsnetTimeWatch *watch, const GstVideoInfo *info, GstBuffer *buffer, const MsnetDecision *decision);

G_END_DECLS
