/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random walks of real pipelines with `msnet`, over a fake device: seeks, states, other pictures and the
 * end, while data flow.  Prints what goes in and out at the element's pads, for
 * test_msnet_pipeline_walks.py.
 *
 *     pipeline_driver FIRST-SEED COUNT
 *
 * Each walk: lines "> LINE" as walk_driver.c reads them, each with its answer (walk_text.h) and "."; then
 * "end". "interrupted" in an answer: meanwhile a flush, or the way to READY, began; what went in may be
 * lost. */
#include "base/lock.h"
#include "common/msnet_harness.h"
#include "fake_device.h"
#include "walk_text.h"

#include <stdio.h>
#include <stdlib.h>

#define STEPS 10

/**
 * Trace:
 * @text: all until now, under @lock; what comes out belongs to the line before
 * @memory: of the buffer that went in last
 * @stopping: whether what goes in may be lost
 */
typedef struct
{
  MsnetLock lock;
  GString *text;
  GstElement *element;
  gpointer memory;
  gboolean stopping;
} Trace;

/* With the lock held where data may flow, as all that adds to the text. */
static void
end_line (Trace *trace)
{
  g_autofree gchar *histories = fake_device_take_histories ();

  g_string_append (trace->text, histories);
  walk_text_add_stats (trace->text, trace->element);
  g_string_append (trace->text, ".\n");
}

static void
add_line (Trace *trace, const gchar *line)
{
  if (trace->text->len > 0)
    end_line (trace);
  g_string_append_printf (trace->text, "> %s\n%s", line, trace->stopping ? "interrupted\n" : "");
}

/* As the fake device knows it. */
static guint64
get_number (GstBuffer *buffer)
{
  guint64 number = 0;

  gst_buffer_extract (buffer, 0, &number, sizeof number);
  return GUINT64_FROM_LE (number);
}

static void
add_input_buffer (Trace *trace, GstBuffer *buffer)
{
  g_autoptr (GString) line = g_string_new (NULL);
  guint8 level = 0;

  g_string_printf (line, "buffer %" G_GUINT64_FORMAT " ", get_number (buffer));
  walk_text_add_time (line, GST_BUFFER_PTS (buffer));
  g_string_append (line, " ");
  walk_text_add_time (line, GST_BUFFER_DURATION (buffer));
  gst_buffer_extract (buffer, sizeof (guint64), &level, 1);
  g_string_append_printf (line, " %u", level);
  trace->memory = gst_buffer_peek_memory (buffer, 0);
  add_line (trace, line->str);
}

static void
add_segment (Trace *trace, GstEvent *event)
{
  g_autoptr (GString) line = g_string_new (NULL);
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  g_string_printf (line, "segment %g", segment->rate);
  for (guint i = 0; i < 5; i++) {
    const guint64 times[]
        = { segment->start, segment->stop, segment->base, segment->time, segment->position };
    g_string_append (line, " ");
    walk_text_add_time (line, times[i]);
  }
  g_string_append_printf (line, " %u", segment->flags);
  add_line (trace, line->str);
}

static void
add_caps (Trace *trace, GstEvent *event)
{
  g_autofree gchar *line = NULL;
  GstCaps *caps;
  GstVideoInfo info;

  gst_event_parse_caps (event, &caps);
  if (!gst_video_info_from_caps (&info, caps))
    g_error ("not the caps of a video");
  line = g_strdup_printf ("caps %s,%dx%d,framerate=%d/%d", GST_VIDEO_INFO_NAME (&info), info.width,
      info.height, info.fps_n, info.fps_d);
  add_line (trace, line);
}

