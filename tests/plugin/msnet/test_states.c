/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `msnet` in harnesses and pipelines: states, properties, messages, warnings. */
#include "common/msnet_harness.h"

#include <gst/video/video.h>
#include <malloc.h>
#include <stdio.h>

/* Resident memory of this process, in KiB; 0 with AddressSanitizer, which keeps what is freed. */
static glong
get_memory (void)
{
  glong pages = 0;
#ifndef __SANITIZE_ADDRESS__
  FILE *file = fopen ("/proc/self/statm", "r");

  malloc_trim (0);
  if (file == NULL || fscanf (file, "%*s %ld", &pages) != 1)
    pages = 0;
  if (file != NULL)
    fclose (file);
#endif
  return pages * 4;
}

/* The driver's threads free some of it a little later. */
static glong
get_settled_memory (void)
{
  glong least = get_memory ();

  for (guint i = 0; i < 15; i++) {
    g_usleep (20000);
    least = MIN (least, get_memory ());
  }
  return least;
}

GST_START_TEST (test_states_leave_no_memory)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (msnet_test_element ());
  glong before = 0, after;

  for (guint i = 0; i < 20; i++) {
    fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
    fail_unless_equals_int (gst_element_set_state (element, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    if (i == 4)
      before = get_memory ();
  }
  after = get_memory ();
  /* A model that stays would be ten times as much. */
  fail_unless (after - before < 1024, "%ld KiB more after 15 times", after - before);
}
GST_END_TEST;

GST_START_TEST (test_streams_leave_no_memory)
{
  glong before = 0, after;

  for (guint i = 0; i < 12; i++) {
    if (i == 6)
      before = get_settled_memory ();
    GstElement *element = msnet_test_element ();
    g_object_set (element, "activation", TRUE, NULL);
    g_auto (MsnetHarness) harness = msnet_harness_new (element, SMALL_CAPS);
    msnet_harness_push (&harness, 0, 1750, 250);
  }
  after = get_settled_memory ();
  fail_unless (after - before < 4096, "%ld KiB more after 6 streams", after - before);
}
GST_END_TEST;

static void
count_notification (GObject *object, GParamSpec *spec, gpointer n)
{
  (*(guint *)n)++;
}

/* A user interface that is bound to the property: it must not show what was refused. */
GST_START_TEST (test_properties_that_are_fixed_while_running)
{
  const gchar *names[]
      = { "model", "device", "precision", "window", "hop", "policy", "orientation", "activation" };
  const gchar *values[] = { "other", "cpu", "bf16", "500000000", "500000000", "latest", "90r", "true" };
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  guint64 window;
  guint n = 0;

  g_signal_connect (harness.element, "notify", G_CALLBACK (count_notification), &n);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *told = g_strdup_printf ("\"%s\" can change in NULL and READY only", names[i]);
    gst_util_set_object_arg (G_OBJECT (harness.element), names[i], values[i]);
    msnet_harness_expect (&harness, GST_MESSAGE_WARNING, told);
  }
  fail_unless_equals_int (n, 0);
  g_object_get (harness.element, "window", &window, NULL);
  fail_unless_equals_uint64 (window, 0);
  /* As the warning says. */
  gst_element_set_state (harness.element, GST_STATE_READY);
  g_object_set (harness.element, "window", GST_SECOND / 2, NULL);
  g_object_get (harness.element, "window", &window, NULL);
  fail_unless_equals_uint64 (window, GST_SECOND / 2);
  fail_unless_equals_int (n, 1);
  g_object_set (harness.element, "top-k", 3, NULL);
  fail_unless_equals_int (n, 2);
}
GST_END_TEST;

GST_START_TEST (test_model_can_change_in_ready)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (msnet_test_element ());
  g_autofree gchar *other = msnet_test_model ("tiny-tsm");
  GstStructure *stats;

  gst_element_set_state (element, GST_STATE_READY);
  g_object_set (element, "model", other, NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  g_object_get (element, "stats", &stats, NULL);
  fail_unless_equals_string (gst_structure_get_string (stats, "model"), "tiny-tsm");
  fail_unless_equals_string (gst_structure_get_string (stats, "mode"), "clip");
  gst_structure_free (stats);
  gst_element_set_state (element, GST_STATE_NULL);
}
GST_END_TEST;

