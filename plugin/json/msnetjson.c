/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-msnetjson
 * @title: msnetjson
 * @see_also: msnet, msnetoverlay
 *
 * Turns what msnet says about a video into text: one JSON object a line and one line a buffer, for each
 * result and for each start and end of an action. The video itself is dropped.
 *
 * A line starts with `type`: `result`, `action-begin` or `action-end`. The fields of #msnet follow in their
 * order, without `element-id`, `age` and `hop`. With #MsnetJson:motion, a result has an object `motion`, too,
 * of `pan`, `tilt`, `zoom`, `roll` and `agreement`, if the buffer carries them.
 *
 * Times are seconds, exact from nanoseconds; `start` and `end` are running time. The same video gives the
 * same bytes at every run, unless #MsnetJson:measured adds `inference` (seconds that the device took) and
 * `wall` (RFC 3339, when the frame at `end` was captured).
 *
 * Later frames repeat a result of msnet, but only one line is written, also if streams of several msnet take
 * turns. Elements are distinguished even if they have the same name in two bins; name them to distinguish
 * their lines, too. A text buffer has the timestamp of the frame that carried the news, and lasts until the
 * next result is due. Frames without news become GAP events, so that a pipeline with other sinks prerolls.
 *
 * ## Example pipelines
 * |[
 * gst-launch-1.0 -q filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet ! msnetjson ! fdsink
 * ]| Prints one line for each result.
 * |[
 * gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet ! tee name=t \
 *     t. ! queue ! msnetoverlay ! videoconvert ! autovideosink \
 *     t. ! queue ! msnetjson ! filesink location=out.jsonl
 * ]| Shows the video and writes the lines to a file.
 */
#include "msnetjson.h"

#include "meta/once.h"
#include "news.h"
#include "options.h"
#include "refusal.h"

#include <gst/video/video.h>

GST_DEBUG_CATEGORY_STATIC (msnet_json_debug);
#define GST_CAT_DEFAULT msnet_json_debug

/* So many elements' last results are remembered: applications make and drop elements all day. */
#define MOST_ELEMENTS 64

/* What is logged once a run: metadata come with each frame. */
typedef enum
{
  TOLD_RESULT = 1 << 0,
} Told;

/* The newest result of an element that became a line. */
typedef struct
{
  guint64 element_id;
  guint64 index;
} Last;

struct _MsnetJson
{
  GstElement parent;
  GstPad *sink_pad;
  GstPad *src_pad;

  MsnetJsonOptions options; /* under the object lock */

  /* Under the sink pad's stream lock. */
  GstSegment segment;
  guint told;         /* Told: since the start */
  GArray *last;       /* Last: the element that spoke last is the last one */
  GQueue pending;     /* GstBuffer: lines of events, until the buffer that decided them comes */
  GstFlowReturn flow; /* of lines that left with events: the next buffer returns it */
};

