/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `span=clip`: a window is a whole clip, over a fake device.  The model has four frames. */
#include "common/msnet_harness.h"
#include "fake_device.h"

/* Of @length ms; 0: unknown. */
static MsnetHarness
model_harness (const gchar *name, guint length)
{
  g_autofree gchar *model = msnet_test_model (name);
  GstElement *element = msnet_test_element ();
  MsnetHarness harness;

  g_object_set (element, "model", model, NULL);
  gst_util_set_object_arg (G_OBJECT (element), "span", "clip");
  harness = msnet_harness_new (element, SMALL_CAPS);
  if (length > 0)
    msnet_harness_set_duration (&harness, length * GST_MSECOND);
  return harness;
}

static MsnetHarness
clip_harness (guint length)
{
  return model_harness ("tiny-four", length);
}

/* Times in ms; @stop 0: it has none. */
static void
push_segment (MsnetHarness *harness, guint start, guint stop, guint base)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = start * GST_MSECOND;
  segment.stop = stop > 0 ? stop * GST_MSECOND : GST_CLOCK_TIME_NONE;
  segment.base = base * GST_MSECOND;
  fail_unless (gst_harness_push_event (harness->harness, gst_event_new_segment (&segment)));
}

static void
push_eos (MsnetHarness *harness)
{
  fail_unless (gst_harness_push_event (harness->harness, gst_event_new_eos ()));
}

/* The result rides on the frame of the last point, and is held until the clip ends. */
GST_START_TEST (test_the_whole_stream)
{
  g_auto (MsnetHarness) harness = clip_harness (2000);

  msnet_harness_push (&harness, 0, 1750, 250);
  push_eos (&harness);
  msnet_harness_assert (&harness, "0 250 500 750 1000 1250 1500(0:0-1500) 1750(0:0-1500 +250) eos");
}
GST_END_TEST;

/* At 250, 750, 1250 and 1750 ms. */
GST_START_TEST (test_centres_of_a_stream)
{
  g_auto (MsnetHarness) harness = model_harness ("tiny-centre", 2000);

  msnet_harness_push (&harness, 0, 1800, 200);
  push_eos (&harness);
  msnet_harness_assert (&harness, "0 200 400 600 800 1000 1200 1400 1600 1800(0:400-1800) eos");
}
GST_END_TEST;

GST_START_TEST (test_length_in_messages)
{
  g_auto (MsnetHarness) harness = clip_harness (2000);
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *structure;
  GstClockTime duration, hop;

  msnet_harness_push (&harness, 0, 1750, 250);
  message = msnet_harness_pop (&harness, GST_MESSAGE_ELEMENT);
  structure = gst_message_get_structure (message);
  fail_unless (gst_structure_get_clock_time (structure, "duration", &duration));
  fail_unless (gst_structure_get_clock_time (structure, "hop", &hop));
  fail_unless_equals_uint64 (duration, 2 * GST_SECOND);
  fail_unless_equals_uint64 (hop, 2 * GST_SECOND);
}
GST_END_TEST;

/* A frame fewer than the length says: the last point repeats the last frame that was sampled. */
GST_START_TEST (test_the_stream_ends_early)
{
  g_auto (MsnetHarness) harness = clip_harness (2000);

  msnet_harness_push (&harness, 0, 1200, 400);
  push_eos (&harness);
  msnet_harness_assert (&harness, "0 400 800 1200 event(0:0-1200 p) eos");
}
GST_END_TEST;

/* More frames than the length says are not looked at. */
GST_START_TEST (test_the_stream_goes_on)
{
  g_auto (MsnetHarness) harness = clip_harness (1000);
  g_autofree gchar *text = NULL;

  msnet_harness_push (&harness, 0, 4000, 250);
  push_eos (&harness);
  text = msnet_harness_describe (&harness);
  fail_unless (g_str_has_prefix (text, "0 250 500 750(0:0-750) 1000(0:0-750 +250)"), "%s", text);
  fail_unless (g_str_has_suffix (text, " 2750(0:0-750 +2000) 3000 3250 3500 3750 4000 eos"), "%s", text);
}
GST_END_TEST;

GST_START_TEST (test_a_segment_with_a_stop)
{
  g_auto (MsnetHarness) harness = clip_harness (0);

  push_segment (&harness, 3000, 5000, 0);
  msnet_harness_push (&harness, 2750, 4750, 250);
  push_eos (&harness);
  msnet_harness_assert (
      &harness, "2750 3000 3250 3500 3750 4000 4250 4500(0:0-1500) 4750(0:0-1500 +250) eos");
}
GST_END_TEST;

/* A seek without a stop: to the end of the stream.  Stream time is PTS less 60 s here. */
GST_START_TEST (test_the_rest_of_a_stream)
{
  g_auto (MsnetHarness) harness = clip_harness (4000);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = 62 * GST_SECOND;
  segment.time = 2 * GST_SECOND;
  gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  msnet_harness_push (&harness, 62000, 63750, 250);
  push_eos (&harness);
  msnet_harness_assert (
      &harness, "62000 62250 62500 62750 63000 63250 63500(0:0-1500) 63750(0:0-1500 +250) eos");
}
GST_END_TEST;

