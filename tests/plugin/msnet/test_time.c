/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When `msnet` says what: results, held results, resets and the end of the stream.
 *
 * The window is one second of four points, at 0, 250, 500 and 750 ms; frames come every 250 ms. */
#include "common/msnet_harness.h"

static MsnetHarness
default_harness (void)
{
  return msnet_harness_new (msnet_test_element (), SMALL_CAPS);
}

GST_START_TEST (test_result_rides_on_its_buffer)
{
  g_auto (MsnetHarness) harness = default_harness ();

  msnet_harness_push (&harness, 0, 1750, 250);
  msnet_harness_assert (&harness,
      "0 250 500 750(0:0-750) 1000(0:0-750 +250) 1250(0:0-750 +500) 1500(0:0-750 +750) "
      "1750(1:1000-1750)");
}
GST_END_TEST;

GST_START_TEST (test_held_until_it_expires)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };

  g_object_set (element, "hop", 3 * GST_SECOND, "expire", 500 * GST_MSECOND, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 1750, 250);
  msnet_harness_assert (&harness, "0 250 500 750(0:0-750) 1000(0:0-750 +250) 1250(0:0-750 +500) 1500 1750");
}
GST_END_TEST;

GST_START_TEST (test_expires_after_two_windows)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };
  g_autofree gchar *text = NULL;

  g_object_set (element, "hop", 5 * GST_SECOND, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 3250, 250);
  text = msnet_harness_describe (&harness);
  fail_unless (g_str_has_suffix (text, " 2500(0:0-750 +1750) 2750(0:0-750 +2000) 3000 3250"), "%s", text);
}
GST_END_TEST;

GST_START_TEST (test_several_due_at_once)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };

  g_object_set (element, "hop", 250 * GST_MSECOND, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 500, 250);
  msnet_harness_push (&harness, 1250, 1250, 250);
  /* 1250 is too late for the point at 750, and serves those at 1000 and 1250. */
  msnet_harness_assert (&harness, "0 250 500 1250(0:0-500 1g +750)(1:250-1250 1g)(2:500-1250 1g)");
}
GST_END_TEST;

GST_START_TEST (test_end_repeats_the_last_frame)
{
  g_auto (MsnetHarness) harness = default_harness ();

  msnet_harness_push (&harness, 0, 1250, 250);
  fail_unless (gst_harness_push_event (harness.harness, gst_event_new_eos ()));
  msnet_harness_assert (
      &harness, "0 250 500 750(0:0-750) 1000(0:0-750 +250) 1250(0:0-750 +500) event(1:1000-1250 p) eos");
}
GST_END_TEST;

GST_START_TEST (test_end_drops)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };

  gst_util_set_object_arg (G_OBJECT (element), "eos", "drop");
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 250, 250);
  fail_unless (gst_harness_push_event (harness.harness, gst_event_new_eos ()));
  msnet_harness_assert (&harness, "0 250 eos");
}
GST_END_TEST;

GST_START_TEST (test_another_picture_starts_over)
{
  /* Each differs from the one before in one thing, and lasts half a window. */
  const gchar *pictures[] = {
    "format = I420, width = 64, height = 48",
    "format = I420, width = 80, height = 48",
    "format = I420, width = 80, height = 64",
    "format = YV12, width = 80, height = 64",
    "format = YV12, width = 80, height = 64, pixel-aspect-ratio = 2/1",
    "format = YV12, width = 80, height = 64, pixel-aspect-ratio = 2/1, colorimetry = bt709",
  };
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    g_autofree gchar *caps = g_strdup_printf ("video/x-raw, %s, framerate = 10/1", pictures[i]);
    gst_harness_set_src_caps_str (harness.harness, caps);
    msnet_harness_push (&harness, i * 500, i * 500 + 250, 250);
  }
  msnet_harness_push (&harness, 3000, 3250, 250);
  msnet_harness_assert (
      &harness, "0 250 500 750 1000 1250 1500 1750 2000 2250 2500 2750 3000 3250(0:2500-3250)");
}
GST_END_TEST;

