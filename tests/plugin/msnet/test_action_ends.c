/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How actions end where the stream ends or starts over, and in which order with what ends it. */
#include "action_watch.h"

GST_START_TEST (test_flush)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());
  GstSegment segment;

  watch_push_begin (watch, 0);
  watch_push_event (watch, gst_event_new_flush_start ());
  watch_push_event (watch, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = 20 * GST_SECOND;
  watch_push_event (watch, gst_event_new_segment (&segment));
  watch_push (watch, 20000, 0.9);
  watch_expect (watch, BEGIN " flush-start end!(0 375-750) flush-stop segment end(0 375-750) 20000");
}
GST_END_TEST;

GST_START_TEST (test_flush_then_end)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());

  watch_push_begin (watch, 0);
  watch_push_event (watch, gst_event_new_flush_start ());
  watch_push_event (watch, gst_event_new_flush_stop (TRUE));
  watch_push_event (watch, gst_event_new_eos ());
  watch_expect (watch, BEGIN " flush-start end!(0 375-750) flush-stop end(0 375-750) eos");
}
GST_END_TEST;

/* As where a flush interrupts EOS: what downstream did not hear then, it hears later. */
GST_START_TEST (test_end_of_stream_while_downstream_flushes)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());
  g_autoptr (GstPad) source = gst_element_get_static_pad (watch->harness.element, "src");
  GstSegment segment;

  watch_push_begin (watch, 0);
  gst_pad_push_event (source, gst_event_new_flush_start ());
  gst_harness_push_event (watch->harness.harness, gst_event_new_eos ());
  gst_harness_push_event (watch->harness.harness, gst_event_new_flush_start ());
  watch_push_event (watch, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  watch_push_event (watch, gst_event_new_segment (&segment));
  watch_expect (watch, BEGIN " flush-start end!(0 375-750) flush-start flush-stop segment end(0 375-750)");
}
GST_END_TEST;

GST_START_TEST (test_end_of_stream)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());

  g_object_set (watch->harness.element, "leave", 0.0, NULL);
  watch_push_begin (watch, 0);
  watch_push (watch, 1000, 0.5);
  watch_push_event (watch, gst_event_new_eos ());
  /* The window that is open at the end has no news: its last frame was in the one before. */
  watch_expect (watch, BEGIN " 1000* end!(0 375-1000) end(0 375-1000) eos");
}
GST_END_TEST;

GST_START_TEST (test_end_of_stream_with_a_partial_window)
{
  GstElement *element = watch_make_element ();
  g_autoptr (Watch) watch = NULL;

  g_object_set (element, "hop", 500 * GST_MSECOND, NULL);
  watch = watch_new (element);
  watch_push_begin (watch, 0);
  watch_push (watch, 1000, 0.5);
  watch_push_event (watch, gst_event_new_eos ());
  watch_expect (watch, BEGIN " 1000* result end!(0 375-1000) end(0 375-1000) eos");
}
GST_END_TEST;

GST_START_TEST (test_end_of_stream_begins)
{
  GstElement *element = watch_make_element ();
  g_autoptr (Watch) watch = NULL;

  g_object_set (element, "hop", GST_SECOND, NULL);
  watch = watch_new (element);
  watch_push (watch, 0, 0);
  watch_push (watch, 250, 0.9);
  watch_push_event (watch, gst_event_new_eos ());
  watch_expect (watch, "0 250 result begin!(0 125) begin(0 125) end!(0 125-250) end(0 125-250) eos");
}
GST_END_TEST;

/* A player that loops a part of a file by segment seeks: what is open ends with each pass, before
 * SEGMENT_DONE, and the next pass is a stream of its own. */