GST_START_TEST (test_stats)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  GstStructure *stats;
  guint64 windows, gaps;

  msnet_harness_push (&harness, 0, 250, 250);
  msnet_harness_push (&harness, 800, 1000, 100); /* too late for the point at 500 */
  g_object_get (harness.element, "stats", &stats, NULL);
  fail_unless (
      gst_structure_get (stats, "windows", G_TYPE_UINT64, &windows, "gaps", G_TYPE_UINT64, &gaps, NULL));
  fail_unless_equals_uint64 (windows, 1);
  fail_unless_equals_uint64 (gaps, 1);
  fail_unless (gst_structure_get_string (stats, "device") != NULL);
  fail_unless_equals_string (gst_structure_get_string (stats, "mode"), "stream");
  gst_structure_free (stats);
}
GST_END_TEST;

static guint
count_results (MsnetHarness *harness)
{
  GstMessage *message;
  guint n = 0;

  while ((message = msnet_harness_pop (harness, GST_MESSAGE_ELEMENT)) != NULL) {
    n += gst_message_has_name (message, MSNET_RESULT_NAME);
    gst_message_unref (message);
  }
  return n;
}

/* The messages of three windows. */
static guint
count_messages (const gchar *which)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };

  gst_util_set_object_arg (G_OBJECT (element), "post-messages", which);
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 2750, 250);
  return count_results (&harness);
}

GST_START_TEST (test_which_messages_are_posted)
{
  fail_unless_equals_int (count_messages ("none"), 0);
  /* Noise looks like noise: the label does not change. */
  fail_unless_equals_int (count_messages ("changes"), 1);
  fail_unless_equals_int (count_messages ("all"), 3);
}
GST_END_TEST;

static void
seek (MsnetHarness *harness, GstClockTime to)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = to;
  gst_harness_push_event (harness->harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness->harness, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (harness->harness, gst_event_new_segment (&segment));
}

/* A player that reads the bus alone shows the label after a seek, although it is the one from before. */
GST_START_TEST (test_first_label_after_a_reset_is_posted)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);

  msnet_harness_push (&harness, 0, 1750, 250);
  fail_unless_equals_int (count_results (&harness), 1);
  seek (&harness, 60 * GST_SECOND);
  msnet_harness_push (&harness, 60000, 61750, 250);
  fail_unless_equals_int (count_results (&harness), 1);
  msnet_harness_push (&harness, 70000, 71750, 250); /* behind a hole */
  fail_unless_equals_int (count_results (&harness), 1);
}
GST_END_TEST;

/* Elements in two bins may have one name; what they say is told apart by a number that is theirs alone. */
GST_START_TEST (test_element_id)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_auto (MsnetHarness) other = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  MsnetHarness *harnesses[] = { &harness, &harness, &other };
  guint64 ids[3];

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (GstMessage) message = NULL;
    msnet_harness_push (harnesses[i], 5000 * i, 5000 * i + 750, 250);
    message = msnet_harness_pop (harnesses[i], GST_MESSAGE_ELEMENT);
    fail_unless (gst_structure_get_uint64 (gst_message_get_structure (message), "element-id", &ids[i]));
  }
  fail_unless_equals_uint64 (ids[0], ids[1]);
  fail_if (ids[0] == ids[2]);
}
GST_END_TEST;

/* Windows begin at points of the grid: every 500 ms, not every 300. */
GST_START_TEST (test_hop_told_is_the_hop_that_happens)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };
  g_auto (MsnetResult) result = { 0 };
  GstMessage *message;

  g_object_set (element, "hop", 300 * GST_MSECOND, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 750, 250);
  message = msnet_harness_pop (&harness, GST_MESSAGE_ELEMENT);
  fail_unless (msnet_result_read (&result, gst_message_get_structure (message)));
  fail_unless_equals_uint64 (result.hop, 500 * GST_MSECOND);
  gst_message_unref (message);
}
GST_END_TEST;