static void
add_input_event (Trace *trace, GstEvent *event)
{
  g_autofree gchar *line = NULL;
  const gchar *id;

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
    gst_event_parse_stream_start (event, &id);
    line = g_strdup_printf ("stream-start %s", id);
    return add_line (trace, line);
  case GST_EVENT_CAPS:
    return add_caps (trace, event);
  case GST_EVENT_SEGMENT:
    return add_segment (trace, event);
  case GST_EVENT_EOS:
    return add_line (trace, "eos");
  case GST_EVENT_FLUSH_START:
    trace->stopping = TRUE;
    g_string_append (trace->text, "interrupted\n");
    return;
  case GST_EVENT_FLUSH_STOP:
    trace->stopping = FALSE;
    return add_line (trace, "flush");
  default:
    return;
  }
}

static GstPadProbeReturn
look_at_input (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Trace *trace = data;

  msnet_lock_take (&trace->lock);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    add_input_buffer (trace, GST_PAD_PROBE_INFO_BUFFER (info));
  else
    add_input_event (trace, GST_PAD_PROBE_INFO_EVENT (info));
  msnet_lock_give (&trace->lock);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
look_at_output (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Trace *trace = data;

  msnet_lock_take (&trace->lock);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
    walk_text_add_buffer (trace->text, get_number (buffer), buffer);
    if (gst_buffer_peek_memory (buffer, 0) != trace->memory)
      g_string_append (trace->text, "changed\n");
  } else
    walk_text_add_event (trace->text, GST_PAD_PROBE_INFO_EVENT (info));
  msnet_lock_give (&trace->lock);
  return GST_PAD_PROBE_OK;
}

