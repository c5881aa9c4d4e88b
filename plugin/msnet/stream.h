/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One stream through `msnet`: when it starts anew, which of its frames the recognizer gets, and what is
 * reported about them.  Streaming thread only. */
#pragma once

#include "actions.h"
#include "frame_info.h"
#include "orientation.h"
#include "report.h"
#include "runtime.h"
#include "stats.h"
#include "time_watch.h"

#include <gst/base/gstbasetransform.h>
#include <gst/video/gstvideosink.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/* What is reported once a run. */
typedef enum
{
  MSNET_TOLD_INTERLACED = 1 << 0,
  MSNET_TOLD_ORIENTATION = 1 << 1,
  MSNET_TOLD_BACKWARD = 1 << 2,
  MSNET_TOLD_NOT_IN_TIME = 1 << 3,
  MSNET_TOLD_UNREADABLE = 1 << 4,
} MsnetTold;

/**
 * MsnetStream:
 * @sink_pad: where frames come from
 * @src_pad: where results without a buffer go, as events
 * @stats: counts what happens
 * @reporting: how results are reported; may change between two calls
 * @slowest: the longest time for which a window made its buffer wait, ns
 */
typedef struct
{
  GstElement *element;
  GstPad *sink_pad;
  GstPad *src_pad;
  MsnetStats *stats;
  MsnetRecognizer *recognizer;
  MsnetReporter reporter;
  MsnetActionReporter actions;
  MsnetReporting reporting;
  GstClockTime slowest;

  /* private */
  gboolean is_clip; /* each window is a clip */
  gboolean has_end; /* the recognizer knows where the clip ends */
  MsnetTimeWatch watch;
  guint64 n_gaps; /* counted so far */
  MsnetFrameInfo frame_info;
  MsnetOrientation orientation;
  GstSegment segment;
  gchar *id;
  guint told; /* MsnetTold */
} MsnetStream;

/* @runtime: built; must outlive the stream, as @stats must.  @settings: as the element starts with */
void msnet_stream_start (MsnetStream *stream, GstBaseTransform *element, const MsnetRuntime *runtime,
    const MsnetSettings *settings, MsnetStats *stats);

/* Ends every action that is on, with messages only: no event can leave any more. */
void msnet_stream_stop (MsnetStream *stream);

/* @live: the source is live, and results say when they were captured.  @latest: the stream never waits for
 *     the device */
void msnet_stream_set_live (MsnetStream *stream, gboolean live, gboolean latest);

/* Drops the grid, open windows and what is held, and ends every action that is on. */
void msnet_stream_reset (MsnetStream *stream, const gchar *why);

/* Each resets if the new value means another stream.  A clip ends where another stream or segment starts. */
void msnet_stream_set_id (MsnetStream *stream, const gchar *id);
void msnet_stream_set_info (MsnetStream *stream, const GstVideoInfo *info);

/* Returns: FALSE with an element error if the segment is not in time.  A new segment may end elsewhere. */
gboolean msnet_stream_set_segment (MsnetStream *stream, const GstSegment *segment);

/* The segment has gone downstream: pushes the events that a flush has held up. */
void msnet_stream_push_delayed (MsnetStream *stream);

/* Resets if the picture is now turned in another way. */
void msnet_stream_set_tags (MsnetStream *stream, const GstTagList *tags);

/* Looks at @buffer and attaches results; it must be writable.  Its memory is only read and not kept.  A
 * buffer that cannot be read passes, with a warning.
 * Returns: FALSE if the device failed, or with G_IO_ERROR_CANCELLED if the wait for the device was
 *     interrupted */
gboolean msnet_stream_process (MsnetStream *stream, GstBuffer *buffer, GError **error);

/* The end of the stream, or of its segment: pushes the remaining results and actions, as events.  What
 * follows must go downstream, whatever the device says: if it fails, an element error is posted. */
void msnet_stream_finish (MsnetStream *stream);

G_END_DECLS
