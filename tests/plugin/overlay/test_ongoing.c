/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which actions the banners know of. */
#include "overlay/ongoing.h"

#include <gst/check/gstcheck.h>

static void
take (MsnetOngoing *ongoing, const gchar *element, gint class_index, guint start, guint end)
{
  MsnetAction action = { .ended = end > 0,
    .element = (gchar *)element,
    .element_id = g_str_hash (element),
    .label = "a",
    .class_index = class_index,
    .start = start * GST_MSECOND,
    .end = end * GST_MSECOND };

  msnet_ongoing_take (ongoing, &action);
}

/* The classes of @most of @element, with a dash before those that have ended. */
static void
assert_chosen (const MsnetOngoing *ongoing, const gchar *element, guint most, const gchar *expected)
{
  const MsnetOngoingAction *chosen[8];
  guint n = msnet_ongoing_choose (ongoing, element, chosen, most);
  g_autoptr (GString) text = g_string_new (NULL);

  fail_unless (n <= most);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s%d", i > 0 ? " " : "",
        GST_CLOCK_TIME_IS_VALID (chosen[i]->end) ? "-" : "", chosen[i]->class_index);
  fail_unless_equals_string (text->str, expected);
}

static GstClockTime
get_duration (const MsnetOngoing *ongoing)
{
  const MsnetOngoingAction *chosen[1];

  fail_unless_equals_int (msnet_ongoing_choose (ongoing, NULL, chosen, 1), 1);
  return msnet_ongoing_get_duration (ongoing, chosen[0]) / GST_MSECOND;
}

GST_START_TEST (test_duration_runs_until_the_end)
{
  g_autoptr (MsnetOngoing) ongoing = msnet_ongoing_new ();

  take (ongoing, "one", 1, 1000, 0);
  fail_unless_equals_uint64 (get_duration (ongoing), 0);
  msnet_ongoing_advance (ongoing, 900 * GST_MSECOND);
  fail_unless_equals_uint64 (get_duration (ongoing), 0);
  msnet_ongoing_advance (ongoing, 1500 * GST_MSECOND);
  fail_unless_equals_uint64 (get_duration (ongoing), 500);
  msnet_ongoing_advance (ongoing, GST_CLOCK_TIME_NONE);
  fail_unless_equals_uint64 (get_duration (ongoing), 500);
  take (ongoing, "one", 1, 1000, 1250);
  msnet_ongoing_advance (ongoing, 1600 * GST_MSECOND);
  fail_unless_equals_uint64 (get_duration (ongoing), 250);
}
GST_END_TEST;

GST_START_TEST (test_what_has_ended_lingers_for_a_second)
{
  g_autoptr (MsnetOngoing) ongoing = msnet_ongoing_new ();

  take (ongoing, "one", 1, 0, 0);
  take (ongoing, "one", 1, 0, 500);
  assert_chosen (ongoing, NULL, 4, "-1");
  msnet_ongoing_advance (ongoing, 7000 * GST_MSECOND);
  msnet_ongoing_advance (ongoing, 8000 * GST_MSECOND - 1);
  assert_chosen (ongoing, NULL, 4, "-1");
  msnet_ongoing_advance (ongoing, 8000 * GST_MSECOND);
  assert_chosen (ongoing, NULL, 4, "");
}
GST_END_TEST;

GST_START_TEST (test_what_has_ended_never_stays)
{
  g_autoptr (MsnetOngoing) ongoing = msnet_ongoing_new ();

  /* Nobody knows the time. */
  take (ongoing, "one", 1, 0, 0);
  take (ongoing, "one", 1, 0, 500);
  msnet_ongoing_advance (ongoing, GST_CLOCK_TIME_NONE);
  assert_chosen (ongoing, NULL, 4, "");

  /* Time goes back. */
  take (ongoing, "one", 1, 0, 0);
  take (ongoing, "one", 1, 0, 500);
  msnet_ongoing_advance (ongoing, 7 * GST_SECOND);
  msnet_ongoing_advance (ongoing, 1 * GST_SECOND);
  assert_chosen (ongoing, NULL, 4, "");
}
GST_END_TEST;

GST_START_TEST (test_end_of_what_is_not_on)
{
  g_autoptr (MsnetOngoing) ongoing = msnet_ongoing_new ();

  take (ongoing, "one", 1, 0, 500);
  assert_chosen (ongoing, NULL, 4, "");
  take (ongoing, "one", 1, 0, 0);
  take (ongoing, "two", 1, 0, 500);
  take (ongoing, "one", 2, 0, 500);
  assert_chosen (ongoing, NULL, 4, "1");
  take (ongoing, "one", 1, 0, 500);
  take (ongoing, "one", 1, 0, 900);
  fail_unless_equals_uint64 (get_duration (ongoing), 500);
}
GST_END_TEST;

GST_START_TEST (test_an_action_begins_anew)
{
  g_autoptr (MsnetOngoing) ongoing = msnet_ongoing_new ();

  take (ongoing, "one", 1, 100, 0);
  take (ongoing, "one", 2, 200, 0);
  take (ongoing, "one", 1, 300, 0);
  assert_chosen (ongoing, NULL, 4, "2 1");
  take (ongoing, "one", 1, 300, 400);
  take (ongoing, "one", 1, 500, 0);
  assert_chosen (ongoing, NULL, 4, "2 1");
}
GST_END_TEST;

GST_START_TEST (test_which_are_chosen)
{
  g_autoptr (MsnetOngoing) ongoing = msnet_ongoing_new ();

  for (gint i = 1; i <= 5; i++)
    take (ongoing, i % 2 ? "one" : "two", i, i, 0);
  take (ongoing, "one", 3, 3, 600);
  take (ongoing, "one", 5, 5, 700);
  assert_chosen (ongoing, NULL, 5, "1 2 -3 4 -5");
  assert_chosen (ongoing, NULL, 4, "1 2 4 -5");
  assert_chosen (ongoing, NULL, 3, "1 2 4");
  assert_chosen (ongoing, NULL, 2, "2 4");
  assert_chosen (ongoing, NULL, 0, "");
  assert_chosen (ongoing, "one", 5, "1 -3 -5");
  assert_chosen (ongoing, "two", 1, "4");
  assert_chosen (ongoing, "three", 5, "");
  msnet_ongoing_clear (ongoing);
  assert_chosen (ongoing, NULL, 5, "");
}
GST_END_TEST;

GST_START_TEST (test_endless_begins_are_bounded)
{
  g_autoptr (MsnetOngoing) ongoing = msnet_ongoing_new ();

  for (gint i = 0; i < 1000; i++)
    take (ongoing, "one", i, i, 0);
  assert_chosen (ongoing, NULL, 3, "997 998 999");
  take (ongoing, "one", 1000 - 65, 0, 5000);
  for (gint i = 1000 - 64; i < 1000; i++)
    take (ongoing, "one", i, 0, 5000);
  assert_chosen (ongoing, NULL, 3, "-997 -998 -999");
}
GST_END_TEST;

static Suite *
overlay_ongoing_suite (void)
{
  Suite *suite = suite_create ("overlay_ongoing");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_duration_runs_until_the_end);
  tcase_add_test (tests, test_what_has_ended_lingers_for_a_second);
  tcase_add_test (tests, test_what_has_ended_never_stays);
  tcase_add_test (tests, test_end_of_what_is_not_on);
  tcase_add_test (tests, test_an_action_begins_anew);
  tcase_add_test (tests, test_which_are_chosen);
  tcase_add_test (tests, test_endless_begins_are_bounded);
  return suite;
}

GST_CHECK_MAIN (overlay_ongoing);
