/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream.h"

#include "base/error.h"
#include "capture_time.h"
#include "clip_end.h"
#include "meta/once.h"
#include "meta/visible.h"
#include "video_frame.h"

#include <gio/gio.h>

GST_DEBUG_CATEGORY_EXTERN (msnet_debug);
#define GST_CAT_DEFAULT msnet_debug

void
msnet_stream_start (MsnetStream *stream, GstBaseTransform *transform, const MsnetRuntime *runtime,
    const MsnetSettings *settings, MsnetStats *stats)
{
  GstElement *element = GST_ELEMENT (transform);

  *stream = (MsnetStream){
    .element = element,
    .sink_pad = GST_BASE_TRANSFORM_SINK_PAD (transform),
    .src_pad = GST_BASE_TRANSFORM_SRC_PAD (transform),
    .stats = stats,
    .recognizer = runtime->recognizer,
    .reporting = settings->reporting,
    .is_clip = settings->span == MSNET_SPAN_CLIP,
    .reporter = {
      .element = element,
      .id = runtime->id,
      .model = msnet_model_get_name (runtime->model),
      .labels = msnet_model_get_labels (runtime->model),
      .grid = msnet_recognizer_get_grid (runtime->recognizer),
      .segment = &stream->segment,
    },
    .watch = {
      .element = element,
      .segment = &stream->segment,
      .grid = msnet_recognizer_get_grid (runtime->recognizer),
      .last_pts = GST_CLOCK_TIME_NONE,
    },
  };
  msnet_action_reporter_init (
      &stream->actions, element, runtime->id, stream->src_pad, &stream->segment, runtime->model);
  gst_segment_init (&stream->segment, GST_FORMAT_UNDEFINED);
  msnet_frame_info_init (&stream->frame_info);
  msnet_orientation_init (&stream->orientation, settings->orientation);
}

void
msnet_stream_stop (MsnetStream *stream)
{
  msnet_action_reporter_reset (&stream->actions, &stream->reporting);
  msnet_action_reporter_clear (&stream->actions);
  msnet_reporter_clear (&stream->reporter);
  g_clear_pointer (&stream->id, g_free);
  stream->recognizer = NULL;
}

void
msnet_stream_set_live (MsnetStream *stream, gboolean live, gboolean latest)
{
  stream->reporter.live = live;
  GST_DEBUG_OBJECT (stream->element, "policy: %s", latest ? "latest" : "every");
  msnet_recognizer_set_latest (stream->recognizer, latest);
}

/* What told of the stream until now. */
static void
reset_reporters (MsnetStream *stream)
{
  msnet_reporter_reset (&stream->reporter);
  msnet_action_reporter_reset (&stream->actions, &stream->reporting);
}

static void
drop (MsnetStream *stream, const gchar *why)
{
  GST_DEBUG_OBJECT (stream->element, "reset: %s", why);
  msnet_recognizer_reset (stream->recognizer);
  reset_reporters (stream);
}

void
msnet_stream_reset (MsnetStream *stream, const gchar *why)
{
  drop (stream, why);
  msnet_time_watch_reset (&stream->watch);
}

/* The stream itself made a new grid necessary; @info: what it looks like now */
static void
start_over (MsnetStream *stream, const GstVideoInfo *info, MsnetBreak reason, const gchar *why)
{
  drop (stream, why);
  msnet_time_watch_break (&stream->watch, info, reason);
}

void
msnet_stream_push_delayed (MsnetStream *stream)
{
  msnet_action_reporter_push_delayed (&stream->actions);
}

void
msnet_stream_set_id (MsnetStream *stream, const gchar *id)
{
  if (g_strcmp0 (stream->id, id) == 0)
    return;
  if (stream->is_clip)
    msnet_stream_finish (stream);
  msnet_stream_reset (stream, "another stream");
  msnet_orientation_init (&stream->orientation, stream->orientation.wanted);
  g_free (stream->id);
  stream->id = g_strdup (id);
}

/* Where the metadata of @buffer show a picture of another size. */
static void
set_crop (MsnetStream *stream, GstBuffer *buffer)
{
  GstVideoInfo visible;

  msnet_frame_info_set_crop (&stream->frame_info, buffer, &visible);
  start_over (stream, &visible, MSNET_BREAK_CROP, "another crop");
}

void
msnet_stream_set_info (MsnetStream *stream, const GstVideoInfo *info)
{
  if (msnet_frame_info_set (&stream->frame_info, info))
    start_over (stream, info, MSNET_BREAK_PICTURE, "another picture");
}

/* What tells running and stream time; stop, duration and position do not. */
static gboolean
is_same_time_line (const GstSegment *a, const GstSegment *b)
{
  return a->flags == b->flags && a->rate == b->rate && a->applied_rate == b->applied_rate
         && a->format == b->format && a->base == b->base && a->offset == b->offset && a->start == b->start
         && a->time == b->time;
}

