/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Points at the centres of a window's parts, and clips, which are a single window to their end (DESIGN.md,
 * Time 1 and 8), with a fake engine.
 *
 * Windows are one second unless they are clips, and have four points: at 0, 250, 500 and 750 ms; at centres
 * 125, 375, 625 and 875 ms. */
#include "common/common.h"
#include "fake_stream.h"

static Stream
make_clip (gboolean at_centre, guint64 end)
{
  Stream stream
      = at_centre ? stream_new_at_centre (4, 5000 * MS, 5000 * MS) : stream_new (4, 5000 * MS, 5000 * MS);

  msnet_recognizer_set_end (stream.recognizer, end * MS);
  return stream;
}

START_TEST (test_centres_of_a_window)
{
  g_auto (Stream) stream = stream_new_at_centre (4, 1000 * MS, 1000 * MS);

  /* 40 frames, ten a part: the sixth is in the middle. */
  stream_push_range (&stream, 0, 1975, 25);
  assert_windows (&stream, "0: 125 375 625 875, 4 frames\n"
                           "1: 1125 1375 1625 1875, 4 frames\n");
}
END_TEST

START_TEST (test_windows_share_centres)
{
  g_auto (Stream) stream = stream_new_at_centre (4, 1000 * MS, 500 * MS);

  stream_push_range (&stream, 3000, 4475, 25);
  assert_windows (&stream, "0: 3125 3375 3625 3875, 4 frames\n"
                           "1: 3625 3875 4125 4375, 4 frames\n");
  ck_assert_uint_eq (stream.fake->n_prepared, 6);
}
END_TEST

/* The first frame starts the grid, but is no point: nothing stands in for a point before another frame. */
START_TEST (test_the_first_centre_is_no_gap)
{
  g_auto (Stream) stream = stream_new_at_centre (4, 1000 * MS, 1000 * MS);

  stream_push_ns (&stream, 0, 100 * MS);
  ck_assert_uint_eq (stream.decision.taken, 0);
  stream_push_ns (&stream, 400 * MS, 100 * MS); /* 275 ms after the first point */
  ck_assert_uint_eq (stream.decision.gaps, 0);
  stream_push_range (&stream, 700, 900, 100);
  assert_windows (&stream, "0: 400 400 700 900, 3 frames\n");
}
END_TEST

/* A hole, behind which the first frame is no point either. */
START_TEST (test_a_hole_between_centres)
{
  g_auto (Stream) stream = stream_new_at_centre (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 700, 100);
  stream_push_range (&stream, 5000, 5900, 100);
  stream_finish (&stream);
  assert_windows (&stream, "0: 5200 5400 5700 5900, 4 frames\n");
}
END_TEST

START_TEST (test_the_end_between_centres)
{
  g_auto (Stream) stream = stream_new_at_centre (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 400, 100);
  stream_finish (&stream);
  assert_windows (&stream, "0: 200 400 400 400, 2 frames, partial\n");
  stream_push (&stream, 0); /* before the first centre */
  stream_finish (&stream);
  assert_windows (&stream, "0: 200 400 400 400, 2 frames, partial\n");
}
END_TEST

/* 25 frames a second for ten seconds; whatever follows is not looked at. */
START_TEST (test_a_clip_is_one_window)
{
  g_auto (Stream) start = make_clip (FALSE, 10000);
  g_auto (Stream) centre = make_clip (TRUE, 10000);

  stream_push_range (&start, 0, 30000, 40);
  ck_assert_uint_eq (msnet_recognizer_get_grid (start.recognizer)->window, 10000 * MS);
  stream_finish (&start);
  assert_windows (&start, "0: 0 2520 5000 7520, 4 frames\n");
  ck_assert_uint_eq (start.fake->n_prepared, 4);
  stream_push_range (&centre, 0, 9960, 40);
  stream_finish (&centre);
  assert_windows (&centre, "0: 1280 3760 6280 8760, 4 frames\n");
}
END_TEST

/* A segment of a longer stream, whose first frame is a little late. */
START_TEST (test_a_clip_starts_with_its_first_frame)
{
  g_auto (Stream) stream = make_clip (FALSE, 5080);

  msnet_recognizer_set_range (stream.recognizer, 1000 * MS, 5080 * MS);
  stream_push_range (&stream, 880, 6000, 200);
  assert_windows (&stream, "0: 1080 2080 3080 4080, 4 frames\n");
}
END_TEST