static GstBusSyncReply
look_at_message (GstBus *bus, GstMessage *message, gpointer data)
{
  Trace *trace = data;

  msnet_lock_take (&trace->lock);
  if (GST_MESSAGE_SRC (message) == GST_OBJECT (trace->element)
      || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    walk_text_add_message (trace->text, message);
  msnet_lock_give (&trace->lock);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static void
watch (Trace *trace, GstElement *pipeline)
{
  const GstPadProbeType types
      = GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH;
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (trace->element, "sink");
  g_autoptr (GstPad) source = gst_element_get_static_pad (trace->element, "src");

  gst_pad_add_probe (sink, types, look_at_input, trace, NULL);
  gst_pad_add_probe (source, types, look_at_output, trace, NULL);
  gst_bus_set_sync_handler (bus, look_at_message, trace, NULL);
}

static void
go_to (GstElement *pipeline, GstState state)
{
  gst_element_set_state (pipeline, state);
  if (gst_element_get_state (pipeline, NULL, NULL, 10 * GST_SECOND) != GST_STATE_CHANGE_SUCCESS)
    g_error ("%s was not reached", gst_element_state_get_name (state));
}

/* To READY or NULL; what is on its way is lost. */
static void
go_down (GstElement *pipeline, Trace *trace, GstState state)
{
  msnet_lock_take (&trace->lock);
  trace->stopping = TRUE;
  g_string_append (trace->text, "interrupted\n");
  msnet_lock_give (&trace->lock);
  go_to (pipeline, state);
  trace->stopping = FALSE;
}

static void
restart (GstElement *pipeline, Trace *trace, GstState state)
{
  go_down (pipeline, trace, state);
  add_line (trace, "restart");
}

static void
seek (GstElement *pipeline, GRand *random, GstSeekFlags flags)
{
  static const gdouble rates[] = { 1, 1, 1, 2, 0.5, -1 };
  gdouble rate = rates[g_rand_int_range (random, 0, G_N_ELEMENTS (rates))];
  gint64 start = g_rand_int_range (random, 0, 200) * GST_SECOND / 10;

  gst_element_seek (pipeline, rate, GST_FORMAT_TIME, flags | GST_SEEK_FLAG_ACCURATE, GST_SEEK_TYPE_SET, start,
      GST_SEEK_TYPE_SET, start + g_rand_int_range (random, 1, 30) * GST_SECOND);
}

static void
change_picture (GstElement *pipeline, GRand *random)
{
  static const gchar *formats[] = { "I420", "NV12", "GRAY8" };
  g_autoptr (GstElement) filter = gst_bin_get_by_name (GST_BIN (pipeline), "filter");
  g_autofree gchar *text
      = g_strdup_printf ("video/x-raw, format = %s, width = %d, height = 48, framerate = %d/1",
          formats[g_rand_int_range (random, 0, G_N_ELEMENTS (formats))],
          48 + 16 * g_rand_int_range (random, 0, 2), g_rand_int_range (random, 10, 60));
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  g_object_set (filter, "caps", caps, NULL);
}

static void
step (GstElement *pipeline, Trace *trace, GRand *random)
{
  switch (g_rand_int_range (random, 0, 9)) {
  case 0:
    go_to (pipeline, GST_STATE_PAUSED);
    break;
  case 1:
    go_to (pipeline, GST_STATE_PAUSED);
    seek (pipeline, random, GST_SEEK_FLAG_FLUSH);
    break;
  case 2:
    restart (pipeline, trace, GST_STATE_READY);
    break;
  case 3:
    restart (pipeline, trace, GST_STATE_NULL);
    break;
  case 4:
    change_picture (pipeline, random);
    break;
  case 5:
    gst_element_send_event (pipeline, gst_event_new_eos ());
    g_usleep (g_rand_int_range (random, 0, 5000));
    seek (pipeline, random, GST_SEEK_FLAG_FLUSH);
    break;
  case 6:
    seek (pipeline, random, GST_SEEK_FLAG_NONE);
    break;
  default:
    seek (pipeline, random, GST_SEEK_FLAG_FLUSH);
  }
  go_to (pipeline, GST_STATE_PLAYING);
  g_usleep (g_rand_int_range (random, 0, 10000));
}

/* Slow enough that the walk ends before the video does.  The caps filter still takes caps that were
 * negotiated just before it was given others, or the source would end with "not-negotiated" now and then. */
static GstElement *
make_pipeline (guint seed, GstElement **element)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *text
      = g_strdup_printf ("videotestsrc pattern=snow ! "
                         "capsfilter name=filter caps-change-mode=delayed caps=\"" SMALL_CAPS
                         "\" ! identity sleep-time=200 ! %s ! "
                         "msnet name=msnet model=%s window=400000000 hop=200000000 policy=%s "
                         "post-messages=all smoothing=0 ! %s ! "
                         "fakesink sync=false",
          seed % 2 ? "queue max-size-buffers=3" : "identity", model, seed % 3 ? "every" : "latest",
          seed % 5 ? "identity" : "queue max-size-buffers=2");
  GstElement *pipeline = gst_parse_launch (text, NULL);

  *element = gst_bin_get_by_name (GST_BIN (pipeline), "msnet");
  return pipeline;
}

static void
walk (guint seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  gboolean stream = seed % 6 < 2;
  g_autofree gchar *first = g_strdup_printf (
      "walk %s 400000000 200000000 %s", seed % 3 ? "every" : "latest", stream ? "stream" : "clip");
  Trace trace = { .text = g_string_new (NULL) };
  GstElement *pipeline = make_pipeline (seed, &trace.element);

  msnet_lock_init (&trace.lock);
  add_line (&trace, first);
  add_line (&trace, "set post-messages all");
  watch (&trace, pipeline);
  fake_device_set_delay (seed % 4 ? 0 : 3000);
  fake_device_set_stream (stream);
  go_to (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < STEPS; i++)
    step (pipeline, &trace, random);
  go_down (pipeline, &trace, GST_STATE_NULL);
  end_line (&trace);
  printf ("%send\n", trace.text->str);
  gst_object_unref (trace.element);
  gst_object_unref (pipeline);
  g_string_free (trace.text, TRUE);
  msnet_lock_clear (&trace.lock);
}

int
main (int argc, char **argv)
{
  guint first, count;

  gst_init (&argc, &argv);
  fake_device_register_elements ();
  first = atoi (argv[1]);
  count = atoi (argv[2]);
  for (guint seed = first; seed < first + count; seed++)
    walk (seed);
  return fake_device_count_engines () == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
