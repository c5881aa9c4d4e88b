/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-msnetoverlay
 * @title: msnetoverlay
 * @see_also: msnet, msnetjson
 *
 * Draws what msnet says over the video: label and score, the last ten seconds as a time line, and the motion
 * field. It reads only metadata, so it may stand anywhere after msnet, also behind scaling and conversion.
 *
 * The spans of the time line lie where the windows of their results lay, in stream time. A span is paler
 * while it is known only because the last result still holds. Classes keep their colours; spans, the bar
 * beside the label and the meter of the score share them. Arrows show where the content of the picture moves
 * and how fast. Their hue is the direction: right red, up yellow-green, left cyan, down violet.
 *
 * Signs with numbers say what the camera does, if most of the picture agrees. They lie in the corner beside
 * the label's. An arrow points where the camera pans and tilts (per cent of the frame a second), a diagonal
 * with two heads is zoom (per cent of growth), and an arc is roll (degrees).
 *
 * With #msnet:activation, heat lies over those places that speak for the class of the newest result more than
 * the average does (#MsnetOverlay:activation): from transparent through orange to pale yellow. It is about
 * all frames of the window, so what moves is warm along its path.
 *
 * While an action is on, from `msnet-action-begin` to `msnet-action-end`, a banner in the colour of its
 * class lies beside the label and counts how long it has been on, in running time. After the end it stays
 * for a second, dark, and shows how long the action was. That is less than it had counted, because an end is
 * known half a window and the smoothing later. There are four banners at most, for the actions that started
 * last.
 *
 * Drawings fill the visible part of a frame (`GstVideoCropMeta`) and lie as its pixels do; a player that
 * turns the picture turns them, too. A frame that cannot be drawn on passes as it is.
 *
 * If downstream takes GstVideoOverlayCompositionMeta, drawings are attached and the pixels stay as they are;
 * otherwise drawings are blended in. Everything scales with the height of the frame. Frames without metadata
 * pass untouched.
 *
 * ## Example pipelines
 * |[
 * gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet ! msnetoverlay ! \
 *     videoconvert ! autovideosink
 * ]| Shows a video and what msnet recognises in it.
 * |[
 * gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet ! \
 *     msnetoverlay position=bottom-right motion-style=wheel timeline=false opacity=0.8 ! \
 *     videoconvert ! vp8enc deadline=1 ! webmmux ! filesink location=out.webm
 * ]| Writes a video with the motion as colours.
 */
#include "msnetoverlay.h"

#include "meta/result_meta.h"
#include "meta/visible.h"
#include "negotiation.h"
#include "options.h"
#include "paint.h"
#include "scene.h"

GST_DEBUG_CATEGORY (msnet_overlay_debug);
#define GST_CAT_DEFAULT msnet_overlay_debug

/* What is reported once a run. */
typedef enum
{
  TOLD_UNREADABLE = 1 << 0,
} Told;

struct _MsnetOverlay
{
  GstElement parent;
  GstPad *sink_pad;
  GstPad *src_pad;

  MsnetOverlayOptions options; /* under the object lock */

  /* Under the sink pad's stream lock. */
  MsnetScene *scene;
  GstSegment segment;
  GstVideoInfo info;
  GstVideoRectangle visible; /* of the last frame */
  GstCaps *caps;             /* of the sink pad; NULL: none yet */
  gboolean attach;
  guint told; /* Told: since the start */
};

G_DEFINE_TYPE (MsnetOverlay, msnet_overlay, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DEFINE (msnetoverlay, "msnetoverlay", GST_RANK_NONE, MSNET_TYPE_OVERLAY)

static gboolean
negotiate (MsnetOverlay *self)
{
  gst_pad_check_reconfigure (self->src_pad);
  if (msnet_negotiation_choose (self->src_pad, self->caps, &self->attach)) {
    GST_DEBUG_OBJECT (self, "drawings are %s", self->attach ? "attached" : "blended");
    return TRUE;
  }
  gst_pad_mark_reconfigure (self->src_pad);
  return FALSE;
}

/* The scene fills what is visible. */
static void
set_visible (MsnetOverlay *self, const GstVideoRectangle *visible)
{
  GstVideoInfo info = self->info;

  GST_VIDEO_INFO_WIDTH (&info) = visible->w;
  GST_VIDEO_INFO_HEIGHT (&info) = visible->h;
  self->visible = *visible;
  msnet_scene_set_info (self->scene, &info);
}

/* Drawings lie in what is visible: only its size matters to them.  What a damaged frame says of it holds
 * until the next frame; an empty one says nothing. */
static void
look_at_crop (MsnetOverlay *self, GstBuffer *buffer)
{
  GstVideoRectangle visible;

  if (gst_buffer_get_size (buffer) > 0 && msnet_visible_find (&self->info, buffer, &visible)
      && (visible.w != self->visible.w || visible.h != self->visible.h))
    set_visible (self, &visible);
}

static gboolean
set_caps (MsnetOverlay *self, GstCaps *caps)
{
  GstVideoRectangle all = { 0 };

  if (!gst_video_info_from_caps (&self->info, caps)) {
    GST_WARNING_OBJECT (self, "not raw video: %" GST_PTR_FORMAT, caps);
    return FALSE;
  }
  gst_caps_replace (&self->caps, caps);
  all.w = GST_VIDEO_INFO_WIDTH (&self->info);
  all.h = GST_VIDEO_INFO_HEIGHT (&self->info);
  set_visible (self, &all);
  return negotiate (self);
}

/* Returns: (transfer none) (nullable): what to draw over @buffer */
static GstVideoOverlayComposition *
update_scene (MsnetOverlay *self, GstBuffer *buffer)
{
  GstClockTime now = GST_CLOCK_TIME_NONE, running_time = GST_CLOCK_TIME_NONE;
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  GST_OBJECT_LOCK (self);
  msnet_scene_set_options (self->scene, &self->options);
  GST_OBJECT_UNLOCK (self);
  if (self->segment.format == GST_FORMAT_TIME) {
    now = gst_segment_to_stream_time (&self->segment, GST_FORMAT_TIME, pts);
    running_time = gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME, pts);
  }
  msnet_scene_take_buffer (self->scene, buffer, now, running_time);
  return msnet_scene_render (self->scene);
}

static GstFlowReturn
msnet_overlay_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  MsnetOverlay *self = MSNET_OVERLAY (parent);
  GstVideoOverlayComposition *drawings;
  g_autoptr (GError) error = NULL;

  if (self->caps == NULL || (gst_pad_check_reconfigure (self->src_pad) && !negotiate (self))) {
    gst_buffer_unref (buffer);
    return GST_PAD_IS_FLUSHING (self->src_pad) ? GST_FLOW_FLUSHING : GST_FLOW_NOT_NEGOTIATED;
  }
  look_at_crop (self, buffer);
  drawings = update_scene (self, buffer);
  if (drawings != NULL) {
    buffer = gst_buffer_make_writable (buffer);
    if (self->attach)
      msnet_paint_attach (buffer, drawings);
    else if (!msnet_paint_blend (&self->info, buffer, drawings, &error))
      msnet_visible_warn (GST_ELEMENT (self), &self->told, TOLD_UNREADABLE, "drawn on", error);
  }
  return gst_pad_push (self->src_pad, buffer);
}

