/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How numbers and strings become JSON. */
#include "json/line.h"

#include <gst/check/gstcheck.h>
#include <json-glib/json-glib.h>
#include <locale.h>

static void
assert_seconds (GstClockTime time, const gchar *expected)
{
  GString *line = msnet_json_line_new ("t");
  g_autofree gchar *whole = g_strdup_printf ("{\"type\":\"t\",\"at\":%s}\n", expected);
  g_autofree gchar *text = NULL;

  msnet_json_line_add_seconds (line, "at", time);
  text = msnet_json_line_finish (line);
  fail_unless_equals_string (text, whole);
}

GST_START_TEST (test_seconds_are_exact)
{
  assert_seconds (0, "0.000");
  assert_seconds (1, "0.000000001");
  assert_seconds (500 * GST_MSECOND, "0.500");
  assert_seconds (GST_SECOND, "1.000");
  assert_seconds (1375 * GST_MSECOND, "1.375");
  assert_seconds (33366666, "0.033366666");
  assert_seconds (33366700, "0.0333667");
  assert_seconds (100 * GST_MSECOND + 1000, "0.100001");
  /* A double could not tell these two apart. */
  assert_seconds (G_GUINT64_CONSTANT (9007199254740993), "9007199.254740993");
  assert_seconds (G_GUINT64_CONSTANT (18446744073709551614), "18446744073.709551614");
  assert_seconds (GST_CLOCK_TIME_NONE, "null");
}
GST_END_TEST;

static void
assert_score (gdouble score, const gchar *expected)
{
  GString *line = msnet_json_line_new ("t");
  g_autofree gchar *whole = g_strdup_printf ("{\"type\":\"t\",\"score\":%s}\n", expected);
  g_autofree gchar *text = NULL;

  msnet_json_line_add_score (line, "score", score);
  text = msnet_json_line_finish (line);
  fail_unless_equals_string (text, whole);
}

GST_START_TEST (test_scores_have_four_decimals)
{
  assert_score (0.0, "0.0000");
  assert_score (1.0, "1.0000");
  assert_score (0.93125, "0.9313"); /* just above the tie as a double */
  assert_score (0.00004, "0.0000");
  assert_score (0.99996, "1.0000");
}
GST_END_TEST;

GST_START_TEST (test_locale_changes_nothing)
{
  const gchar *previous = setlocale (LC_NUMERIC, NULL);
  g_autofree gchar *saved = g_strdup (previous);

  /* Absent on small machines; where it is there, its decimal sign is a comma. */
  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    GST_INFO ("no locale with a comma here");
  assert_score (0.5, "0.5000");
  assert_seconds (500 * GST_MSECOND, "0.500");
  setlocale (LC_NUMERIC, saved);
}
GST_END_TEST;

static void
assert_wall_clock (GstClockTime time, const gchar *expected)
{
  GString *line = msnet_json_line_new ("t");
  g_autofree gchar *whole = g_strdup_printf ("{\"type\":\"t\",\"wall\":%s}\n", expected);
  g_autofree gchar *text = NULL;

  msnet_json_line_add_wall_clock (line, "wall", time);
  text = msnet_json_line_finish (line);
  fail_unless_equals_string (text, whole);
}

GST_START_TEST (test_wall_clock_is_rfc_3339)
{
  assert_wall_clock (0, "\"1970-01-01T00:00:00.000Z\"");
  assert_wall_clock (G_GUINT64_CONSTANT (1709210096123456789), "\"2024-02-29T12:34:56.123456789Z\"");
  assert_wall_clock (GST_CLOCK_TIME_NONE, "null");
}
GST_END_TEST;

/* What a reader gets back from a line that holds @value. */
static gchar *
parse_back (const gchar *value)
{
  GString *line = msnet_json_line_new ("t");
  g_autofree gchar *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  gchar *values[] = { (gchar *)value, "second" };

  msnet_json_line_add_string (line, "label", value);
  msnet_json_line_add_strings (line, "labels", values, 2);
  text = msnet_json_line_finish (line);
  fail_unless (g_utf8_validate (text, -1, NULL));
  fail_unless (strchr (text, '\n') == text + strlen (text) - 1, "more than one line: %s", text);
  node = json_from_string (text, NULL);
  fail_unless (node != NULL, "not JSON: %s", text);
  fail_unless_equals_int (
      json_array_get_length (json_object_get_array_member (json_node_get_object (node), "labels")), 2);
  return g_strdup (json_object_get_string_member (json_node_get_object (node), "label"));
}

GST_START_TEST (test_hostile_strings_come_back)
{
  const gchar *hostile[]
      = { "", "plain", "\"quoted\"", "back\\slash", "line\nbreak\ttab\r", "}\n{\"type\":\"x\"",
          "\x01\x1f\x7f", "наклон вниз", "パン左", "🎥 pan", "</script>", "\u2028 \u00e9\u0301" };

  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++) {
    g_autofree gchar *back = parse_back (hostile[i]);
    fail_unless_equals_string (back, hostile[i]);
  }
}
GST_END_TEST;

static Suite *
json_line_suite (void)
{
  Suite *suite = suite_create ("json_line");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_seconds_are_exact);
  tcase_add_test (tests, test_scores_have_four_decimals);
  tcase_add_test (tests, test_locale_changes_nothing);
  tcase_add_test (tests, test_wall_clock_is_rfc_3339);
  tcase_add_test (tests, test_hostile_strings_come_back);
  return suite;
}

GST_CHECK_MAIN (json_line);
