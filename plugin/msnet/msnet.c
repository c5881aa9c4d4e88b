/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-msnet
 * @title: msnet
 * @see_also: msnetoverlay, msnetjson
 *
 * Recognises actions and motion in raw video with a MotionSqueeze network, on any OpenCL device. The pixels
 * pass untouched. The element attaches what happens in them as metadata, and posts it as messages.
 *
 * It samples the stream on a grid of times. Every #msnet:hop it asks the network what the window
 * (#msnet:window) shows that ends there. A network that looks ahead sees the frames of each window at once,
 * as a clip. If no frame depends on a later one, the network runs as a stream: each sampled frame is
 * computed once, with what the frames before it left, and a window is the mean of its points. #msnet:stats
 * says which. The result rides on the buffer that completes the window. Later buffers repeat it, with its
 * age, until the next result comes or until it is older than #msnet:expire.
 *
 * ## Time
 *
 * With #msnet:span `clip`, a window is a whole clip: from the first frame of a stream, or of a segment, to
 * its end, which upstream must know. Streams that follow each other have a result each.
 *
 * #msnet:policy says what happens if the device is slower than the stream:
 *
 * * `every`: each window is recognised, and the stream waits. A result rides on the very buffer that
 *   completed its window.
 * * `latest`: the stream never waits. A result rides on the first buffer after the device is done. Of the
 *   windows that become due meanwhile, only the newest is recognised (a stream answers for each frame for
 *   which there was room). The others are counted, and each is posted as a #GST_MESSAGE_QOS. If one buffer
 *   completes several windows, only the newest is recognised, and the others do not count: no device was too
 *   busy for them. At the end of the stream and on the way to NULL, the element waits for the device for 5 s
 *   at most.
 * * `auto`: `latest` if the source is live, otherwise `every`.
 *
 * ## Device
 *
 * With #msnet:device `auto`, the element takes the first GPU that passes a self-test and then runs the
 * network. Otherwise it takes a CPU. A warning says why a GPU is not used. From READY to PAUSED, a device
 * that finishes no command for 30 s, or builds one kernel for 5 minutes, is given up. A process that is
 * forked after READY cannot use OpenCL: fork first.
 *
 * ## Results
 *
 * A `GstCustomMeta` named `MsnetResultMeta` on buffers, and an element message named `msnet-result`
 * (#msnet:post-messages), hold these fields. At the end of the stream, or of a segment that was sought with
 * %GST_SEEK_FLAG_SEGMENT, no buffer completes the window that is still open. Its result leaves as a
 * serialised custom downstream event named `msnet-result`, before EOS or SEGMENT_DONE.
 *
 * <!-- result -->
 * * `index` (#guint64): counts the windows that the element has completed, those below its threshold
 *   included; the same `element-id` and `index` again are the same result, repeated
 * * `element` (#gchararray): name of the msnet element, in UTF-8
 * * `element-id` (#guint64): random number of the element, the same as long as it lives; elements in two bins
 *   may share a name
 * * `model` (#gchararray): name of the model, which is its file's name without folder and suffix
 * * `label` (#gchararray): best class
 * * `class` (#gint): number of the best class, counted from 0 in the order of the model's labels
 * * `score` (#gdouble, 0 to 1): probability of the best class
 * * `labels` (#GstValueArray of gchararray): best classes, best first; the property `top-k` says how many
 * * `scores` (#GstValueArray of gdouble, 0 to 1): probabilities of these classes; of a model whose output is
 *   sigmoid, each by itself
 * * `start` (#GstClockTime, ns): running time of the window's first frame
 * * `end` (#GstClockTime, ns): running time of the window's last frame
 * * `stream-start` (#GstClockTime, ns): `start` in stream time
 * * `stream-end` (#GstClockTime, ns): `end` in stream time
 * * `frames` (#gint): distinct frames in the window
 * * `gaps` (#gint): points of the window for which no frame came in time; the last sampled frame stands in
 * * `partial` (#gboolean): TRUE if the stream ended inside the window; its last frame stands for the rest
 * * `age` (#GstClockTime, ns): running time of the buffer that carries the result, minus `end`
 * * `skipped` (#guint64): windows that a busy device has skipped since the last result
 * * `inference` (#GstClockTime, ns): how long the device took once the last frame was prepared
 * * `hop` (#GstClockTime, ns): media time from one window to the next
 * * `wall` (#guint64, ns): when the frame at `end` was captured, since the epoch in UTC; in live pipelines
 *   only
 * <!-- end of result -->
 *
 * Messages have four more fields before these:
 *
 * <!-- message -->
 * * `timestamp` (#GstClockTime, ns): PTS of the frame at `end`
 * * `stream-time` (#GstClockTime, ns): stream time of that frame
 * * `running-time` (#GstClockTime, ns): running time of that frame
 * * `duration` (#GstClockTime, ns): length of the window
 * <!-- end of message -->
 *
 * ## Actions
 *
 * An action is one class that stays on for a while. It starts when the exponential mean (#msnet:smoothing)
 * of the class's scores reaches #msnet:enter, and ends when the mean falls below #msnet:leave. Both times
 * are the middle of the window that decides. A result counts however low its best score is. Classes that the
 * model calls background never start an action. Several actions may be on at once. With #msnet:min-duration
 * a start is reported late, with its true `start`; an action that ends before that is never reported. If the
 * stream ends or starts over, every action that is on ends with the last result.
 *
 * Starts and ends are reported by an element message (unless #msnet:post-messages is none) and by a
 * serialised custom downstream event, before the buffer that decided them. Both are named
 * `msnet-action-begin` or `msnet-action-end` and hold these fields. After a flush the message comes at once,
 * and the event after the next segment.
 *
 * <!-- action -->
 * * `element` (#gchararray): name of the msnet element, in UTF-8
 * * `element-id` (#guint64): number of the element, as in its results
 * * `label` (#gchararray): what happens
 * * `class` (#gint): number of the class
 * * `score` (#gdouble, 0 to 1): highest smoothed score of the class so far
 * * `start` (#GstClockTime, ns): running time at which the action starts
 * * `stream-start` (#GstClockTime, ns): `start` in stream time
 * * `end` (#GstClockTime, ns): running time at which the action ends; `msnet-action-end` only
 * * `stream-end` (#GstClockTime, ns): `end` in stream time; `msnet-action-end` only
 * <!-- end of action -->
 *
 * ## Motion
 *
 * If the model has a motion module, a `GstCustomMeta` named `MsnetMotionMeta` says how the picture moves
 * between the last two different frames of the window. A crop drops it.
 *
 * <!-- motion -->
 * * `width` (#gint, cells): width of `field`
 * * `height` (#gint, cells): height of `field`
 * * `field` (#GBytes, frames/s): rows of cells of three float32, little endian: x (right), y (down),
 *   confidence; from the older frame to the newer, in fractions of the frame's width and height per second;
 *   all three are 0 if nothing can be measured
 * * `region` (#GstValueArray of gdouble, frames): x, y, width and height of what the cells cover, in
 *   fractions of the frame: what the network sees, and up to a cell more at the right and at the foot; if the
 *   model pads pictures (`fit` is `pad`), it reaches beyond the frame, and cells there are 0
 * * `limit` (#GstValueArray of gdouble, frames/s): fastest x and y that can be measured
 * * `pan` (#gdouble, frames/s): how fast the camera turns to the right, in frame widths
 * * `tilt` (#gdouble, frames/s): how fast the camera turns up, in frame heights
 * * `zoom` (#gdouble, 1/s): natural logarithm of the growth per second; zooming in is positive
 * * `roll` (#gdouble, rad/s): how fast the camera turns around its axis; counter-clockwise is positive
 * * `agreement` (#gdouble, 0 to 1): share of the cells that follow these four numbers, among those in which
 *   something can be measured; if it is 0, nothing is known and the four are 0
 * * `frame-width` (#gint, pixels): width of what is visible of the frame
 * * `frame-height` (#gint, pixels): height of what is visible of the frame
 * * `start` (#GstClockTime, ns): running time of the older frame
 * * `end` (#GstClockTime, ns): running time of the newer frame
 * * `element` (#gchararray): of the result to which the field belongs
 * * `element-id` (#guint64): of the result to which the field belongs
 * * `index` (#guint64): of the result to which the field belongs
 * <!-- end of motion -->
 *
 * ## Activation
 *
 * With #msnet:activation, a `GstCustomMeta` named `MsnetActivationMeta` says where in the picture the
 * window's answer comes from. A crop drops it.
 *
 * <!-- activation -->
 * * `width` (#gint, cells): width of `map`
 * * `height` (#gint, cells): height of `map`
 * * `map` (#GBytes, logits): rows of cells of one float32, little endian: how much each cell speaks for the
 *   class, on the average of the window's points; what is negative speaks against it. The mean of all cells
 *   plus `bias` is the logit of the class
 * * `bias` (#gdouble, logits): the classifier's bias, the same everywhere
 * * `label` (#gchararray): the class: the best one of the window, as the result has it. An action, which
 *   follows from several windows, may be another
 * * `class` (#gint): number of the class
 * * `region` (#GstValueArray of gdouble, frames): x, y, width and height of what the cells cover, in
 *   fractions of the frame; each cell lies around the middle of what it sees, so they may begin before the
 *   frame, and end in or behind it
 * * `frame-width` (#gint, pixels): width of what is visible of the frame
 * * `frame-height` (#gint, pixels): height of what is visible of the frame
 * * `start` (#GstClockTime, ns): running time of the window's first frame
 * * `end` (#GstClockTime, ns): running time of the window's last frame
 * * `element` (#gchararray): of the result to which the map belongs
 * * `element-id` (#guint64): of the result to which the map belongs
 * * `index` (#guint64): of the result to which the map belongs
 * <!-- end of activation -->
 *
 * ## What the network sees
 *
 * If a buffer has a `GstVideoCropMeta`, as cropping decoders and videocrop leave it, the network sees only
 * the visible part; `frame-width`, `frame-height` and all fractions are of that part. If the stream has an
 * image-orientation tag, as videos of phones do, the picture is turned before the network sees it
 * (#msnet:orientation). Labels, `pan`, `tilt`, `zoom` and `roll` are of the upright picture; `field`,
 * `map`, `region`, `limit`, `frame-width` and `frame-height` are of the frame as the buffer holds it. A
 * buffer that cannot be read passes, and is as if it had not come.
 *
 * ## Example pipelines
 * |[
 * gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet ! msnetoverlay ! \
 *     videoconvert ! autovideosink
 * ]| Shows a video and what happens in it.
 * |[
 * gst-launch-1.0 -m filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet post-messages=all ! fakesink
 * ]| Prints every result as a message.
 * |[
 * gst-launch-1.0 -q filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet hop=1000000000 ! \
 *     msnetjson ! fdsink
 * ]| Prints one line of JSON a second.
 */
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
