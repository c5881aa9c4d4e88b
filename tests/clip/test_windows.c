/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which windows are due when, at the end and over resets (DESIGN.md, Time 3 to 5), with a fake engine.
 *
 * Unless a test says otherwise a window is one second and has four points: 0, 250, 500, 750 ms. */
#include "clip/windows.h"
#include "common/common.h"
#include "fake_stream.h"

#include <stdlib.h>

START_TEST (test_overlapping_windows)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 500 * MS);

  stream_push_range (&stream, 0, 1750, 250);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 500 750 1000 1250, 4 frames\n"
                           "2: 1000 1250 1500 1750, 4 frames\n");
}
END_TEST

START_TEST (test_hop_longer_than_the_window)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1500 * MS);

  stream_push_range (&stream, 0, 4000, 250);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 1500 1750 2000 2250, 4 frames\n"
                           "2: 3000 3250 3500 3750, 4 frames\n");
}
END_TEST

/* Whether any of @n points from the @first on is one of a window's. */
static gboolean
is_in_a_window (const MsnetGrid *grid, guint first, guint n)
{
  for (guint k = first; k < first + n; k++)
    if (k % grid->hop < grid->n_frames)
      return TRUE;
  return FALSE;
}

/* Hops shorter than the window, equal and longer. */
START_TEST (test_which_points_are_expected)
{
  const MsnetPoint point = { .pts = 0 };
  MsnetWindows windows;
  MsnetGrid grid;

  msnet_grid_init (&grid, 4, 1000 * MS, _i * 250 * MS);
  msnet_windows_init (&windows, &grid);
  for (guint first = 0; first < 40; first++) {
    for (guint n = 1; n < 20; n++)
      ck_assert_int_eq (msnet_windows_expect (&windows, n), is_in_a_window (&grid, first, n));
    msnet_windows_add (&windows, &point);
  }
  msnet_windows_clear (&windows);
}
END_TEST

/* Hops shorter than the window, equal and longer: as many are due as are then completed. */
START_TEST (test_how_many_will_be_due)
{
  const MsnetPoint point = { .pts = 0 };
  MsnetWindows windows;
  MsnetGrid grid;

  msnet_grid_init (&grid, 4, 1000 * MS, _i * 250 * MS);
  for (guint first = 0; first < 20; first++)
    for (guint n = 0; n < 20; n++) {
      guint64 due, completed = 0;
      msnet_windows_init (&windows, &grid);
      for (guint i = 0; i < first; i++)
        msnet_windows_add (&windows, &point);
      due = msnet_windows_count_due (&windows, n);
      for (guint i = 0; i < n; i++)
        completed += msnet_windows_add (&windows, &point) != NULL;
      ck_assert_uint_eq (due, completed);
      msnet_windows_clear (&windows);
    }
}
END_TEST

START_TEST (test_several_windows_due_at_once)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 250 * MS);

  stream_push_range (&stream, 0, 750, 250);
  stream_push_ns (&stream, 1500 * MS, 250 * MS);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 250 500 750 750, 3 frames, 1 gaps\n"
                           "2: 500 750 750 1500, 3 frames, 1 gaps\n"
                           "3: 750 750 1500 1500, 2 frames, 1 gaps\n");
}
END_TEST

START_TEST (test_due_on_the_frame_that_decides_a_gap)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 500, 250);
  assert_windows (&stream, "");
  stream_push_ns (&stream, 1100 * MS, 50 * MS);
  assert_windows (&stream, "0: 0 250 500 500, 3 frames, 1 gaps\n");
}
END_TEST

