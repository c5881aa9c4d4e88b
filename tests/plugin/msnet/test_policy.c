/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a slow, dead or failing device costs the stream, by policy (DESIGN.md, Time 7), with a fake one.
 *
 * The model has 4 frames and a window of 1 s: points at 0, 250, 500, 750 ms; hop 1 s unless said. */
#include "common/msnet_harness.h"
#include "fake_device.h"
#include "msnet/runtime.h"

#define SECOND ((gulong)G_USEC_PER_SEC)

static void
recover (void)
{
  fake_device_set_delay (0);
  fake_device_hang (FALSE);
  fake_device_fail (FALSE);
  g_array_unref (fake_device_take_windows ());
}

static MsnetHarness
policy_harness (const gchar *policy)
{
  GstElement *element = msnet_test_element ();

  gst_util_set_object_arg (G_OBJECT (element), "policy", policy);
  return msnet_harness_new (element, SMALL_CAPS);
}

static guint64
get_stat (MsnetHarness *harness, const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (harness->element, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, field, &value);
  return value;
}

/* Waits until the device has returned @n windows to a stream that only polls. */
static void
wait_for_device (void)
{
  g_usleep (SECOND / 5);
}

GST_START_TEST (test_every_waits_for_a_slow_device)
{
  g_auto (MsnetHarness) harness = policy_harness ("every");
  g_autofree gchar *text = NULL;

  fake_device_set_delay (SECOND / 20);
  msnet_harness_push (&harness, 0, 2750, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750) 1000(0:0-750 +250) 1250(0:0-750 +500) "
                                   "1500(0:0-750 +750) 1750(1:1000-1750) 2000(1:1000-1750 +250) "
                                   "2250(1:1000-1750 +500) 2500(1:1000-1750 +750) 2750(2:2000-2750)");
  fail_unless_equals_uint64 (get_stat (&harness, "windows"), 3);
  fail_unless_equals_uint64 (get_stat (&harness, "skipped"), 0);
  /* To within 3 %. */
  fail_unless (get_stat (&harness, "latency-p50") >= 48 * GST_MSECOND);
}
GST_END_TEST;

GST_START_TEST (test_latest_rides_on_the_next_buffer)
{
  g_auto (MsnetHarness) harness = policy_harness ("latest");
  g_autofree gchar *text = NULL;

  fake_device_set_delay (SECOND / 20);
  msnet_harness_push (&harness, 0, 750, 250);
  wait_for_device ();
  msnet_harness_push (&harness, 1000, 1250, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750 1000(0:0-750 +250) 1250(0:0-750 +500)");
}
GST_END_TEST;

/* Returns: QOS messages on the bus, as "TIMESTAMP/DURATION" in ms */
static gchar *
describe_qos (MsnetHarness *harness)
{
  GString *text = g_string_new (NULL);
  GstMessage *message;

  while ((message = msnet_harness_pop (harness, GST_MESSAGE_QOS)) != NULL) {
    guint64 running_time, stream_time, timestamp, duration;
    gst_message_parse_qos (message, NULL, &running_time, &stream_time, &timestamp, &duration);
    fail_unless_equals_uint64 (running_time, timestamp);
    fail_unless_equals_uint64 (stream_time, timestamp);
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, text->len ? " " : "",
        timestamp / GST_MSECOND, duration / GST_MSECOND);
    gst_message_unref (message);
  }
  return g_string_free (text, FALSE);
}

