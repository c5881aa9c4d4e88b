/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The figures of docs/time.md: what the recognizer makes of the stream there, and what actions make of
 * scores. */
#include "clip/actions.h"
#include "fake_stream.h"

#include <stdlib.h>
#include <string.h>

static const gchar *page_path;

/* The page without the brackets around frames that stand in. */
static gchar *
read_page (void)
{
  gchar *page = NULL, *to;

  ck_assert (g_file_get_contents (page_path, &page, NULL, NULL));
  to = page;
  for (const gchar *from = page; *from; from++)
    if (*from != '(' && *from != ')')
      *to++ = *from;
  *to = '\0';
  return page;
}

/* @line: a window as Stream tells of it; @due: ms, or NONE */
static void
assert_row (const gchar *page, const gchar *line, guint64 due)
{
  g_auto (GStrv) parts = g_strsplit (line, ", ", 2);
  g_autofree gchar *rides = due == NONE
                                ? g_strdup ("EOS | |")
                                : g_strdup_printf ("%" G_GUINT64_FORMAT " | %" G_GUINT64_FORMAT " ms |", due,
                                    due - g_ascii_strtoull (strrchr (parts[0], ' '), NULL, 10));
  g_autofree gchar *row = NULL;

  *strchr (parts[0], ':') = '\0';
  row = g_strdup_printf (
      "| %s | %s | %s | %s\n", parts[0], parts[0] + strlen (parts[0]) + 2, parts[1], rides);
  ck_assert_msg (strstr (page, row) != NULL, "the page lacks %s", row);
}

/* Returns: how many windows came out */
static guint
check_new_windows (Stream *stream, const gchar *page, guint64 due)
{
  g_auto (GStrv) lines = g_strsplit (stream->text->str, "\n", -1);
  guint n = g_strv_length (lines) - 1;

  if (stream->text->len == 0)
    return 0;
  for (guint i = 0; i < n; i++)
    assert_row (page, lines[i], due);
  g_string_truncate (stream->text, 0);
  return n;
}

/* The times of the line of numbers. */
static gchar **
find_frames (const gchar *page)
{
  g_auto (GStrv) lines = g_strsplit (page, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "    0 "))
      return g_strsplit (lines[i] + 4, " ", -1);
  ck_abort_msg ("the page names no frames");
  return NULL;
}

START_TEST (test_twelve_irregular_frames)
{
  g_autofree gchar *page = read_page ();
  g_auto (Stream) stream = stream_new (8, 1000 * MS, 250 * MS);
  g_auto (GStrv) frames = find_frames (page);
  guint n = 0;

  stream.nominal = 1000 * MS / 12;
  for (guint i = 0; frames[i] != NULL; i++) {
    guint64 pts = g_ascii_strtoull (frames[i], NULL, 10);
    stream_push (&stream, pts);
    n += check_new_windows (&stream, page, pts);
  }
  ck_assert_uint_eq (msnet_recognizer_get_effort (stream.recognizer)->gaps, 2);
  stream_finish (&stream);
  n += check_new_windows (&stream, page, NONE);
  ck_assert_uint_eq (n, 6);
  ck_assert (strstr (page, "`stats` counts 6 windows, 0 skipped and 2 gaps.") != NULL);
}
END_TEST

/* Pushes frames @distance apart, each @duration long; returns the gaps. */
static guint64
count_gaps (guint64 distance, guint64 duration)
{
  g_auto (Stream) stream = stream_new (8, 1000 * MS, 250 * MS);

  for (guint i = 0; i < 40; i++)
    stream_push_ns (&stream, i * distance, duration);
  return msnet_recognizer_get_effort (stream.recognizer)->gaps;
}

START_TEST (test_distances_that_leave_gaps)
{
  guint64 alone = 0;

  for (guint64 phase = 0; phase < 125; phase += 5) {
    g_auto (Stream) stream = stream_new (8, 1000 * MS, 250 * MS);
    stream_push_range (&stream, 0, 1000 + phase, 5);
    stream_push_ns (&stream, (1000 + phase + 251) * MS, 5 * MS);
    alone += msnet_recognizer_get_effort (stream.recognizer)->gaps > 0;
  }
  ck_assert_uint_eq (alone, 25);
  ck_assert_uint_eq (count_gaps (125 * MS, 5 * MS), 0);
  ck_assert_uint_gt (count_gaps (131 * MS, 5 * MS), 0);
  ck_assert_uint_eq (count_gaps (200 * MS, 200 * MS), 0);
}
END_TEST

/* Results every 250 ms about 1 s each; the score is 1 where the middle is in [from, to).
 * Returns: the one action that there is */
static MsnetActionChange
find_action (guint64 from, guint64 to, guint64 smoothing)
{
  const MsnetActionParams params = { .enter = 0.6, .leave = 0.4, .smoothing = smoothing };
  g_autoptr (MsnetActions) actions = msnet_actions_new (1, NULL);
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (MsnetActionChange));

  for (guint64 start = 0; start < 20000 * MS; start += 250 * MS) {
    guint64 middle = start + 500 * MS;
    gfloat score = middle >= from && middle < to;
    msnet_actions_add (actions, &params, start, start + 1000 * MS, &score, changes);
  }
  ck_assert_uint_eq (changes->len, 2);
  ck_assert (g_array_index (changes, MsnetActionChange, 1).ended);
  return g_array_index (changes, MsnetActionChange, 1);
}

START_TEST (test_actions_are_late_by_what_the_page_says)
{
  for (guint64 from = 5001 * MS; from < 5300 * MS; from += 7 * MS) {
    guint64 to = from + 3333 * MS;
    MsnetActionChange smooth = find_action (from, to, 500 * MS);
    MsnetActionChange sharp = find_action (from, to, 0);

    ck_assert_uint_ge (smooth.start, from + 250 * MS);
    ck_assert_uint_lt (smooth.start, from + 500 * MS);
    ck_assert_uint_ge (smooth.end, to + 250 * MS);
    ck_assert_uint_lt (smooth.end, to + 500 * MS);
    ck_assert_uint_ge (sharp.start, from);
    ck_assert_uint_lt (sharp.start, from + 250 * MS);
    ck_assert_uint_lt (sharp.end, to + 250 * MS);
  }
}
END_TEST

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("time_page");
  TCase *tests = tcase_create ("all");
  SRunner *runner = srunner_create (suite);

  page_path = argc > 1 ? argv[1] : "docs/time.md";
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_twelve_irregular_frames);
  tcase_add_test (tests, test_distances_that_leave_gaps);
  tcase_add_test (tests, test_actions_are_late_by_what_the_page_says);
  srunner_run_all (runner, CK_NORMAL);
  return srunner_ntests_failed (runner) ? EXIT_FAILURE : EXIT_SUCCESS;
}