/* Streams behind each other, as a playlist's: each that starts ends the one before. */
GST_START_TEST (test_streams_behind_each_other)
{
  g_auto (MsnetHarness) harness = clip_harness (0);

  push_segment (&harness, 0, 1000, 0);
  msnet_harness_push (&harness, 0, 500, 250);
  push_segment (&harness, 0, 2000, 1000);
  msnet_harness_push (&harness, 0, 1250, 250);
  gst_harness_push_event (harness.harness, gst_event_new_stream_start ("another"));
  push_segment (&harness, 0, 400, 2000);
  msnet_harness_push (&harness, 0, 300, 100);
  msnet_harness_assert (&harness,
      "0 250 500 0 250 500 750 1000 1250 0 100 200 300(2:2000-2300) event(0:0-500 p) "
      "event(1:1000-2000 p)");
}
GST_END_TEST;

/* After a flush nothing is left of the clip before. */
GST_START_TEST (test_a_seek_starts_over)
{
  g_auto (MsnetHarness) harness = clip_harness (2000);

  msnet_harness_push (&harness, 0, 1000, 250);
  gst_harness_push_event (harness.harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness.harness, gst_event_new_flush_stop (TRUE));
  push_segment (&harness, 1000, 0, 0);
  msnet_harness_push (&harness, 1000, 1750, 250);
  msnet_harness_assert (&harness, "0 250 500 750 1000 1000 1250 1500 1750(0:0-750)");
}
GST_END_TEST;

/* Actions of a clip end with it. */
GST_START_TEST (test_actions_of_a_clip)
{
  g_auto (MsnetHarness) harness = clip_harness (1000);
  g_autoptr (GstMessage) begin = NULL;
  g_autoptr (GstMessage) end = NULL;

  g_object_set (
      harness.element, "post-messages", 2, "enter", 0.1, "leave", 0.1, "smoothing", (guint64)0, NULL);
  msnet_harness_push (&harness, 0, 750, 250);
  gst_harness_push_event (harness.harness, gst_event_new_stream_start ("another"));
  while ((begin = msnet_harness_pop (&harness, GST_MESSAGE_ELEMENT)) != NULL
         && !gst_message_has_name (begin, "msnet-action-begin"))
    gst_clear_message (&begin);
  while ((end = msnet_harness_pop (&harness, GST_MESSAGE_ELEMENT)) != NULL
         && !gst_message_has_name (end, "msnet-action-end"))
    gst_clear_message (&end);
  fail_unless (begin != NULL && end != NULL);
}
GST_END_TEST;

GST_START_TEST (test_unknown_length)
{
  g_auto (MsnetHarness) harness = clip_harness (0);
  GstBuffer *buffer = msnet_harness_make_frame (&harness, 0, 250 * GST_MSECOND);

  fail_unless_equals_int (gst_harness_push (harness.harness, buffer), GST_FLOW_ERROR);
  msnet_harness_expect (&harness, GST_MESSAGE_ERROR, "The length of the stream is not known");
}
GST_END_TEST;

/* As of a live FLV, whose header says 0. */
GST_START_TEST (test_a_length_of_nothing)
{
  g_auto (MsnetHarness) harness = clip_harness (0);

  msnet_harness_set_duration (&harness, 0);
  fail_unless_equals_int (
      gst_harness_push (harness.harness, msnet_harness_make_frame (&harness, 0, 250 * GST_MSECOND)),
      GST_FLOW_ERROR);
  msnet_harness_expect (&harness, GST_MESSAGE_ERROR, "The length of the stream is not known");
}
GST_END_TEST;