/* If @event's segment is another part of the stream, the end of what is on has come before, or never will. */
static void
set_segment (MsnetOverlay *self, GstEvent *event)
{
  GstSegment segment, same;

  gst_event_copy_segment (event, &segment);
  same = segment;
  same.stop = self->segment.stop;
  same.duration = self->segment.duration;
  same.position = self->segment.position;
  if (!gst_segment_is_equal (&same, &self->segment))
    msnet_scene_clear_actions (self->scene);
  self->segment = segment;
}

static void
take_news (MsnetOverlay *self, GstEvent *event)
{
  const GstStructure *structure = gst_event_get_structure (event);

  if (gst_event_has_name (event, MSNET_RESULT_NAME))
    msnet_scene_take_result (self->scene, structure);
  else if ((gst_event_has_name (event, MSNET_ACTION_BEGIN_NAME)
               || gst_event_has_name (event, MSNET_ACTION_END_NAME))
           && !msnet_scene_take_action (self->scene, structure))
    GST_WARNING_OBJECT (self, "not a whole action, ignored: %" GST_PTR_FORMAT, structure);
}

static gboolean
msnet_overlay_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  MsnetOverlay *self = MSNET_OVERLAY (parent);
  gboolean done;
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
    gst_event_parse_caps (event, &caps);
    done = set_caps (self, caps);
    gst_event_unref (event);
    return done;
  case GST_EVENT_STREAM_START:
    msnet_scene_clear (self->scene);
    break;
  case GST_EVENT_SEGMENT:
    set_segment (self, event);
    break;
  case GST_EVENT_FLUSH_STOP:
    msnet_scene_clear (self->scene);
    gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
    break;
  case GST_EVENT_CUSTOM_DOWNSTREAM:
    take_news (self, event);
    break;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