GST_START_TEST (test_latest_skips_all_but_the_newest)
{
  g_auto (MsnetHarness) harness = policy_harness ("latest");
  g_autofree gchar *text = NULL;
  g_autofree gchar *messages = NULL;
  g_auto (MsnetResult) result = { 0 };
  gpointer state = NULL;
  GstBuffer *buffer;

  fake_device_hang (TRUE);
  msnet_harness_push (&harness, 0, 750, 250);
  wait_for_device ();
  /* Windows 1 and 2 become due meanwhile, and 3 is the newest when the device is back. */
  msnet_harness_push (&harness, 1000, 3750, 250);
  text = msnet_harness_describe (&harness);
  fail_unless (strchr (text, '(') == NULL, "%s", text);
  messages = describe_qos (&harness);
  fail_unless_equals_string (messages, "1750/1000 2750/1000");
  fake_device_hang (FALSE);
  wait_for_device ();
  msnet_harness_push (&harness, 4000, 4000, 250);
  buffer = gst_harness_pull (harness.harness);
  fail_unless (msnet_result_read (&result, msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)));
  fail_unless_equals_uint64 (result.skipped, 0);
  fail_unless_equals_uint64 (result.end, 750 * GST_MSECOND);
  msnet_result_clear (&result);
  fail_unless (msnet_result_read (&result, msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)));
  fail_unless_equals_uint64 (result.index, 1);
  fail_unless_equals_uint64 (result.skipped, 2);
  fail_unless_equals_uint64 (result.start, 3 * GST_SECOND);
  fail_unless_equals_int (result.gaps, 0);
  fail_unless_equals_uint64 (result.age, 250 * GST_MSECOND);
  gst_buffer_unref (buffer);
  fail_unless_equals_uint64 (get_stat (&harness, "skipped"), 2);
  fail_unless_equals_uint64 (get_stat (&harness, "windows"), 2);
}
GST_END_TEST;

/* A camera of two frames a second, and a window at every point: each frame completes two of them, and an
 * idle device skips none. */
GST_START_TEST (test_latest_skips_nothing_of_a_slow_stream)
{
  GstElement *element = msnet_test_element ();
  g_autofree gchar *messages = NULL;
  g_auto (MsnetHarness) harness = { 0 };

  gst_util_set_object_arg (G_OBJECT (element), "policy", "latest");
  g_object_set (element, "hop", 250 * GST_MSECOND, NULL);
  harness
      = msnet_harness_new (element, "video/x-raw, format = I420, width = 64, height = 48, framerate = 2/1");
  for (guint pts = 0; pts <= 3000; pts += 500) {
    msnet_harness_push (&harness, pts, pts, 500);
    wait_for_device ();
  }
  messages = describe_qos (&harness);
  fail_unless_equals_string (messages, "");
  fail_unless_equals_uint64 (get_stat (&harness, "skipped"), 0);
  /* One for each frame from 1000 ms on; the last one may ride on the next buffer. */
  fail_unless (get_stat (&harness, "windows") >= 4);
}
GST_END_TEST;

GST_START_TEST (test_a_window_holds_the_frames_that_it_says)
{
  g_auto (MsnetHarness) harness = policy_harness ("latest");
  g_autoptr (GArray) windows = NULL;

  fake_device_hang (TRUE);
  for (guint64 pts = 0; pts <= 5750; pts += 250) {
    GstBuffer *buffer = msnet_harness_make_frame (&harness, pts * GST_MSECOND, 250 * GST_MSECOND);
    guint64 identity = GUINT64_TO_LE (pts);
    gst_buffer_fill (buffer, 0, &identity, sizeof identity);
    fail_unless_equals_int (gst_harness_push (harness.harness, buffer), GST_FLOW_OK);
    if (pts == 750)
      wait_for_device ();
  }
  fake_device_hang (FALSE);
  wait_for_device ();
  windows = fake_device_take_windows ();
  /* Two warm-ups, window 0, and the newest, whose frames waited in memory of their own. */
  fail_unless_equals_int (windows->len, 4 * 4);
  for (guint i = 0; i < 4; i++) {
    fail_unless_equals_uint64 (g_array_index (windows, guint64, 8 + i), 250 * i);
    fail_unless_equals_uint64 (g_array_index (windows, guint64, 12 + i), 5000 + 250 * i);
  }
}
GST_END_TEST;