/* A segment sticks: it comes again with each buffer while it is refused. */
static void
tell_not_in_time (MsnetStream *stream, const GstSegment *segment)
{
  if (msnet_once (&stream->told, MSNET_TOLD_NOT_IN_TIME))
    GST_ELEMENT_ERROR (stream->element, STREAM, FORMAT,
        ("The stream is timed in %s: expected time; put \"rawvideoparse format=... width=... height=... "
         "framerate=...\" with what the file holds before msnet, in place of caps",
            gst_format_get_name (segment->format)),
        (NULL));
}

gboolean
msnet_stream_set_segment (MsnetStream *stream, const GstSegment *segment)
{
  if (segment->format != GST_FORMAT_TIME) {
    tell_not_in_time (stream, segment);
    return FALSE;
  }
  if (!is_same_time_line (&stream->segment, segment)) {
    if (stream->is_clip)
      msnet_stream_finish (stream);
    start_over (stream, &stream->frame_info.info, MSNET_BREAK_SEGMENT, "another segment");
  }
  stream->has_end = FALSE;
  gst_segment_copy_into (segment, &stream->segment);
  msnet_recognizer_set_range (stream->recognizer, segment->start, segment->stop);
  if (segment->rate < 0 && msnet_once (&stream->told, MSNET_TOLD_BACKWARD))
    GST_ELEMENT_INFO (stream->element, STREAM, NOT_IMPLEMENTED,
        ("The video plays backward: nothing is recognised until it plays forward again"), (NULL));
  return TRUE;
}

/* Elements that turn pictures leave the tag as it was: behind them they would be turned twice. */
static void
tell_orientation (MsnetStream *stream)
{
  g_autoptr (GEnumClass) methods = g_type_class_ref (GST_TYPE_VIDEO_ORIENTATION_METHOD);
  const GEnumValue *method = g_enum_get_value (methods, msnet_orientation_get (&stream->orientation));

  if (method != NULL && method->value != GST_VIDEO_ORIENTATION_IDENTITY
      && msnet_once (&stream->told, MSNET_TOLD_ORIENTATION))
    GST_ELEMENT_INFO (stream->element, STREAM, FORMAT,
        ("The picture is turned before it is looked at (%s), as a tag of the stream asks; if it lies upright "
         "already, behind videoflip for instance, set orientation=identity",
            method->value_nick),
        (NULL));
}

void
msnet_stream_set_tags (MsnetStream *stream, const GstTagList *tags)
{
  GstVideoOrientationMethod before = msnet_orientation_get (&stream->orientation);

  msnet_orientation_take_tags (&stream->orientation, tags);
  if (msnet_orientation_get (&stream->orientation) == before)
    return;
  msnet_stream_reset (stream, "another orientation");
  tell_orientation (stream);
}

static MsnetFrameTime
get_time (MsnetStream *stream, GstBuffer *buffer)
{
  const GstVideoInfo *info = &stream->frame_info.info;
  MsnetFrameTime time = {
    .pts = GST_BUFFER_PTS (buffer),
    .duration = GST_BUFFER_DURATION (buffer),
    .nominal = MSNET_TIME_NONE,
  };

  if (GST_VIDEO_INFO_FPS_N (info) > 0 && GST_VIDEO_INFO_FPS_D (info) > 0)
    time.nominal
        = gst_util_uint64_scale (GST_SECOND, GST_VIDEO_INFO_FPS_D (info), GST_VIDEO_INFO_FPS_N (info));
  return time;
}

static GstClockTime
to_running_time (const MsnetStream *stream, GstClockTime pts)
{
  return gst_segment_to_running_time (&stream->segment, GST_FORMAT_TIME, pts);
}

/* Tells of what the recognizer found odd about a frame's time. */
static void
note (MsnetStream *stream, GstBuffer *buffer, const MsnetDecision *decision)
{
  if (decision->reset)
    GST_DEBUG_OBJECT (
        stream->element, "reset: time jumps to %" GST_TIME_FORMAT, GST_TIME_ARGS (decision->pts));
  msnet_time_watch_look (&stream->watch, &stream->frame_info.info, buffer, decision);
}

static void
note_gaps (MsnetStream *stream, const MsnetDecision *decision)
{
  guint64 gaps = msnet_recognizer_get_effort (stream->recognizer)->gaps;

  if (gaps == stream->n_gaps)
    return;
  GST_DEBUG_OBJECT (stream->element,
      "%" G_GUINT64_FORMAT " gaps before %" GST_TIME_FORMAT " (%u of them late frames)",
      gaps - stream->n_gaps, GST_TIME_ARGS (decision->pts), decision->gaps);
  msnet_stats_add_gaps (stream->stats, gaps - stream->n_gaps);
  stream->n_gaps = gaps;
}

