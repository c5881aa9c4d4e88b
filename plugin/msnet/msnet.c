/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "msnet.h"

#include "base/fork.h"
#include "events.h"
#include "latency.h"
#include "meta/visible.h"

#include <gio/gio.h>

GST_DEBUG_CATEGORY (msnet_debug);
#define GST_CAT_DEFAULT msnet_debug

#define CAPS                                                                                                 \
  GST_VIDEO_CAPS_MAKE (                                                                                      \
      "{ RGB, BGR, RGBx, xRGB, BGRx, xBGR, RGBA, BGRA, I420, YV12, NV12, NV21, YUY2, UYVY, GRAY8 }")

struct _Msnet
{
  GstBaseTransform parent;

  MsnetShared shared;   /* any thread */
  MsnetRuntime runtime; /* changed in state changes only */
  MsnetStream stream;   /* streaming thread */
};

G_DEFINE_TYPE (Msnet, msnet, GST_TYPE_BASE_TRANSFORM)
GST_ELEMENT_REGISTER_DEFINE (msnet, "msnet", GST_RANK_NONE, MSNET_TYPE_ELEMENT)

static GstStaticPadTemplate sink_template
    = GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));
static GstStaticPadTemplate src_template
    = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));

static void
update_latency (Msnet *self)
{
  if (self->stream.slowest > 0)
    msnet_shared_raise_latency (&self->shared, self->stream.slowest);
  self->stream.slowest = 0;
}

static GstFlowReturn
msnet_transform_ip (GstBaseTransform *transform, GstBuffer *buffer)
{
  Msnet *self = MSNET_ELEMENT (transform);
  g_autoptr (GError) error = NULL;

  if (msnet_fork_check (&error)) {
    msnet_shared_update (&self->shared, &self->stream.reporting);
    if (msnet_stream_process (&self->stream, buffer, &error)) {
      update_latency (self);
      return GST_FLOW_OK;
    }
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_FLUSHING;
  msnet_post_error (GST_ELEMENT (self), error);
  return GST_FLOW_ERROR;
}

/* Only metadata are added: a buffer that others hold too shares its memory with its copy. */
static GstFlowReturn
msnet_prepare_output_buffer (GstBaseTransform *transform, GstBuffer *input, GstBuffer **output)
{
  *output = gst_buffer_is_writable (input) ? input : gst_buffer_copy (input);
  return GST_FLOW_OK;
}

/* Buffers pass: what downstream can take, upstream may send, if it is understood here too. */
static gboolean
msnet_propose_allocation (GstBaseTransform *transform, GstQuery *decide_query, GstQuery *query)
{
  return msnet_visible_propose (transform->srcpad, query);
}

/* No buffer is made here, so no pool is needed. */
static gboolean
msnet_decide_allocation (GstBaseTransform *transform, GstQuery *query)
{
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  return TRUE;
}

static gboolean
msnet_set_caps (GstBaseTransform *transform, GstCaps *input, GstCaps *output)
{
  Msnet *self = MSNET_ELEMENT (transform);
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, input)) {
    GST_ELEMENT_ERROR (
        self, STREAM, FORMAT, ("The caps of the video cannot be understood"), ("%" GST_PTR_FORMAT, input));
    return FALSE;
  }
  if (!msnet_frame_info_check_size (&info, GST_ELEMENT (self)))
    return FALSE;
  msnet_stream_set_info (&self->stream, &info);
  return TRUE;
}

/* At each CAPS, equal ones included: another source may come with the same. */
static void
look_at_source (Msnet *self)
{
  gboolean live = msnet_pad_is_live (GST_BASE_TRANSFORM_SINK_PAD (self));

  msnet_stream_set_live (&self->stream, live, msnet_shared_choose_policy (&self->shared, live));
}

static gboolean
msnet_sink_event (GstBaseTransform *transform, GstEvent *event)
{
  Msnet *self = MSNET_ELEMENT (transform);
  GstEventType type = GST_EVENT_TYPE (event);
  gboolean handled;

  /* The worker that would have to hear of it is not in this process; the first frame is an error. */
  if (msnet_fork_happened ())
    return gst_pad_event_default (transform->sinkpad, GST_OBJECT (self), event);
  if (!msnet_events_look (event, &self->stream, &self->shared)) {
    gst_event_unref (event);
    return FALSE;
  }
  if (GST_EVENT_IS_SERIALIZED (event))
    update_latency (self);
  handled = GST_BASE_TRANSFORM_CLASS (msnet_parent_class)->sink_event (transform, event);
  if (type == GST_EVENT_SEGMENT)
    msnet_stream_push_delayed (&self->stream);
  if (type == GST_EVENT_CAPS && handled)
    look_at_source (self);
  return handled;
}

/* Where every window is recognised, however long it takes, a decoder that hears of late frames would drop
 * some. */
static gboolean
msnet_src_event (GstBaseTransform *transform, GstEvent *event)
{
  Msnet *self = MSNET_ELEMENT (transform);

  if (GST_EVENT_TYPE (event) == GST_EVENT_QOS && !msnet_shared_is_latest (&self->shared)) {
    gst_event_unref (event);
    return TRUE;
  }
  return GST_BASE_TRANSFORM_CLASS (msnet_parent_class)->src_event (transform, event);
}