GST_START_TEST (test_message_fields)
{
  g_auto (MsnetHarness) harness = { 0 };
  GstElement *element = msnet_test_element ();
  g_autoptr (GstMessage) message = NULL;
  g_auto (MsnetResult) result = { 0 };
  const gchar *names[] = { "timestamp", "stream-time", "running-time", "duration", "index" };
  guint64 timestamp, stream_time, running_time, duration;
  const GstStructure *structure;
  GstSegment segment;

  g_object_set (element, "top-k", 3, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = GST_SECOND;
  gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  msnet_harness_push (&harness, 1000, 1750, 250);
  message = msnet_harness_pop (&harness, GST_MESSAGE_ELEMENT);
  structure = gst_message_get_structure (message);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    fail_unless_equals_string (gst_structure_nth_field_name (structure, i), names[i]);
  fail_unless (gst_structure_get (structure, "timestamp", G_TYPE_UINT64, &timestamp, "stream-time",
      G_TYPE_UINT64, &stream_time, "running-time", G_TYPE_UINT64, &running_time, "duration", G_TYPE_UINT64,
      &duration, NULL));
  fail_unless_equals_uint64 (timestamp, 1750 * GST_MSECOND);
  fail_unless_equals_uint64 (stream_time, 1750 * GST_MSECOND);
  fail_unless_equals_uint64 (running_time, 750 * GST_MSECOND);
  fail_unless_equals_uint64 (duration, GST_SECOND);
  fail_unless (msnet_result_read (&result, structure));
  fail_unless_equals_string (result.element, "msnet");
  fail_unless_equals_string (result.model, "tiny-four");
  fail_unless_equals_int (result.n_labels, 3);
  fail_unless_equals_string (result.label, result.labels[0]);
  fail_unless (result.scores[0] >= result.scores[1] && result.scores[1] >= result.scores[2]);
  fail_unless_equals_uint64 (result.stream_end, 1750 * GST_MSECOND);
  fail_unless_equals_uint64 (result.hop, GST_SECOND);
  fail_unless (result.inference > 0);
  fail_if (GST_CLOCK_TIME_IS_VALID (result.wall));
}
GST_END_TEST;

GST_START_TEST (test_threshold)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };
  g_autofree gchar *text = NULL;

  g_object_set (element, "threshold", 1.0, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 1250, 250);
  g_object_set (element, "threshold", 0.0, NULL);
  msnet_harness_push (&harness, 1500, 1750, 250);
  text = msnet_harness_describe (&harness);
  /* What was not told counts all the same. */
  fail_unless_equals_string (text, "0 250 500 750 1000 1250 1500 1750(1:1000-1750)");
}
GST_END_TEST;

GST_START_TEST (test_interlaced_is_told_once)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (),
      "video/x-raw, format = I420, width = 64, height = 48, framerate = 10/1, "
      "interlace-mode = interleaved, field-order = top-field-first");
  g_autofree gchar *text = NULL;

  msnet_harness_push (&harness, 0, 750, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750)");
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING, "is interlaced");
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_WARNING));
}
GST_END_TEST;

/* What the warning says to put before msnet, put there. */
GST_START_TEST (test_deinterlaced_is_not_told)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *launch = g_strdup_printf ("deinterlace ! msnet model=%s", model);
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *harness = gst_harness_new_parse (launch);
  MsnetHarness frames = { .harness = harness, .bus = bus };

  gst_element_set_bus (harness->element, bus);
  gst_harness_set_live (harness, FALSE);
  gst_harness_set_src_caps_str (harness,
      "video/x-raw, format = I420, width = 64, height = 48, framerate = 10/1, "
      "interlace-mode = interleaved, field-order = top-field-first");
  msnet_harness_push (&frames, 0, 1900, 100);
  gst_harness_push_event (harness, gst_event_new_eos ());
  fail_if (msnet_harness_pop (&frames, GST_MESSAGE_WARNING));
  fail_unless (gst_harness_buffers_received (harness) > 0);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}
GST_END_TEST;

static Suite *
msnet_states_suite (void)
{
  Suite *suite = suite_create ("msnet_states");
  TCase *states = tcase_create ("states");
  TCase *messages = tcase_create ("messages");

  msnet_test_require_device ();
  suite_add_tcase (suite, states);
  tcase_add_test (states, test_states_leave_no_memory);
  tcase_add_test (states, test_streams_leave_no_memory);
  tcase_add_test (states, test_properties_that_are_fixed_while_running);
  tcase_add_test (states, test_model_can_change_in_ready);
  tcase_add_test (states, test_stats);
  suite_add_tcase (suite, messages);
  tcase_add_test (messages, test_which_messages_are_posted);
  tcase_add_test (messages, test_first_label_after_a_reset_is_posted);
  tcase_add_test (messages, test_element_id);
  tcase_add_test (messages, test_hop_told_is_the_hop_that_happens);
  tcase_add_test (messages, test_message_fields);
  tcase_add_test (messages, test_threshold);
  tcase_add_test (messages, test_interlaced_is_told_once);
  tcase_add_test (messages, test_deinterlaced_is_not_told);
  return suite;
}

GST_CHECK_MAIN (msnet_states)