/* The last frame, behind which no other fits, takes all points that are left. */
START_TEST (test_the_last_frame_of_a_clip)
{
  g_auto (Stream) few = make_clip (TRUE, 1000), one = make_clip (TRUE, 40), rounded = make_clip (TRUE, 1000);

  stream_push_range (&few, 0, 800, 200);
  assert_windows (&few, "0: 200 400 800 800, 3 frames\n");
  stream_push_ns (&one, 0, 40 * MS);
  assert_windows (&one, "0: 0 0 0 0, 1 frames\n");
  /* Times that a container has rounded; and a length that is not stated means nothing. */
  stream_push_range (&rounded, 0, 500, 250);
  stream_push (&rounded, 750);
  assert_windows (&rounded, "");
  stream_push_ns (&rounded, 800 * MS, 140 * MS);
  assert_windows (&rounded, "0: 250 500 750 800, 4 frames\n");
}
END_TEST

/* Containers count a frame too much, or leave one out: the last points repeat the last sampled frame. */
START_TEST (test_a_clip_ends_early)
{
  g_auto (Stream) stream = make_clip (TRUE, 1000);

  stream_push_range (&stream, 0, 800, 50);
  assert_windows (&stream, "");
  stream_finish (&stream);
  assert_windows (&stream, "0: 150 400 650 650, 3 frames, partial\n");
}
END_TEST

START_TEST (test_a_clip_of_one_frame)
{
  g_auto (Stream) stream = make_clip (FALSE, 40);

  stream_push (&stream, 0);
  stream_finish (&stream);
  assert_windows (&stream, "0: 0 0 0 0, 1 frames, partial\n");
}
END_TEST

/* Nothing comes for six of ten seconds: the clip stays whole. */
START_TEST (test_a_clip_has_no_holes)
{
  g_auto (Stream) stream = make_clip (FALSE, 10000);

  stream_push_range (&stream, 0, 1000, 100);
  stream_push_range (&stream, 7000, 9900, 100);
  stream_finish (&stream);
  assert_windows (&stream, "0: 0 0 7000 7500, 3 frames, 1 gaps\n");
}
END_TEST

/* Its last point takes the next frame, however late that is: no frame follows that could decide it. */
START_TEST (test_the_last_point_of_a_clip_is_no_gap)
{
  g_auto (Stream) stream = make_clip (FALSE, 1000);

  stream_push_range (&stream, 0, 500, 100);
  stream_push_ns (&stream, 1600 * MS, 40 * MS);
  assert_windows (&stream, "0: 0 300 500 1600, 4 frames\n");
}
END_TEST

/* Time goes back: what follows is a clip of its own, to the same end. */
START_TEST (test_a_clip_starts_over)
{
  g_auto (Stream) stream = make_clip (FALSE, 4000);

  stream_push_range (&stream, 2000, 2800, 100);
  stream_push_range (&stream, 0, 3900, 100);
  assert_windows (&stream, "0: 0 1000 2000 3000, 4 frames\n");
}
END_TEST

START_TEST (test_each_clip_has_its_own_length)
{
  g_auto (Stream) stream = make_clip (FALSE, 1000);

  stream_push_range (&stream, 0, 900, 100);
  stream_finish (&stream);
  msnet_recognizer_set_end (stream.recognizer, 4000 * MS);
  stream_push_range (&stream, 0, 3900, 100);
  stream_finish (&stream);
  assert_windows (&stream, "0: 0 300 500 800, 4 frames\n"
                           "1: 0 1000 2000 3000, 4 frames\n");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("clips");
  TCase *centres = tcase_create ("centres");
  TCase *clips = tcase_create ("clips");

  suite_add_tcase (suite, centres);
  tcase_add_test (centres, test_centres_of_a_window);
  tcase_add_test (centres, test_windows_share_centres);
  tcase_add_test (centres, test_the_first_centre_is_no_gap);
  tcase_add_test (centres, test_a_hole_between_centres);
  tcase_add_test (centres, test_the_end_between_centres);
  suite_add_tcase (suite, clips);
  tcase_add_test (clips, test_a_clip_is_one_window);
  tcase_add_test (clips, test_a_clip_starts_with_its_first_frame);
  tcase_add_test (clips, test_the_last_frame_of_a_clip);
  tcase_add_test (clips, test_a_clip_ends_early);
  tcase_add_test (clips, test_a_clip_of_one_frame);
  tcase_add_test (clips, test_a_clip_has_no_holes);
  tcase_add_test (clips, test_the_last_point_of_a_clip_is_no_gap);
  tcase_add_test (clips, test_a_clip_starts_over);
  tcase_add_test (clips, test_each_clip_has_its_own_length);
  return suite;
}