static gboolean
answer_caps_query (MsnetOverlay *self, GstPad *pad, GstQuery *query)
{
  gboolean sink = pad == self->sink_pad;
  g_autoptr (GstCaps) caps = NULL;
  GstCaps *filter;

  gst_query_parse_caps (query, &filter);
  caps = msnet_negotiation_get_caps (pad, sink ? self->src_pad : self->sink_pad, filter, sink);
  gst_query_set_caps_result (query, caps);
  return TRUE;
}

static gboolean
msnet_overlay_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  MsnetOverlay *self = MSNET_OVERLAY (parent);

  if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS)
    return answer_caps_query (self, pad, query);
  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION && pad == self->sink_pad)
    return msnet_visible_propose (self->src_pad, query);
  return gst_pad_query_default (pad, parent, query);
}

static GstStateChangeReturn
msnet_overlay_change_state (GstElement *element, GstStateChange transition)
{
  MsnetOverlay *self = MSNET_OVERLAY (element);
  GstStateChangeReturn result
      = GST_ELEMENT_CLASS (msnet_overlay_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    msnet_scene_clear (self->scene);
    gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
    gst_caps_replace (&self->caps, NULL);
    self->told = 0;
    msnet_scene_end (self->scene);
  }
  return result;
}

static void
msnet_overlay_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GST_OBJECT_LOCK (object);
  msnet_property_set (spec, &MSNET_OVERLAY (object)->options, value);
  GST_OBJECT_UNLOCK (object);
}

static void
msnet_overlay_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GST_OBJECT_LOCK (object);
  msnet_property_get (spec, &MSNET_OVERLAY (object)->options, value);
  GST_OBJECT_UNLOCK (object);
}

static void
msnet_overlay_finalize (GObject *object)
{
  MsnetOverlay *self = MSNET_OVERLAY (object);

  msnet_scene_free (self->scene);
  gst_caps_replace (&self->caps, NULL);
  msnet_overlay_options_clear (&self->options);
  G_OBJECT_CLASS (msnet_overlay_parent_class)->finalize (object);
}

static void
msnet_overlay_class_init (MsnetOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  g_autoptr (GstCaps) caps = msnet_negotiation_get_template ();

  GST_DEBUG_CATEGORY_INIT (msnet_overlay_debug, "msnetoverlay", 0, "Drawings of msnet");
  object_class->set_property = msnet_overlay_set_property;
  object_class->get_property = msnet_overlay_get_property;
  object_class->finalize = msnet_overlay_finalize;
  element_class->change_state = msnet_overlay_change_state;
  msnet_overlay_options_install (object_class);

  gst_element_class_add_pad_template (
      element_class, gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_element_class_add_pad_template (
      element_class, gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_element_class_set_static_metadata (element_class, "Action overlay", "Filter/Editor/Video",
      "Draws labels, a time line and the motion that msnet found", "The msnet authors");
}

static GstPad *
add_pad (MsnetOverlay *self, const gchar *name)
{
  GstPadTemplate *template = gst_element_get_pad_template (GST_ELEMENT (self), name);
  GstPad *pad = gst_pad_new_from_template (template, name);

  gst_pad_set_query_function (pad, msnet_overlay_query);
  gst_element_add_pad (GST_ELEMENT (self), pad);
  return pad;
}

static void
msnet_overlay_init (MsnetOverlay *self)
{
  msnet_properties_init (G_OBJECT_GET_CLASS (self), &self->options);
  self->scene = msnet_scene_new ();
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);

  self->sink_pad = add_pad (self, "sink");
  gst_pad_set_chain_function (self->sink_pad, msnet_overlay_chain);
  gst_pad_set_event_function (self->sink_pad, msnet_overlay_sink_event);
  self->src_pad = add_pad (self, "src");
}