static gboolean
msnet_query (GstBaseTransform *transform, GstPadDirection direction, GstQuery *query)
{
  Msnet *self = MSNET_ELEMENT (transform);

  if (direction != GST_PAD_SRC || GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return GST_BASE_TRANSFORM_CLASS (msnet_parent_class)->query (transform, direction, query);
  return msnet_answer_latency (transform->sinkpad, query, msnet_shared_get_latency (&self->shared));
}

static void
close_runtime (Msnet *self)
{
  msnet_runtime_close (&self->runtime);
  msnet_shared_set_names (&self->shared, NULL, NULL, NULL, NULL);
}

/* Of what is open: nothing is if the start failed on each device. */
static void
tell_names (Msnet *self)
{
  if (self->runtime.device != NULL)
    msnet_shared_set_names (&self->shared, msnet_device_get_info (self->runtime.device)->name,
        msnet_model_get_name (self->runtime.model), msnet_runtime_get_mode (&self->runtime),
        msnet_runtime_get_precision (&self->runtime));
  else
    msnet_shared_set_names (&self->shared, NULL, NULL, NULL, NULL);
}

/* Finds model and device, again if they were set since.  @settings: (out): what was asked for */
static gboolean
open_runtime (Msnet *self, MsnetSettings *settings)
{
  gboolean opened;

  if (msnet_shared_copy_settings (&self->shared, settings))
    close_runtime (self);
  opened = msnet_runtime_open (&self->runtime, settings, GST_ELEMENT (self));
  tell_names (self);
  return opened;
}

static gboolean
build_runtime (Msnet *self, const MsnetSettings *settings)
{
  gboolean built = msnet_runtime_build (&self->runtime, settings, GST_ELEMENT (self));

  tell_names (self);
  return built;
}

static gboolean
msnet_start (GstBaseTransform *transform)
{
  Msnet *self = MSNET_ELEMENT (transform);
  g_auto (MsnetSettings) settings = { 0 };

  if (!open_runtime (self, &settings)
      || !msnet_settings_check (&settings, msnet_model_get_actions (self->runtime.model), GST_ELEMENT (self))
      || !build_runtime (self, &settings))
    return FALSE;
  msnet_stream_start (&self->stream, transform, &self->runtime, &settings, &self->shared.stats);
  msnet_shared_start (&self->shared, self->runtime.recognizer, self->runtime.latency);
  return TRUE;
}

static gboolean
msnet_stop (GstBaseTransform *transform)
{
  Msnet *self = MSNET_ELEMENT (transform);

  msnet_shared_stop (&self->shared);
  msnet_shared_update (&self->shared, &self->stream.reporting);
  msnet_stream_stop (&self->stream);
  if (!msnet_runtime_stop (&self->runtime))
    GST_ELEMENT_WARNING (self, RESOURCE, BUSY,
        ("The OpenCL device did not return within %u s and is left behind; it is freed if it ever does",
            (guint)(MSNET_PATIENCE / G_USEC_PER_SEC)),
        (NULL));
  return TRUE;
}

static GstStateChangeReturn
msnet_change_state (GstElement *element, GstStateChange transition)
{
  Msnet *self = MSNET_ELEMENT (element);
  g_auto (MsnetSettings) settings = { 0 };
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !open_runtime (self, &settings))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    msnet_shared_end (&self->shared);
  result = GST_ELEMENT_CLASS (msnet_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL)
    close_runtime (self);
  return result;
}

static void
msnet_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  Msnet *self = MSNET_ELEMENT (object);

  if (spec->value_type == GST_TYPE_STRUCTURE)
    g_value_take_boxed (value, msnet_shared_get_stats (&self->shared));
  else
    msnet_shared_get (&self->shared, spec, value);
}

static void
msnet_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  msnet_shared_set (&MSNET_ELEMENT (object)->shared, value, spec);
}

static void
msnet_finalize (GObject *object)
{
  Msnet *self = MSNET_ELEMENT (object);

  close_runtime (self);
  msnet_shared_clear (&self->shared);
  G_OBJECT_CLASS (msnet_parent_class)->finalize (object);
}

static void
install_transform (GstBaseTransformClass *transform_class)
{
  transform_class->start = msnet_start;
  transform_class->stop = msnet_stop;
  transform_class->set_caps = msnet_set_caps;
  transform_class->sink_event = msnet_sink_event;
  transform_class->src_event = msnet_src_event;
  transform_class->query = msnet_query;
  transform_class->propose_allocation = msnet_propose_allocation;
  transform_class->decide_allocation = msnet_decide_allocation;
  transform_class->prepare_output_buffer = msnet_prepare_output_buffer;
  transform_class->transform_ip = msnet_transform_ip;
}

static void
msnet_class_init (MsnetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (msnet_debug, "msnet", 0, "recognises actions and motion");
  object_class->set_property = msnet_set_property;
  object_class->get_property = msnet_get_property;
  object_class->finalize = msnet_finalize;
  msnet_settings_install (object_class);
  element_class->change_state = msnet_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Action and motion recognizer",
      "Filter/Analyzer/Video", "Recognises actions and motion in video with a network on an OpenCL device",
      "The msnet authors");
  install_transform (GST_BASE_TRANSFORM_CLASS (klass));
}

static void
msnet_init (Msnet *self)
{
  GstBaseTransform *transform = GST_BASE_TRANSFORM (self);

  msnet_shared_init (&self->shared, GST_ELEMENT (self));
  self->runtime.id = (guint64)g_random_int () << 32 | g_random_int ();
  gst_base_transform_set_in_place (transform, TRUE);
  /* The base class would throw late frames away before they are seen. */
  gst_base_transform_set_qos_enabled (transform, FALSE);
}