/* Counts the windows that the device was too busy for, and tells the application. */
static void
tell_skipped (MsnetStream *stream)
{
  const GArray *skipped = msnet_recognizer_get_skipped (stream->recognizer);

  msnet_stats_add_skipped (stream->stats, skipped->len);
  for (guint i = 0; i < skipped->len; i++)
    msnet_reporter_tell_skipped (&stream->reporter, stream->stats, &g_array_index (skipped, MsnetSpan, i));
}

static void
count (MsnetStream *stream, GPtrArray *recognitions)
{
  for (guint i = 0; i < recognitions->len; i++) {
    const MsnetRecognition *recognition = g_ptr_array_index (recognitions, i);
    msnet_stats_add_window (stream->stats, recognition->latency);
    stream->slowest = MAX (stream->slowest, recognition->latency);
    GST_DEBUG_OBJECT (stream->element,
        "window %" G_GUINT64_FORMAT ": %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT
        ", %u frames, %u gaps, %" G_GUINT64_FORMAT " skipped before, took %" GST_TIME_FORMAT
        ", late by %" GST_TIME_FORMAT "%s",
        recognition->index, GST_TIME_ARGS (recognition->start), GST_TIME_ARGS (recognition->end),
        recognition->frames, recognition->gaps, recognition->skipped, GST_TIME_ARGS (recognition->inference),
        GST_TIME_ARGS (recognition->latency), recognition->partial ? ", partial" : "");
  }
}

static void
warn_interlaced (MsnetStream *stream, const GstVideoFrame *frame)
{
  if (GST_VIDEO_FRAME_IS_INTERLACED (frame) && msnet_once (&stream->told, MSNET_TOLD_INTERLACED))
    GST_ELEMENT_WARNING (stream->element, STREAM, FORMAT,
        ("The video is interlaced: only the first field of each frame is looked at; put deinterlace before "
         "msnet"),
        (NULL));
}

/* Hands the pixels of @buffer to the recognizer. */
static gboolean
take (MsnetStream *stream, GstBuffer *buffer, GstClockTime pts, GError **error)
{
  GstClockTime wall = MSNET_TIME_NONE;
  GstVideoFrame frame;
  MsnetFrame description;
  gboolean good;

  if (!msnet_visible_map (&frame, &stream->frame_info.info, buffer, GST_MAP_READ, error))
    return FALSE;
  warn_interlaced (stream, &frame);
  if (stream->reporter.live)
    wall = msnet_capture_time (stream->element, buffer, to_running_time (stream, pts));
  stream->reporter.frame_width = GST_VIDEO_FRAME_WIDTH (&frame);
  stream->reporter.frame_height = GST_VIDEO_FRAME_HEIGHT (&frame);
  msnet_video_frame_describe (&frame, &description);
  description.turn = msnet_orientation_get_turn (&stream->orientation);
  good = msnet_recognizer_take (stream->recognizer, &description, wall, error);
  gst_video_frame_unmap (&frame);
  return good;
}

/* A frame that cannot be looked at is as if it had not come; the stream goes on.  A time that jumps is not
 * believed either. */
static void
pass_by (MsnetStream *stream, MsnetDecision *decision, const GError *error)
{
  if (decision->reset)
    decision->pts = GST_CLOCK_TIME_NONE;
  decision->reset = FALSE;
  decision->gaps = decision->taken = 0;
  msnet_recognizer_pass (stream->recognizer);
  msnet_visible_warn (stream->element, &stream->told, MSNET_TOLD_UNREADABLE, "looked at", error);
}