G_DEFINE_TYPE (MsnetJson, msnet_json, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (msnetjson, "msnetjson", GST_RANK_NONE, MSNET_TYPE_JSON)

static GstStaticPadTemplate sink_template
    = GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw(ANY)"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("text/x-raw, format = (string) utf8"));

static MsnetJsonOptions
get_options (MsnetJson *self)
{
  MsnetJsonOptions options;

  GST_OBJECT_LOCK (self);
  options = self->options;
  GST_OBJECT_UNLOCK (self);
  return options;
}

static gboolean
wants_line (MsnetJson *self, MsnetJsonLines kind)
{
  return (get_options (self).lines & kind) != 0;
}

static gboolean
wants_measured (MsnetJson *self, const MsnetResult *result)
{
  MsnetJsonMeasured measured = get_options (self).measured;

  /* msnet reports the wall clock in live pipelines, and only there. */
  return measured == MSNET_JSON_MEASURED_ALWAYS
         || (measured == MSNET_JSON_MEASURED_AUTO && GST_CLOCK_TIME_IS_VALID (result->wall));
}

/* Returns: where @element_id stands in what is remembered; its length: nowhere */
static guint
find_last (MsnetJson *self, guint64 element_id)
{
  guint i = 0;

  while (i < self->last->len && g_array_index (self->last, Last, i).element_id != element_id)
    i++;
  return i;
}

/* Whether the result is another than the one that its element repeats; remembers it. */
static gboolean
is_news (MsnetJson *self, const MsnetResult *result)
{
  Last last = { result->element_id, result->index };
  guint place = find_last (self, result->element_id);
  gboolean news = TRUE;

  if (place < self->last->len) {
    Last before = g_array_index (self->last, Last, place);
    news = result->index > before.index;
    last.index = MAX (last.index, before.index);
    g_array_remove_index (self->last, place);
  } else if (self->last->len == MOST_ELEMENTS)
    g_array_remove_index (self->last, 0);
  g_array_append_val (self->last, last);
  return news;
}

static GstBuffer *
text_buffer_new (gchar *line, GstClockTime pts, GstClockTime duration)
{
  GstBuffer *buffer = gst_buffer_new_wrapped (line, strlen (line));

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  return buffer;
}

/* Finds the motion that @carrier has beside @result; FALSE: none, or it is not wanted. */
static gboolean
find_motion (MsnetJson *self, GstBuffer *carrier, const MsnetResult *result, MsnetMotion *motion)
{
  const GstStructure *structure;
  gpointer state = NULL;

  if (carrier == NULL || !get_options (self).motion)
    return FALSE;
  while ((structure = msnet_meta_iterate (carrier, &state, MSNET_MOTION_META_NAME)) != NULL) {
    if (msnet_motion_read (motion, structure) && motion->index == result->index
        && motion->element_id == result->element_id)
      return TRUE;
    msnet_motion_clear (motion);
  }
  return FALSE;
}

/* @carrier: (nullable): the buffer that carries the result
 *
 * Returns: (nullable): the result's line, if it is wanted and new */
static GstBuffer *
translate_result (MsnetJson *self, const GstStructure *structure, GstBuffer *carrier, GstClockTime pts)
{
  g_auto (MsnetResult) result = { 0 };
  g_auto (MsnetMotion) motion = { 0 };
  gboolean moves;

  if (!msnet_result_read (&result, structure)) {
    if (msnet_once (&self->told, TOLD_RESULT))
      GST_WARNING_OBJECT (
          self, "not a whole result, ignored, as others like it will be: %" GST_PTR_FORMAT, structure);
    return NULL;
  }
  if (!is_news (self, &result) || !wants_line (self, MSNET_JSON_LINES_RESULTS))
    return NULL;
  moves = find_motion (self, carrier, &result, &motion);
  return text_buffer_new (
      msnet_json_news_from_result (&result, moves ? &motion : NULL, wants_measured (self, &result)), pts,
      result.hop);
}

static GstBuffer *
translate_action (MsnetJson *self, const GstStructure *structure, GstClockTime pts)
{
  gchar *line;

  if (!wants_line (self, MSNET_JSON_LINES_ACTIONS))
    return NULL;
  line = msnet_json_news_from_action (structure);
  if (line == NULL) {
    GST_WARNING_OBJECT (self, "not a whole action, ignored: %" GST_PTR_FORMAT, structure);
    return NULL;
  }
  return text_buffer_new (line, pts, GST_CLOCK_TIME_NONE);
}

static void
forget_pending (MsnetJson *self)
{
  g_queue_clear_full (&self->pending, (GDestroyNotify)gst_buffer_unref);
}

static GstFlowReturn
push_pending (MsnetJson *self)
{
  GstFlowReturn flow = GST_FLOW_OK;
  GstBuffer *line;

  while (flow == GST_FLOW_OK && (line = g_queue_pop_head (&self->pending)) != NULL)
    flow = gst_pad_push (self->src_pad, line);
  forget_pending (self);
  return flow;
}

/* No buffer comes any more that decided the lines.  Events cannot bring upstream what downstream says: the
 * next buffer does. */
static void
push_pending_at_event (MsnetJson *self)
{
  GstFlowReturn flow = push_pending (self);

  if (self->flow == GST_FLOW_OK)
    self->flow = flow;
}

/* The carrier of @buffer's metadata has no news. */
static GstFlowReturn
push_gap (MsnetJson *self, GstBuffer *buffer)
{
  if (!GST_BUFFER_PTS_IS_VALID (buffer)
      || gst_pad_push_event (
          self->src_pad, gst_event_new_gap (GST_BUFFER_PTS (buffer), GST_BUFFER_DURATION (buffer))))
    return GST_FLOW_OK;
  return msnet_find_refusal (self->src_pad);
}

static GstFlowReturn
msnet_json_chain (GstPad *pad, GstObject *parent, GstBuffer *input)
{
  MsnetJson *self = MSNET_JSON (parent);
  g_autoptr (GstBuffer) buffer = input;
  const GstStructure *structure;
  gpointer state = NULL;
  GstFlowReturn flow = self->flow;
  GstBuffer *line;

  self->flow = GST_FLOW_OK;
  if (flow != GST_FLOW_OK)
    return flow;
  /* Events that came just before were decided by this buffer. */
  for (GList *item = self->pending.head; item != NULL; item = item->next)
    GST_BUFFER_PTS (item->data) = GST_BUFFER_PTS (buffer);
  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)) != NULL) {
    line = translate_result (self, structure, buffer, GST_BUFFER_PTS (buffer));
    if (line != NULL)
      g_queue_push_tail (&self->pending, line);
  }
  return self->pending.length > 0 ? push_pending (self) : push_gap (self, buffer);
}

/* The PTS at the running time that @structure has as @field. */
static GstClockTime
get_position (MsnetJson *self, const GstStructure *structure, const gchar *field)
{
  GstClockTime running_time;

  if (self->segment.format != GST_FORMAT_TIME
      || !gst_structure_get_clock_time (structure, field, &running_time))
    return GST_CLOCK_TIME_NONE;
  return gst_segment_position_from_running_time (&self->segment, GST_FORMAT_TIME, running_time);
}