/* A device that is too busy to take the last frame leaves a gap; the end adds none. */
START_TEST (test_end_after_a_gap)
{
  const MsnetPoint points[] = { { .pts = 0 }, { .pts = 0, .gap = TRUE } };
  const MsnetWindow *window;
  MsnetWindows windows;
  MsnetGrid grid;

  msnet_grid_init (&grid, 4, 1000 * MS, 1000 * MS);
  msnet_windows_init (&windows, &grid);
  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    ck_assert_ptr_null (msnet_windows_add (&windows, &points[i]));
  window = msnet_windows_finish (&windows);
  ck_assert (window->partial);
  ck_assert_uint_eq (window->frames, 1);
  ck_assert_uint_eq (window->gaps, 1);
  msnet_windows_clear (&windows);
}
END_TEST

START_TEST (test_end_repeats_the_last_frame)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 500, 250);
  stream_finish (&stream);
  assert_windows (&stream, "0: 0 250 500 500, 3 frames, partial\n");
}
END_TEST

START_TEST (test_end_completes_exactly_one_window)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 250 * MS);

  /* Windows from 250 and 500 on hold frames that no window showed, too. */
  stream_push_range (&stream, 0, 500, 250);
  stream_finish (&stream);
  stream_push_range (&stream, 0, 250, 250);
  stream_finish (&stream);
  assert_windows (&stream, "0: 0 250 500 500, 3 frames, partial\n"
                           "1: 0 250 250 250, 2 frames, partial\n");
}
END_TEST

START_TEST (test_end_without_anything_newer)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 500 * MS);

  /* The next window would be 500 750 ..: begun, but all of it was seen. */
  stream_push_range (&stream, 0, 750, 250);
  stream_finish (&stream);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
  stream_finish (&stream);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
}
END_TEST

START_TEST (test_end_between_windows)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1500 * MS);

  stream_push_range (&stream, 0, 1250, 250);
  stream_finish (&stream);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
}
END_TEST

START_TEST (test_end_keeps_counting_gaps)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_ns (&stream, 0, 210 * MS);
  stream_push_ns (&stream, 700 * MS, 50 * MS);
  stream_finish (&stream);
  assert_windows (&stream, "0: 0 0 700 700, 2 frames, 1 gaps, partial\n");
}
END_TEST

START_TEST (test_small_step_back_is_ignored)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 250, 250);
  stream_push (&stream, 100);
  ck_assert (!stream.decision.reset);
  ck_assert_uint_eq (stream.decision.taken, 0);
  stream_push (&stream, 250);
  ck_assert_uint_eq (stream.decision.taken, 0);
  stream_push (&stream, 0); /* 250 ms back: not more than the interval */
  ck_assert (!stream.decision.reset);
  stream_push_range (&stream, 500, 750, 250);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
}
END_TEST

START_TEST (test_repeated_frame_is_not_the_last_one)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_ns (&stream, 0, 250 * MS);
  stream_push_ns (&stream, 0, 0);
  stream_push_ns (&stream, 700 * MS, 0); /* 450 ms after the end of the first, 700 after that of the second */
  ck_assert (!stream.decision.reset);
}
END_TEST

START_TEST (test_step_back_starts_over)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 300, 800, 250);
  stream_push_ns (&stream, 550 * MS - 1, 250 * MS);
  ck_assert (stream.decision.reset);
  stream_push_range (&stream, 800, 1300, 250);
  ck_assert_str_eq (stream.text->str, "0: 549 800 1050 1300, 4 frames\n");
}
END_TEST

START_TEST (test_hole_starts_over)
{
  g_auto (Stream) goes_on = stream_new (4, 1000 * MS, 1000 * MS);
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&goes_on, 0, 250, 250);
  stream_push_ns (&goes_on, 1000 * MS, 250 * MS); /* 500 ms after the end at 500: exactly half a window */
  ck_assert (!goes_on.decision.reset);
  assert_windows (&goes_on, "0: 0 250 250 1000, 3 frames, 1 gaps\n");

  stream_push_range (&stream, 0, 750, 250);
  stream_push_ns (&stream, 1500 * MS + 1, 250 * MS);
  ck_assert (stream.decision.reset);
  stream_push_range (&stream, 1751, 2251, 250);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 1500 1751 2001 2251, 4 frames\n");
}
END_TEST