/* The frame is sampled.  Returns: FALSE where the stream cannot go on */
static gboolean
sample (MsnetStream *stream, GstBuffer *buffer, MsnetDecision *decision, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (take (stream, buffer, decision->pts, &local)) {
    if (decision->reset)
      reset_reporters (stream);
    note_gaps (stream, decision);
    tell_skipped (stream);
    return TRUE;
  }
  if (g_error_matches (local, MSNET_ERROR, MSNET_ERROR_SHAPE)) {
    pass_by (stream, decision, local);
    return TRUE;
  }
  msnet_stream_reset (stream, "a frame could not be looked at");
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The actions that @recognitions decide. */
static void
tell_actions (MsnetStream *stream, GPtrArray *recognitions)
{
  for (guint i = 0; i < recognitions->len; i++)
    msnet_action_reporter_add (&stream->actions, &stream->reporting, g_ptr_array_index (recognitions, i));
}

/* Attaches what is recognised, or what still holds, to @buffer. */
static gboolean
tell (MsnetStream *stream, GstBuffer *buffer, const MsnetDecision *decision, GError **error)
{
  g_autoptr (GPtrArray) recognitions = NULL;

  /* A buffer that does not advance the stream has no age to tell: what is recognised waits for the next. */
  if (decision->advances && GST_CLOCK_TIME_IS_VALID (to_running_time (stream, decision->pts))) {
    recognitions = msnet_recognizer_collect (stream->recognizer, error);
    if (recognitions == NULL)
      return FALSE;
    count (stream, recognitions);
    tell_actions (stream, recognitions);
  }
  if (recognitions != NULL && recognitions->len > 0)
    msnet_reporter_tell (&stream->reporter, &stream->reporting, recognitions, buffer, decision->pts);
  else
    msnet_reporter_repeat (&stream->reporter, &stream->reporting, buffer, decision->pts);
  return TRUE;
}

/* Whether the frame is sampled.  Only one that is a part of the stream can show that its picture is another
 * one. */
static gboolean
offer (MsnetStream *stream, GstBuffer *buffer, MsnetDecision *decision)
{
  MsnetFrameTime time = get_time (stream, buffer);
  gboolean sampled = msnet_recognizer_offer (stream->recognizer, &time, decision);

  if (!decision->advances || !msnet_frame_info_is_another_crop (&stream->frame_info, buffer))
    return sampled;
  set_crop (stream, buffer);
  time.pts = decision->pts;
  return msnet_recognizer_offer (stream->recognizer, &time, decision);
}

/* Of a clip the recognizer must know where it ends, before the first frame comes. */
static gboolean
find_end (MsnetStream *stream, GError **error)
{
  GstClockTime end;

  if (!stream->is_clip || stream->has_end)
    return TRUE;
  end = msnet_clip_find_end (stream->sink_pad, &stream->segment);
  if (!GST_CLOCK_TIME_IS_VALID (end)) {
    g_set_error_literal (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "The length of the stream is not known: with span=clip a window is as long as the clip; set "
        "span=window, or let the source say its length (an appsrc: its property duration), or seek to a "
        "stop");
    return FALSE;
  }
  GST_DEBUG_OBJECT (stream->element, "the clip ends at %" GST_TIME_FORMAT, GST_TIME_ARGS (end));
  msnet_recognizer_set_end (stream->recognizer, end);
  stream->has_end = TRUE;
  return TRUE;
}

gboolean
msnet_stream_process (MsnetStream *stream, GstBuffer *buffer, GError **error)
{
  MsnetDecision decision;

  if (stream->segment.format != GST_FORMAT_TIME || stream->segment.rate < 0)
    return TRUE;
  if (!find_end (stream, error))
    return FALSE;
  msnet_recognizer_set_motion (stream->recognizer, stream->reporting.motion);
  if (!offer (stream, buffer, &decision)) {
    if (decision.reset)
      reset_reporters (stream);
  } else if (!sample (stream, buffer, &decision, error))
    return FALSE;
  note (stream, buffer, &decision);
  return tell (stream, buffer, &decision, error);
}

/* Windows that the device did not finish although nothing else was asked of it any more. */
static void
warn_stuck (MsnetStream *stream)
{
  guint n = msnet_recognizer_get_skipped (stream->recognizer)->len;

  if (n > 0)
    GST_ELEMENT_WARNING (stream->element, RESOURCE, BUSY,
        ("The OpenCL device did not answer within %u s at the end of the stream: %u windows are dropped; a "
         "smaller model or a longer hop would keep up",
            (guint)(MSNET_PATIENCE / G_USEC_PER_SEC), n),
        (NULL));
}

/* Results without a buffer to ride on. */
static void
push_last (MsnetStream *stream, GPtrArray *recognitions)
{
  for (guint i = 0; i < recognitions->len; i++) {
    GstEvent *event = msnet_reporter_tell_last (
        &stream->reporter, &stream->reporting, g_ptr_array_index (recognitions, i));
    if (event != NULL)
      gst_pad_push_event (stream->src_pad, event);
  }
}

/* Returns: FALSE if the device failed */
static gboolean
finish (MsnetStream *stream, GError **error)
{
  gboolean complete = stream->reporting.eos == MSNET_EOS_REPEAT_LAST;
  g_autoptr (GPtrArray) recognitions = msnet_recognizer_finish (stream->recognizer, complete, error);

  if (recognitions == NULL)
    return FALSE;
  count (stream, recognitions);
  tell_skipped (stream);
  warn_stuck (stream);
  push_last (stream, recognitions);
  tell_actions (stream, recognitions);
  return TRUE;
}

void
msnet_stream_finish (MsnetStream *stream)
{
  g_autoptr (GError) error = NULL;

  if (!finish (stream, &error) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    msnet_post_error (stream->element, error);
  msnet_stream_reset (stream, "end of stream");
}