GST_START_TEST (test_another_frame_rate_does_not)
{
  g_auto (MsnetHarness) harness = default_harness ();

  msnet_harness_push (&harness, 0, 250, 250);
  gst_harness_set_src_caps_str (
      harness.harness, "video/x-raw, format = I420, width = 64, height = 48, framerate = 5/1");
  msnet_harness_push (&harness, 500, 750, 250);
  msnet_harness_assert (&harness, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

GST_START_TEST (test_flush_starts_over)
{
  g_auto (MsnetHarness) harness = default_harness ();
  GstSegment segment;

  msnet_harness_push (&harness, 0, 750, 250);
  gst_harness_push_event (harness.harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness.harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  msnet_harness_push (&harness, 1000, 1750, 250);
  msnet_harness_assert (&harness, "0 250 500 750(0:0-750) 1000 1250 1500 1750(1:1000-1750)");
}
GST_END_TEST;

GST_START_TEST (test_segments)
{
  g_auto (MsnetHarness) harness = default_harness ();
  GstSegment segment;

  /* Another stop: the same time line. */
  msnet_harness_push (&harness, 0, 250, 250);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.stop = 10 * GST_SECOND;
  segment.position = 500 * GST_MSECOND;
  gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  msnet_harness_push (&harness, 500, 1250, 250);
  msnet_harness_assert (&harness, "0 250 500 750(0:0-750) 1000(0:0-750 +250) 1250(0:0-750 +500)");

  /* Another base: another one.  Running time is three seconds more than PTS. */
  segment.base = 3 * GST_SECOND;
  gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  msnet_harness_push (&harness, 1500, 2250, 250);
  msnet_harness_assert (&harness, "1500 1750 2000 2250(1:4500-5250)");
}
GST_END_TEST;

GST_START_TEST (test_outside_the_segment)
{
  g_auto (MsnetHarness) harness = default_harness ();
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = 500 * GST_MSECOND;
  segment.time = 500 * GST_MSECOND;
  gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  msnet_harness_push (&harness, 0, 1250, 250);
  msnet_harness_assert (&harness, "0 250 500 750 1000 1250(0:0-750)");
}
GST_END_TEST;

GST_START_TEST (test_another_stream_starts_over)
{
  g_auto (MsnetHarness) harness = default_harness ();

  gst_harness_push_event (harness.harness, gst_event_new_stream_start ("one"));
  msnet_harness_push (&harness, 0, 250, 250);
  gst_harness_push_event (harness.harness, gst_event_new_stream_start ("one"));
  msnet_harness_push (&harness, 500, 750, 250);
  gst_harness_push_event (harness.harness, gst_event_new_stream_start ("two"));
  msnet_harness_push (&harness, 1000, 1750, 250);
  msnet_harness_assert (&harness, "0 250 500 750(0:0-750) 1000 1250 1500 1750(1:1000-1750)");
}
GST_END_TEST;

GST_START_TEST (test_a_hole_starts_over)
{
  g_auto (MsnetHarness) harness = default_harness ();

  msnet_harness_push (&harness, 0, 1000, 250);
  msnet_harness_push (&harness, 2000, 2750, 250);
  msnet_harness_assert (
      &harness, "0 250 500 750(0:0-750) 1000(0:0-750 +250) 2000 2250 2500 2750(1:2000-2750)");
}
GST_END_TEST;

GST_START_TEST (test_gap_events_and_discont_do_not)
{
  g_auto (MsnetHarness) harness = default_harness ();
  GstBuffer *buffer;

  msnet_harness_push (&harness, 0, 250, 250);
  gst_harness_push_event (harness.harness, gst_event_new_gap (500 * GST_MSECOND, 10 * GST_MSECOND));
  buffer = msnet_harness_make_frame (&harness, 500 * GST_MSECOND, 250 * GST_MSECOND);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  gst_harness_push (harness.harness, buffer);
  msnet_harness_push (&harness, 750, 750, 250);
  msnet_harness_assert (&harness, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

GST_START_TEST (test_missing_pts)
{
  g_auto (MsnetHarness) harness = default_harness ();

  gst_harness_push (
      harness.harness, msnet_harness_make_frame (&harness, GST_CLOCK_TIME_NONE, 250 * GST_MSECOND));
  msnet_harness_push (&harness, 0, 250, 250);
  for (guint i = 0; i < 2; i++)
    gst_harness_push (
        harness.harness, msnet_harness_make_frame (&harness, GST_CLOCK_TIME_NONE, 250 * GST_MSECOND));
  msnet_harness_assert (&harness, "0 0 250 0 0(0:0-750)");
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING, "has no timestamp");
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_WARNING));
}
GST_END_TEST;

GST_START_TEST (test_variable_frame_rate)
{
  const guint times[] = { 0, 40, 250, 499, 501, 760, 999, 1100, 1250, 1400, 1500, 1650, 1800 };
  g_auto (MsnetHarness) harness = msnet_harness_new (
      msnet_test_element (), "video/x-raw, format = I420, width = 64, height = 48, framerate = 0/1");
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    gst_harness_push (
        harness.harness, msnet_harness_make_frame (&harness, times[i] * GST_MSECOND, GST_CLOCK_TIME_NONE));
  text = msnet_harness_describe (&harness);
  fail_unless (strstr (text, " 760(0:0-760) 999(0:0-760 +239)") != NULL, "%s", text);
  fail_unless (g_str_has_suffix (text, " 1800(1:1100-1800)"), "%s", text);
}
GST_END_TEST;

GST_START_TEST (test_backward_playback)
{
  g_auto (MsnetHarness) harness = default_harness ();
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -1;
  segment.stop = 10 * GST_SECOND;
  for (guint i = 0; i < 2; i++)
    gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  for (guint i = 10; i > 0; i--)
    gst_harness_push (
        harness.harness, msnet_harness_make_frame (&harness, i * 250 * GST_MSECOND, 250 * GST_MSECOND));
  fail_unless (gst_harness_push_event (harness.harness, gst_event_new_eos ()));
  msnet_harness_assert (&harness, "2500 2250 2000 1750 1500 1250 1000 750 500 250 eos");
  msnet_harness_expect (&harness, GST_MESSAGE_INFO, "plays backward");
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_INFO));
}
GST_END_TEST;