/* Where frames have come 750 ms apart, half a window more is a hole. */
START_TEST (test_hole_after_a_long_distance)
{
  g_auto (Stream) goes_on = stream_new (4, 1000 * MS, 1000 * MS);
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&goes_on, 0, 250, 250);
  stream_push_range (&stream, 0, 250, 250);
  stream_push_ns (&goes_on, 1000 * MS, 250 * MS);
  stream_push_ns (&stream, 1000 * MS, 250 * MS);
  stream_push_ns (&goes_on, 2250 * MS, 250 * MS);
  ck_assert (!goes_on.decision.reset);
  stream_push_ns (&stream, 2250 * MS + 1, 250 * MS);
  ck_assert (stream.decision.reset);
}
END_TEST

START_TEST (test_hole_of_an_odd_window)
{
  g_auto (Stream) goes_on = stream_new (4, 1000 * MS + 1, 0);
  g_auto (Stream) stream = stream_new (4, 1000 * MS + 1, 0);

  stream_push_ns (&goes_on, 0, 0);
  stream_push_ns (&goes_on, 500 * MS, 0); /* half a window is 500000000.5 ns */
  ck_assert (!goes_on.decision.reset);
  stream_push_ns (&stream, 0, 0);
  stream_push_ns (&stream, 500 * MS + 1, 0);
  ck_assert (stream.decision.reset);
}
END_TEST

START_TEST (test_endless_duration_hides_no_hole)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_ns (&stream, 0, 3600000 * MS);
  stream_push_ns (&stream, 1600000 * MS, NONE);
  ck_assert (stream.decision.reset);
  stream.nominal = NONE - 1;
  stream_push (&stream, 1600100);
  stream_push (&stream, 3200000);
  ck_assert (stream.decision.reset);
}
END_TEST

START_TEST (test_reset_keeps_the_index)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 1500, 250);
  msnet_recognizer_reset (stream.recognizer);
  stream_push (&stream, NONE);
  ck_assert_uint_eq (stream.decision.pts, NONE);
  stream_push_range (&stream, 100, 850, 250);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 100 350 600 850, 4 frames\n");
}
END_TEST

static void
add_window_tests (TCase *tests)
{
  tcase_add_test (tests, test_overlapping_windows);
  tcase_add_test (tests, test_hop_longer_than_the_window);
  tcase_add_loop_test (tests, test_which_points_are_expected, 1, 13);
  tcase_add_loop_test (tests, test_how_many_will_be_due, 1, 13);
  tcase_add_test (tests, test_several_windows_due_at_once);
  tcase_add_test (tests, test_due_on_the_frame_that_decides_a_gap);
  tcase_add_test (tests, test_end_after_a_gap);
  tcase_add_test (tests, test_end_repeats_the_last_frame);
  tcase_add_test (tests, test_end_completes_exactly_one_window);
  tcase_add_test (tests, test_end_without_anything_newer);
  tcase_add_test (tests, test_end_between_windows);
  tcase_add_test (tests, test_end_keeps_counting_gaps);
}

static void
add_reset_tests (TCase *tests)
{
  tcase_add_test (tests, test_small_step_back_is_ignored);
  tcase_add_test (tests, test_repeated_frame_is_not_the_last_one);
  tcase_add_test (tests, test_step_back_starts_over);
  tcase_add_test (tests, test_hole_starts_over);
  tcase_add_test (tests, test_hole_after_a_long_distance);
  tcase_add_test (tests, test_hole_of_an_odd_window);
  tcase_add_test (tests, test_endless_duration_hides_no_hole);
  tcase_add_test (tests, test_reset_keeps_the_index);
}

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("windows");
  const struct
  {
    const gchar *name;
    void (*add) (TCase *tests);
  } cases[] = {
    { "windows", add_window_tests },
    { "resets", add_reset_tests },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TCase *tests = tcase_create (cases[i].name);
    cases[i].add (tests);
    suite_add_tcase (suite, tests);
  }
  return suite;
}