GST_START_TEST (test_window_does_not_count)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };

  gst_util_set_object_arg (G_OBJECT (element), "span", "clip");
  g_object_set (element, "window", 1000 * GST_SECOND, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING, "do not count with span=clip");
  msnet_harness_set_duration (&harness, GST_SECOND);
  msnet_harness_push (&harness, 0, 750, 250);
  msnet_harness_assert (&harness, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

/* An element with several inputs answers for any of them. */
GST_START_TEST (test_each_of_several_inputs)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *text
      = g_strdup_printf ("concat name=c ! videoconvert ! queue ! msnet span=clip post-messages=all "
                         "model=\"%s\" ! fakesink videotestsrc num-buffers=20 ! " SMALL_CAPS
                         " ! c. videotestsrc num-buffers=40 ! " SMALL_CAPS
                         " ! c. videotestsrc num-buffers=8 ! " SMALL_CAPS " ! c.",
          model);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, &error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GString) found = g_string_new (NULL);
  GstMessage *message;

  fail_unless (error == NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((message = gst_bus_timed_pop_filtered (
              bus, 20 * GST_SECOND, GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS | GST_MESSAGE_ERROR))
         != NULL) {
    const gboolean ends = GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT;
    GstClockTime duration;
    if (!ends && gst_structure_get_clock_time (gst_message_get_structure (message), "duration", &duration))
      g_string_append_printf (found, "%" G_GUINT64_FORMAT " ", duration / GST_MSECOND);
    gst_message_unref (message);
    if (ends)
      break;
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_string (found->str, "2000 4000 800 ");
}
GST_END_TEST;

/* What an element with two inputs has behind the harness' pad; @pads are its inputs. */
typedef struct
{
  GstPad *pads[2];
  GList *list;
  GMutex lock;
  guint32 cookie;
  guint n_times;
} Inputs;

/* Another input comes while they are counted for the first time. */
static GstIteratorItem
count_input (GstIterator *iterator, const GValue *item)
{
  Inputs *inputs = g_object_get_data (g_value_get_object (item), "inputs");

  if (inputs->n_times++ == 0)
    inputs->cookie++;
  return GST_ITERATOR_ITEM_PASS;
}

static GstIterator *
iterate_inputs (GstPad *pad, GstObject *parent)
{
  Inputs *inputs = g_object_get_data (G_OBJECT (pad), "inputs");
  return gst_iterator_new_list (
      GST_TYPE_PAD, &inputs->lock, &inputs->cookie, &inputs->list, NULL, count_input);
}

static gboolean
answer_four_seconds (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_DURATION)
    return FALSE;
  gst_query_set_duration (query, GST_FORMAT_TIME, 4 * GST_SECOND);
  return TRUE;
}

/* With a stream of its own, which is four seconds long. */
static void
add_input (Inputs *inputs, guint i, const gchar *id)
{
  GstPad *source = gst_pad_new (NULL, GST_PAD_SRC);
  GstEvent *event = gst_event_new_stream_start (id);

  inputs->pads[i] = gst_pad_new (NULL, GST_PAD_SINK);
  gst_pad_set_query_function (source, answer_four_seconds);
  gst_pad_set_active (source, TRUE);
  gst_pad_set_active (inputs->pads[i], TRUE);
  fail_unless_equals_int (gst_pad_store_sticky_event (inputs->pads[i], event), GST_FLOW_OK);
  gst_event_unref (event);
  fail_unless_equals_int (gst_pad_link (source, inputs->pads[i]), GST_PAD_LINK_OK);
  g_object_set_data (G_OBJECT (inputs->pads[i]), "inputs", inputs);
  inputs->list = g_list_append (inputs->list, inputs->pads[i]);
}

static void
clear_inputs (Inputs *inputs)
{
  for (guint i = 0; i < 2; i++) {
    gst_object_unref (gst_pad_get_peer (inputs->pads[i])); /* what the link holds */
    gst_object_unref (inputs->pads[i]);
  }
  g_list_free (inputs->list);
  g_mutex_clear (&inputs->lock);
}

/* As a playlist does whose later files are opened while the first one plays. */
GST_START_TEST (test_an_input_comes_late)
{
  g_auto (MsnetHarness) harness = clip_harness (1000);
  Inputs inputs = { 0 };

  g_mutex_init (&inputs.lock);
  add_input (&inputs, 0, "this");
  add_input (&inputs, 1, "another");
  g_object_set_data (G_OBJECT (harness.harness->srcpad), "inputs", &inputs);
  gst_pad_set_iterate_internal_links_function (harness.harness->srcpad, iterate_inputs);
  gst_harness_push_event (harness.harness, gst_event_new_stream_start ("this"));
  push_segment (&harness, 0, 0, 0);
  msnet_harness_push (&harness, 0, 3000, 1000);
  msnet_harness_assert (&harness, "0 1000 2000 3000(0:0-3000)");
  fail_unless_equals_uint64 (inputs.n_times, 1 + 2);
  clear_inputs (&inputs);
}
GST_END_TEST;

static Suite *
msnet_clips_suite (void)
{
  Suite *suite = suite_create ("msnet_clips");
  TCase *tests = tcase_create ("clips");

  fake_device_register_elements ();
  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_the_whole_stream);
  tcase_add_test (tests, test_centres_of_a_stream);
  tcase_add_test (tests, test_length_in_messages);
  tcase_add_test (tests, test_the_stream_ends_early);
  tcase_add_test (tests, test_the_stream_goes_on);
  tcase_add_test (tests, test_a_segment_with_a_stop);
  tcase_add_test (tests, test_the_rest_of_a_stream);
  tcase_add_test (tests, test_streams_behind_each_other);
  tcase_add_test (tests, test_a_seek_starts_over);
  tcase_add_test (tests, test_actions_of_a_clip);
  tcase_add_test (tests, test_unknown_length);
  tcase_add_test (tests, test_a_length_of_nothing);
  tcase_add_test (tests, test_window_does_not_count);
  tcase_add_test (tests, test_each_of_several_inputs);
  tcase_add_test (tests, test_an_input_comes_late);
  return suite;
}

GST_CHECK_MAIN (msnet_clips)