GST_START_TEST (test_a_dead_device_stops_nothing)
{
  MsnetHarness harness = policy_harness ("latest");
  gint64 begin;

  fake_device_hang (TRUE);
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < 1000; i++)
    fail_unless_equals_int (gst_harness_push (harness.harness,
                                msnet_harness_make_frame (&harness, i * 40 * GST_MSECOND, 40 * GST_MSECOND)),
        GST_FLOW_OK);
  fail_unless (g_get_monotonic_time () - begin < 5 * G_USEC_PER_SEC);

  begin = g_get_monotonic_time ();
  fail_unless (gst_harness_push_event (harness.harness, gst_event_new_eos ()));
  fail_unless (g_get_monotonic_time () - begin < 6 * G_USEC_PER_SEC);
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING, "did not answer within 5 s");
  fail_unless_equals_uint64 (get_stat (&harness, "windows"), 0);
  /* 40 s, the one that hangs, and those that the end found waiting. */
  fail_unless_equals_uint64 (get_stat (&harness, "skipped"), 40);

  begin = g_get_monotonic_time ();
  gst_element_set_state (harness.element, GST_STATE_READY);
  fail_unless (g_get_monotonic_time () - begin < 6 * G_USEC_PER_SEC);
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING, "left behind");
  fail_unless_equals_int (fake_device_count_engines (), 1);
  /* What was left behind is freed once the device is back; the element finds a device of its own. */
  fake_device_hang (FALSE);
  fail_unless (fake_device_wait_for_engines (0));
  fail_unless_equals_int (
      gst_element_set_state (harness.element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (fake_device_count_engines (), 1);
  msnet_harness_clear (&harness);
}
GST_END_TEST;

/* A driver that waits for a device which does not answer any more, from the first command on. */
GST_START_TEST (test_a_dead_device_does_not_start)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstElement *element = gst_object_ref_sink (msnet_test_element ());
  MsnetHarness harness = { NULL, element, bus };
  const gint64 patience = msnet_device_patience.command;

  msnet_device_patience.command = SECOND / 10;
  gst_element_set_bus (element, bus);
  fake_device_hang (TRUE);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  msnet_harness_expect (&harness, GST_MESSAGE_ERROR, "it hangs: no command was finished for 0.1 s");
  fail_unless_equals_int (fake_device_count_engines (), 1);
  /* The device is back, and what was left behind with it is freed. */
  fake_device_hang (FALSE);
  fail_unless (fake_device_wait_for_engines (0));
  msnet_device_patience.command = patience;
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
}
GST_END_TEST;

static gpointer
push_in_background (gpointer data)
{
  MsnetHarness *harness = data;

  return GINT_TO_POINTER (gst_harness_push (
      harness->harness, msnet_harness_make_frame (harness, 750 * GST_MSECOND, 250 * GST_MSECOND)));
}

/* A stream that waits for a dead device, in a thread of its own. */
static GThread *
start_waiting (MsnetHarness *harness)
{
  GThread *thread;

  msnet_harness_push (harness, 0, 500, 250);
  fake_device_hang (TRUE);
  thread = g_thread_new ("push", push_in_background, harness);
  wait_for_device ();
  return thread;
}

GST_START_TEST (test_a_flush_ends_the_wait)
{
  g_auto (MsnetHarness) harness = policy_harness ("every");
  GThread *thread = start_waiting (&harness);
  GstSegment segment;
  g_autofree gchar *text = NULL;

  gst_harness_push_event (harness.harness, gst_event_new_flush_start ());
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);
  fake_device_hang (FALSE);
  gst_harness_push_event (harness.harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  while (gst_harness_buffers_in_queue (harness.harness) > 0)
    gst_buffer_unref (gst_harness_pull (harness.harness));
  msnet_harness_push (&harness, 1000, 1750, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "1000 1250 1500 1750(0:1000-1750)");
}
GST_END_TEST;

GST_START_TEST (test_going_to_null_ends_the_wait)
{
  MsnetHarness harness = policy_harness ("every");
  GThread *thread = start_waiting (&harness);
  gint64 begin = g_get_monotonic_time ();

  gst_element_set_state (harness.element, GST_STATE_NULL);
  fail_unless (g_get_monotonic_time () - begin < 6 * G_USEC_PER_SEC);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);
  msnet_harness_clear (&harness);
  fake_device_hang (FALSE);
  fail_unless (fake_device_wait_for_engines (0));
}
GST_END_TEST;

