/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the time line remembers of overlapping windows. */
#include "common/sample_metadata.h"
#include "overlay/history.h"

#include <gst/check/gstcheck.h>

/* The window of result @index: @start to @end, in ms. */
static void
add (MsnetHistory *history, const gchar *element, guint64 index, const gchar *label, guint start, guint end)
{
  MsnetResult result = sample_result (index, element, label, end * GST_MSECOND);

  result.stream_start = start * GST_MSECOND;
  result.class_index = label[0];
  msnet_history_add (history, &result);
}

static void
assert_span (const MsnetLane *lane, guint n, const gchar *label, guint start, guint end)
{
  const MsnetLabelSpan *span = &g_array_index (lane->spans, MsnetLabelSpan, n);

  fail_unless (n < lane->spans->len, "no span %u", n);
  fail_unless_equals_string (span->label, label);
  fail_unless_equals_clocktime (span->start, start * GST_MSECOND);
  fail_unless_equals_clocktime (span->end, end * GST_MSECOND);
}

GST_START_TEST (test_overlap_counts_for_the_first)
{
  g_autoptr (MsnetHistory) history = msnet_history_new ();
  const MsnetLane *lane;

  add (history, "one", 0, "still", 0, 1000);
  add (history, "one", 1, "still", 250, 1250);
  add (history, "one", 2, "pan", 500, 1500);
  lane = msnet_history_get_lane (history, 0);
  fail_unless_equals_int (lane->spans->len, 2);
  assert_span (lane, 0, "still", 0, 1250);
  assert_span (lane, 1, "pan", 1250, 1500);
}
GST_END_TEST;

GST_START_TEST (test_windows_apart_leave_a_gap)
{
  g_autoptr (MsnetHistory) history = msnet_history_new ();
  const MsnetLane *lane;

  add (history, "one", 0, "still", 0, 1000);
  add (history, "one", 1, "still", 3000, 4000);
  lane = msnet_history_get_lane (history, 0);
  fail_unless_equals_int (lane->spans->len, 2);
  assert_span (lane, 1, "still", 3000, 4000);
}
GST_END_TEST;

GST_START_TEST (test_held_result_changes_nothing)
{
  g_autoptr (MsnetHistory) history = msnet_history_new ();
  guint serial;

  add (history, "one", 5, "still", 0, 1000);
  serial = msnet_history_get_serial (history);
  add (history, "one", 5, "still", 0, 1000);
  add (history, "one", 4, "pan", 0, 2000);
  fail_unless_equals_int (msnet_history_get_serial (history), serial);
  fail_unless_equals_int (msnet_history_get_lane (history, 0)->spans->len, 1);
}
GST_END_TEST;

GST_START_TEST (test_lane_for_each_element)
{
  g_autoptr (MsnetHistory) history = msnet_history_new ();

  add (history, "one", 0, "still", 0, 1000);
  add (history, "two", 0, "pan", 500, 1500);
  fail_unless_equals_int (msnet_history_get_n_lanes (history), 2);
  assert_span (msnet_history_get_lane (history, 1), 0, "pan", 500, 1500);
}
GST_END_TEST;

/* As in two bins, each with an element that was named msnet0 by itself. */
GST_START_TEST (test_lane_for_each_element_of_one_name)
{
  g_autoptr (MsnetHistory) history = msnet_history_new ();
  MsnetResult result = sample_result (5, "one", "still", GST_SECOND);

  msnet_history_add (history, &result);
  result.element_id++;
  result.index = 0;
  msnet_history_add (history, &result);
  fail_unless_equals_int (msnet_history_get_n_lanes (history), 2);
}
GST_END_TEST;

GST_START_TEST (test_forgets_what_has_passed)
{
  g_autoptr (MsnetHistory) history = msnet_history_new ();
  const MsnetLane *lane;

  add (history, "one", 0, "a", 0, 1000);
  add (history, "one", 1, "b", 1000, 2000);
  msnet_history_forget (history, 1500 * GST_MSECOND);
  lane = msnet_history_get_lane (history, 0);
  fail_unless_equals_int (lane->spans->len, 1);
  assert_span (lane, 0, "b", 1000, 2000);
  msnet_history_forget (history, 5 * GST_SECOND);
  fail_unless (msnet_history_is_empty (history));
  msnet_history_clear (history);
  fail_unless_equals_int (msnet_history_get_n_lanes (history), 0);
}
GST_END_TEST;

GST_START_TEST (test_result_without_stream_time_is_left_out)
{
  g_autoptr (MsnetHistory) history = msnet_history_new ();
  MsnetResult result = sample_result (0, "one", "still", GST_SECOND);

  result.stream_end = GST_CLOCK_TIME_NONE;
  msnet_history_add (history, &result);
  fail_unless_equals_int (msnet_history_get_n_lanes (history), 0);
}
GST_END_TEST;

static Suite *
overlay_history_suite (void)
{
  Suite *suite = suite_create ("overlay_history");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_overlap_counts_for_the_first);
  tcase_add_test (tests, test_windows_apart_leave_a_gap);
  tcase_add_test (tests, test_held_result_changes_nothing);
  tcase_add_test (tests, test_lane_for_each_element);
  tcase_add_test (tests, test_lane_for_each_element_of_one_name);
  tcase_add_test (tests, test_forgets_what_has_passed);
  tcase_add_test (tests, test_result_without_stream_time_is_left_out);
  return suite;
}

GST_CHECK_MAIN (overlay_history);
