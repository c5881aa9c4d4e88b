/* One stream through `msnet`: when it begins anew, which of its frames the recognizer gets, and what is told
 * about them.  Streaming thread only. */
#pragma once

#include "msnet_report.h"
#include "msnet_runtime.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * MsnetTally: what happened since it was last read.
 * @windows, @gaps: completed windows, points without a frame of their own
 * @inference: the longest that a window took, ns
 */
typedef struct
{
  guint64 windows;
  guint64 gaps;
  GstClockTime inference;
} MsnetTally;

/* A thing that is told once a run. */
typedef enum
{
  MSNET_TOLD_INTERLACED = 1 << 0,
  MSNET_TOLD_ORIENTATION = 1 << 1,
  MSNET_TOLD_NO_PTS = 1 << 2,
  MSNET_TOLD_BACKWARD = 1 << 3,
} MsnetTold;

typedef struct
{
  GstElement *element;
  MsnetRecognizer *recognizer;
  MsnetReporter reporter;
  MsnetTally tally;

  /* private */
  GstVideoInfo info;
  GstSegment segment;
  gchar *id;
  MsnetTold told;
} MsnetStream;

/* @runtime: built; must outlive the stream */
void msnet_stream_start (MsnetStream *stream, GstElement *element, const MsnetRuntime *runtime);
void msnet_stream_stop (MsnetStream *stream);

/* Drops grid, open windows and what is held. */
void msnet_stream_reset (MsnetStream *stream, const gchar *why);

/* Each resets where the new value means another stream. */
void msnet_stream_set_id (MsnetStream *stream, const gchar *id);
void msnet_stream_set_info (MsnetStream *stream, const GstVideoInfo *info, gboolean live);
void msnet_stream_set_segment (MsnetStream *stream, const GstSegment *segment);

/* Warns where the picture is meant to be turned. */
void msnet_stream_set_tags (MsnetStream *stream, const GstTagList *tags);

/* Looks at @buffer and attaches results; it must be writable.  Its memory is only read, and not kept.
 * FALSE: the device failed, or the buffer is not what its caps say. */
gboolean msnet_stream_process (
    MsnetStream *stream, const MsnetReporting *reporting, GstBuffer *buffer, GError **error);

/* The end of the stream.  @event: (out) (nullable): to be pushed before EOS */
gboolean msnet_stream_finish (
    MsnetStream *stream, const MsnetReporting *reporting, GstEvent **event, GError **error);

G_END_DECLS