/* Returns: whether the event was one of ours */
static gboolean
take_news (MsnetJson *self, GstEvent *event)
{
  const GstStructure *structure = gst_event_get_structure (event);
  GstBuffer *line;

  if (gst_event_has_name (event, MSNET_RESULT_NAME))
    line = translate_result (self, structure, NULL, get_position (self, structure, "end"));
  else if (gst_event_has_name (event, MSNET_ACTION_END_NAME))
    line = translate_action (self, structure, get_position (self, structure, "end"));
  else if (gst_event_has_name (event, MSNET_ACTION_BEGIN_NAME))
    line = translate_action (self, structure, get_position (self, structure, "start"));
  else
    return FALSE;
  if (line != NULL)
    g_queue_push_tail (&self->pending, line);
  return TRUE;
}

/* What was pending is pushed or dropped: another stream begins. */
static void
reset (MsnetJson *self, GstFlowReturn flow)
{
  forget_pending (self);
  self->flow = flow;
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
}

static gboolean
push_caps (MsnetJson *self)
{
  g_autoptr (GstCaps) caps = gst_static_pad_template_get_caps (&src_template);

  return gst_pad_push_event (self->src_pad, gst_event_new_caps (caps));
}

static gboolean
msnet_json_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  MsnetJson *self = MSNET_JSON (parent);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
    /* Their last results are kept: a selector may come back to these elements. */
    push_pending_at_event (self);
    /* If the stream before has ended, this one starts. */
    reset (self, self->flow == GST_FLOW_EOS ? GST_FLOW_OK : self->flow);
    break;
  case GST_EVENT_CAPS:
    gst_event_unref (event);
    return push_caps (self);
  case GST_EVENT_SEGMENT:
    /* Another part of the stream may still be wanted, as in a loop of segment seeks. */
    if (self->flow == GST_FLOW_EOS)
      self->flow = GST_FLOW_OK;
    push_pending_at_event (self);
    gst_event_copy_segment (event, &self->segment);
    break;
  case GST_EVENT_SEGMENT_DONE:
  case GST_EVENT_EOS:
    push_pending_at_event (self);
    break;
  case GST_EVENT_FLUSH_STOP:
    reset (self, GST_FLOW_OK);
    break;
  case GST_EVENT_CUSTOM_DOWNSTREAM:
    if (!take_news (self, event))
      break;
    gst_event_unref (event);
    return TRUE;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

static gboolean
msnet_json_sink_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return gst_pad_query_default (pad, parent, query);
  /* Pixels are not looked at: any layout will do, and any part of them. */
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  gst_query_add_allocation_meta (query, GST_VIDEO_CROP_META_API_TYPE, NULL);
  return TRUE;
}

static GstStateChangeReturn
msnet_json_change_state (GstElement *element, GstStateChange transition)
{
  GstStateChangeReturn result
      = GST_ELEMENT_CLASS (msnet_json_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    reset (MSNET_JSON (element), GST_FLOW_OK);
    MSNET_JSON (element)->told = 0;
    g_array_set_size (MSNET_JSON (element)->last, 0);
  }
  return result;
}

static void
msnet_json_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GST_OBJECT_LOCK (object);
  msnet_property_set (spec, &MSNET_JSON (object)->options, value);
  GST_OBJECT_UNLOCK (object);
}

static void
msnet_json_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GST_OBJECT_LOCK (object);
  msnet_property_get (spec, &MSNET_JSON (object)->options, value);
  GST_OBJECT_UNLOCK (object);
}

static void
msnet_json_finalize (GObject *object)
{
  MsnetJson *self = MSNET_JSON (object);

  forget_pending (self);
  g_array_unref (self->last);
  G_OBJECT_CLASS (msnet_json_parent_class)->finalize (object);
}

static void
msnet_json_class_init (MsnetJsonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (msnet_json_debug, "msnetjson", 0, "JSON lines of msnet");
  object_class->set_property = msnet_json_set_property;
  object_class->get_property = msnet_json_get_property;
  object_class->finalize = msnet_json_finalize;
  element_class->change_state = msnet_json_change_state;
  msnet_json_options_install (object_class);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Actions as JSON", "Filter/Converter/Video/Text",
      "Turns results and actions of msnet into lines of JSON", "The msnet authors");
}

static void
msnet_json_init (MsnetJson *self)
{
  msnet_properties_init (G_OBJECT_GET_CLASS (self), &self->options);
  self->last = g_array_new (FALSE, FALSE, sizeof (Last));
  g_queue_init (&self->pending);
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);

  self->sink_pad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink_pad, msnet_json_chain);
  gst_pad_set_event_function (self->sink_pad, msnet_json_sink_event);
  gst_pad_set_query_function (self->sink_pad, msnet_json_sink_query);
  gst_element_add_pad (GST_ELEMENT (self), self->sink_pad);

  self->src_pad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->src_pad);
  gst_element_add_pad (GST_ELEMENT (self), self->src_pad);
}