GST_START_TEST (test_quality_of_service_goes_no_further)
{
  g_auto (MsnetHarness) harness = default_harness ();
  GstEvent *event;

  msnet_harness_push (&harness, 0, 0, 250);
  gst_harness_push_upstream_event (
      harness.harness, gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 2.0, GST_SECOND, 0));
  while ((event = gst_harness_try_pull_upstream_event (harness.harness)) != NULL) {
    fail_if (GST_EVENT_TYPE (event) == GST_EVENT_QOS);
    gst_event_unref (event);
  }
  msnet_harness_push (&harness, 250, 750, 250);
  msnet_harness_assert (&harness, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

GST_START_TEST (test_latency)
{
  g_auto (MsnetHarness) harness = default_harness ();
  GstClockTime shortest;

  gst_harness_set_upstream_latency (harness.harness, 40 * GST_MSECOND);
  shortest = gst_harness_query_latency (harness.harness);
  fail_unless (shortest > 40 * GST_MSECOND);
  fail_unless (shortest < 20 * GST_SECOND);
}
GST_END_TEST;

GST_START_TEST (test_wall_time_where_live)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };
  g_autoptr (GstCaps) unix_time = gst_caps_new_empty_simple ("timestamp/x-unix");
  const GstStructure *structure;
  g_auto (MsnetResult) result = { 0 };
  gpointer state = NULL;
  GstBuffer *buffer;

  gst_util_set_object_arg (G_OBJECT (element), "policy", "every");
  harness = msnet_harness_new (element, NULL);
  gst_harness_set_live (harness.harness, TRUE);
  gst_harness_set_src_caps_str (harness.harness, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 500, 250);
  buffer = msnet_harness_make_frame (&harness, 750 * GST_MSECOND, 250 * GST_MSECOND);
  gst_buffer_add_reference_timestamp_meta (buffer, unix_time, 1234567890 * GST_SECOND, GST_CLOCK_TIME_NONE);
  gst_harness_push (harness.harness, buffer);
  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (gst_harness_pull (harness.harness));
  buffer = gst_harness_pull (harness.harness);
  structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME);
  fail_unless (msnet_result_read (&result, structure));
  fail_unless_equals_uint64 (result.wall, 1234567890 * GST_SECOND);
  gst_buffer_unref (buffer);
}
GST_END_TEST;

static Suite *
msnet_time_suite (void)
{
  Suite *suite = suite_create ("msnet_time");
  TCase *results = tcase_create ("results");
  TCase *resets = tcase_create ("resets");
  TCase *times = tcase_create ("times");

  msnet_test_require_device ();
  suite_add_tcase (suite, results);
  tcase_add_test (results, test_result_rides_on_its_buffer);
  tcase_add_test (results, test_held_until_it_expires);
  tcase_add_test (results, test_expires_after_two_windows);
  tcase_add_test (results, test_several_due_at_once);
  tcase_add_test (results, test_end_repeats_the_last_frame);
  tcase_add_test (results, test_end_drops);
  suite_add_tcase (suite, resets);
  tcase_add_test (resets, test_another_picture_starts_over);
  tcase_add_test (resets, test_another_frame_rate_does_not);
  tcase_add_test (resets, test_flush_starts_over);
  tcase_add_test (resets, test_segments);
  tcase_add_test (resets, test_outside_the_segment);
  tcase_add_test (resets, test_another_stream_starts_over);
  tcase_add_test (resets, test_a_hole_starts_over);
  tcase_add_test (resets, test_gap_events_and_discont_do_not);
  suite_add_tcase (suite, times);
  tcase_add_test (times, test_missing_pts);
  tcase_add_test (times, test_variable_frame_rate);
  tcase_add_test (times, test_backward_playback);
  tcase_add_test (times, test_quality_of_service_goes_no_further);
  tcase_add_test (times, test_latency);
  tcase_add_test (times, test_wall_time_where_live);
  return suite;
}

GST_CHECK_MAIN (msnet_time)