GST_START_TEST (test_a_failing_device_ends_its_own_stream_only)
{
  g_auto (MsnetHarness) broken = policy_harness ("latest");
  g_auto (MsnetHarness) healthy = policy_harness ("every");
  GstFlowReturn flow = GST_FLOW_OK;
  g_autofree gchar *text = NULL;

  fake_device_fail (TRUE);
  msnet_harness_push (&broken, 0, 500, 250);
  for (guint pts = 750; flow == GST_FLOW_OK && pts < 10000; pts += 250) {
    flow = gst_harness_push (
        broken.harness, msnet_harness_make_frame (&broken, pts * GST_MSECOND, 250 * GST_MSECOND));
    wait_for_device ();
  }
  fail_unless_equals_int (flow, GST_FLOW_ERROR);
  msnet_harness_expect (&broken, GST_MESSAGE_ERROR, "the fake device fails");
  fake_device_fail (FALSE);
  msnet_harness_push (&healthy, 0, 750, 250);
  text = msnet_harness_describe (&healthy);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

/* Whether a QOS event of downstream reaches what is upstream. */
static gboolean
passes_qos (const gchar *policy)
{
  g_auto (MsnetHarness) harness = policy_harness (policy);
  GstEvent *event;
  gboolean passed = FALSE;

  msnet_harness_push (&harness, 0, 0, 250);
  gst_harness_push_upstream_event (
      harness.harness, gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 1.5, GST_SECOND, GST_SECOND));
  while ((event = gst_harness_try_pull_upstream_event (harness.harness)) != NULL) {
    passed |= GST_EVENT_TYPE (event) == GST_EVENT_QOS;
    gst_event_unref (event);
  }
  return passed;
}

GST_START_TEST (test_qos_events)
{
  fail_unless (passes_qos ("latest"));
  fail_if (passes_qos ("every"));
}
GST_END_TEST;

GST_START_TEST (test_latency_by_policy)
{
  g_auto (MsnetHarness) latest = policy_harness ("latest");
  g_auto (MsnetHarness) every = policy_harness ("every");
  g_autoptr (GstMessage) message = NULL;

  gst_harness_set_upstream_latency (latest.harness, 40 * GST_MSECOND);
  fail_unless_equals_uint64 (gst_harness_query_latency (latest.harness), 40 * GST_MSECOND);
  fake_device_set_delay (SECOND / 10);
  while ((message = msnet_harness_pop (&every, GST_MESSAGE_LATENCY)) != NULL)
    gst_clear_message (&message);
  msnet_harness_push (&every, 0, 750, 250);
  /* It grew, and said so. */
  message = msnet_harness_pop (&every, GST_MESSAGE_LATENCY);
  fail_unless (message != NULL);
  fail_unless (gst_harness_query_latency (every.harness) >= 100 * GST_MSECOND);
}
GST_END_TEST;

GST_START_TEST (test_auto_follows_the_source)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = msnet_harness_new (element, NULL);
  g_autofree gchar *text = NULL;

  gst_harness_set_live (harness.harness, TRUE);
  gst_harness_set_src_caps_str (harness.harness, SMALL_CAPS);
  fake_device_hang (TRUE);
  msnet_harness_push (&harness, 0, 750, 250);
  wait_for_device ();
  msnet_harness_push (&harness, 1000, 2000, 250);
  fake_device_hang (FALSE);
  wait_for_device ();
  msnet_harness_push (&harness, 2250, 2250, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (
      text, "0 250 500 750 1000 1250 1500 1750 2000 2250(0:0-750 +1500)(1:1000-1750 +500)");
}
GST_END_TEST;

static Suite *
msnet_policy_suite (void)
{
  Suite *suite = suite_create ("msnet_policy");
  TCase *tests = tcase_create ("policy");

  fake_device_register_elements ();
  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_checked_fixture (tests, recover, recover);
  tcase_add_test (tests, test_every_waits_for_a_slow_device);
  tcase_add_test (tests, test_latest_rides_on_the_next_buffer);
  tcase_add_test (tests, test_latest_skips_all_but_the_newest);
  tcase_add_test (tests, test_latest_skips_nothing_of_a_slow_stream);
  tcase_add_test (tests, test_a_window_holds_the_frames_that_it_says);
  tcase_add_test (tests, test_a_dead_device_stops_nothing);
  tcase_add_test (tests, test_a_dead_device_does_not_start);
  tcase_add_test (tests, test_a_flush_ends_the_wait);
  tcase_add_test (tests, test_going_to_null_ends_the_wait);
  tcase_add_test (tests, test_a_failing_device_ends_its_own_stream_only);
  tcase_add_test (tests, test_qos_events);
  tcase_add_test (tests, test_latency_by_policy);
  tcase_add_test (tests, test_auto_follows_the_source);
  return suite;
}

GST_CHECK_MAIN (msnet_policy);