GST_START_TEST (test_segment_done)
{
  GstElement *element = watch_make_element ();
  g_autoptr (Watch) watch = NULL;
  GstSegment segment;

  g_object_set (element, "hop", 500 * GST_MSECOND, NULL);
  watch = watch_new (element);
  watch_push_begin (watch, 0);
  watch_push (watch, 1000, 0.5);
  watch_push_event (watch, gst_event_new_segment_done (GST_FORMAT_TIME, 1250 * GST_MSECOND));
  watch_expect (watch, BEGIN " 1000* result end!(0 375-1000) end(0 375-1000) segment-done");
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = 1250 * GST_MSECOND;
  watch_push_event (watch, gst_event_new_segment (&segment));
  watch_push_begin (watch, 0);
  watch_push_event (watch, gst_event_new_eos ());
  watch_expect (
      watch, "segment 0 250 500 begin!(0 1625) begin(0 1625) 750* end!(0 1625-2000) end(0 1625-2000) eos");
}
GST_END_TEST;

GST_START_TEST (test_hole)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());

  watch_push_begin (watch, 0);
  watch_push (watch, 5000, 0.9);
  watch_expect (watch, BEGIN " end!(0 375-750) end(0 375-750) 5000");
}
GST_END_TEST;

GST_START_TEST (test_time_goes_back)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());

  watch_push_begin (watch, 1000);
  watch_push_begin (watch, 0);
  watch_expect (
      watch, "1000 1250 1500 begin!(0 1375) begin(0 1375) 1750* end!(0 1375-1750) end(0 1375-1750) " BEGIN);
}
GST_END_TEST;

GST_START_TEST (test_another_stream)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());
  GstSegment segment;

  watch_push_begin (watch, 0);
  watch_push_event (watch, gst_event_new_stream_start ("another"));
  watch_expect (watch, BEGIN " end!(0 375-750) end(0 375-750) stream-start");
  watch_push_begin (watch, 0);
  gst_harness_set_src_caps_str (
      watch->harness.harness, "video/x-raw, format = I420, width = 80, height = 48, framerate = 10/1");
  watch_expect (watch, BEGIN " end!(0 375-750) end(0 375-750) caps segment");
  watch_push_begin (watch, 0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = 10 * GST_SECOND;
  watch_push_event (watch, gst_event_new_segment (&segment));
  watch_expect (watch, BEGIN " end!(0 375-750) end(0 375-750) segment");
}
GST_END_TEST;

/* A segment that only has another stop ends nothing, and a last result after it still has an end. */
GST_START_TEST (test_shorter_segment)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());
  GstSegment segment;

  watch_push_begin (watch, 0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.stop = 600 * GST_MSECOND;
  watch_push_event (watch, gst_event_new_segment (&segment));
  watch_push_event (watch, gst_event_new_eos ());
  watch_expect (watch, BEGIN " segment end!(0 375-750) end(0 375-750) eos");
}
GST_END_TEST;

GST_START_TEST (test_leaving_paused)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());

  watch_push_begin (watch, 0);
  gst_element_set_state (watch->harness.element, GST_STATE_READY);
  watch_expect (watch, BEGIN " end!(0 375-750)");
}
GST_END_TEST;

static Suite *
msnet_action_ends_suite (void)
{
  Suite *suite = suite_create ("msnet_action_ends");
  TCase *tests = tcase_create ("action_ends");

  fake_device_register_elements ();
  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_flush);
  tcase_add_test (tests, test_flush_then_end);
  tcase_add_test (tests, test_end_of_stream_while_downstream_flushes);
  tcase_add_test (tests, test_end_of_stream);
  tcase_add_test (tests, test_end_of_stream_with_a_partial_window);
  tcase_add_test (tests, test_end_of_stream_begins);
  tcase_add_test (tests, test_segment_done);
  tcase_add_test (tests, test_hole);
  tcase_add_test (tests, test_time_goes_back);
  tcase_add_test (tests, test_another_stream);
  tcase_add_test (tests, test_shorter_segment);
  tcase_add_test (tests, test_leaving_paused);
  return suite;
}

GST_CHECK_MAIN (msnet_action_ends);
