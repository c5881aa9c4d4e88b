/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which frames are sampled and what a result holds: the rules of time (DESIGN.md, Time 2), with a fake
 * engine.
 *
 * Unless a test says otherwise a window is one second and has four points: 0, 250, 500, 750 ms. */
#include "common/common.h"
#include "fake_stream.h"

START_TEST (test_first_frame_at_or_after_each_point)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 2000, 100);
  assert_windows (&stream, "0: 0 300 500 800, 4 frames\n"
                           "1: 1000 1300 1500 1800, 4 frames\n");
}
END_TEST

START_TEST (test_grid_starts_at_the_first_frame)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  guint64 year = G_GUINT64_CONSTANT (31536000000);

  stream_push_range (&stream, year + 30, year + 930, 100);
  ck_assert_str_eq (stream.text->str, "0: 31536000030 31536000330 31536000530 31536000830, 4 frames\n");
}
END_TEST

START_TEST (test_only_sampled_frames_are_prepared_and_once)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 250 * MS);

  stream_push_range (&stream, 0, 1990, 10);
  ck_assert_uint_eq (stream.fake->n_prepared, 8);
}
END_TEST

/* However many frames a window and its hop have: raw frames are large. */
START_TEST (test_pixels_of_two_frames_are_kept)
{
  const guint64 hops[] = { 62, 250, 1000, 3000 };
  g_auto (Stream) stream = stream_new (16, 1000 * MS, hops[_i] * MS);

  stream_push_range (&stream, 0, 20000, 10);
  ck_assert_uint_gt (stream.fake->n_prepared, 16);
  ck_assert_uint_le (g_hash_table_size (stream.fake->places), 2);
}
END_TEST

/* Windows at 0 and 3 s, points every 250 ms. */
START_TEST (test_between_windows_nothing_is_prepared)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 3000 * MS);

  stream_push_range (&stream, 0, 3990, 10);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 3000 3250 3500 3750, 4 frames\n");
  ck_assert_uint_eq (msnet_recognizer_get_effort (stream.recognizer)->frames, 16);
  ck_assert_uint_eq (stream.fake->n_prepared, 8);
}
END_TEST

/* The frame at 2750 ms is of no window, until nothing comes in time for the next one's first point. */
START_TEST (test_between_windows_a_frame_may_have_to_stand_in)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 3000 * MS);

  stream_push_range (&stream, 0, 2800, 10);
  ck_assert_uint_eq (stream.fake->n_prepared, 4);
  stream_push_range (&stream, 3260, 3990, 10);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 2750 3260 3500 3750, 4 frames, 1 gaps\n");
  ck_assert_uint_eq (stream.fake->n_prepared, 8);
}
END_TEST

START_TEST (test_one_frame_serves_several_points)
{
  g_auto (Stream) stream = stream_new (8, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 1000, 250);
  assert_windows (&stream, "0: 0 250 250 500 500 750 750 1000, 5 frames\n");
}
END_TEST

START_TEST (test_a_late_frame_leaves_gaps)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  /* 700 is 450 ms after the point at 250, 200 ms after that at 500: patience is 250 ms. */
  stream_push_ns (&stream, 0, 210 * MS);
  stream_push_ns (&stream, 700 * MS, 50 * MS);
  stream_push_ns (&stream, 750 * MS, 50 * MS);
  assert_windows (&stream, "0: 0 0 700 750, 3 frames, 1 gaps\n");
}
END_TEST

START_TEST (test_patience_is_exact)
{
  g_auto (Stream) a = stream_new (4, 1000 * MS, 1000 * MS);
  g_auto (Stream) b = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_ns (&a, 0, 100 * MS);
  stream_push_ns (&a, 500 * MS, 100 * MS); /* 250 ms after the point: not late */
  stream_push_ns (&a, 750 * MS, 100 * MS);
  assert_windows (&a, "0: 0 500 500 750, 3 frames\n");
  stream_push_ns (&b, 0, 100 * MS);
  stream_push_ns (&b, 500 * MS + 1, 100 * MS);
  stream_push_ns (&b, 750 * MS, 100 * MS);
  assert_windows (&b, "0: 0 0 500 750, 3 frames, 1 gaps\n");
}
END_TEST

START_TEST (test_a_long_frame_is_no_gap)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_ns (&stream, 0, 700 * MS);
  stream_push_ns (&stream, 700 * MS, 50 * MS);
  stream_push_ns (&stream, 750 * MS, 50 * MS);
  assert_windows (&stream, "0: 0 700 700 750, 3 frames\n");
}
END_TEST

START_TEST (test_duration_from_frame_rate_then_distance)
{
  g_auto (Stream) rate = stream_new (4, 1000 * MS, 1000 * MS);
  g_auto (Stream) distance = stream_new (8, 1000 * MS, 1000 * MS);

  rate.nominal = 700 * MS;
  stream_push (&rate, 0);
  stream_push (&rate, 700);
  stream_push (&rate, 750);
  assert_windows (&rate, "0: 0 700 700 750, 3 frames\n");

  /* The frame at 300 lasted 300 ms, so 620 is not late for 375 (245 ms); without: patience is 125 ms. */
  stream_push (&distance, 0);
  stream_push (&distance, 300);
  stream_push (&distance, 620);
  stream_push_range (&distance, 750, 875, 125);
  assert_windows (&distance, "0: 0 0 300 620 620 750 750 875, 5 frames, 1 gaps\n");
}
END_TEST

START_TEST (test_odd_window)
{
  g_auto (Stream) stream = stream_new (3, 1000 * MS + 1, 0);

  /* Points at 0, 333333333, 666666667, 1000000001: a frame 1 ns earlier does not serve. */
  stream_push_ns (&stream, 0, NONE);
  stream_push_ns (&stream, 333333332, NONE);
  stream_push_ns (&stream, 333333333, NONE);
  stream_push_ns (&stream, 666666666, NONE);
  stream_push_ns (&stream, 666666667, NONE);
  stream_push_ns (&stream, 1000000000, NONE);
  ck_assert_uint_eq (stream.decision.taken, 0);
  stream_push_ns (&stream, 1000000001, NONE);
  ck_assert_uint_eq (stream.decision.taken, 1);
  ck_assert_uint_eq (stream.fake->n_prepared, 4);
  assert_windows (&stream, "0: 0 333 666, 3 frames\n"
                           "1: 333 666 1000, 3 frames\n");
}
END_TEST

START_TEST (test_missing_pts)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push (&stream, NONE);
  ck_assert_uint_eq (stream.decision.pts, NONE);
  ck_assert_uint_eq (stream.decision.taken, 0);
  stream_push_ns (&stream, 0, 250 * MS);
  for (guint i = 0; i < 3; i++) {
    stream_push_ns (&stream, NONE, 250 * MS);
    ck_assert (stream.decision.derived);
  }
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
}
END_TEST

START_TEST (test_missing_pts_and_duration)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  /* Nothing tells how long the first frame lasts: 0, so the second does not advance. */
  stream_push (&stream, 0);
  stream_push (&stream, NONE);
  ck_assert_uint_eq (stream.decision.pts, 0);
  ck_assert_uint_eq (stream.decision.taken, 0);
}
END_TEST

START_TEST (test_outside_the_segment)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  msnet_recognizer_set_range (stream.recognizer, 500 * MS, 2000 * MS);
  stream_push_range (&stream, 0, 2250, 250);
  assert_windows (&stream, "0: 500 750 1000 1250, 4 frames\n");
  stream_finish (&stream);
  ck_assert_str_eq (strchr (stream.text->str, '\n'), "\n1: 1500 1750 1750 1750, 2 frames, partial\n");
}
END_TEST

START_TEST (test_variable_frame_rate)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  const guint64 times[]
      = { 0, 17, 33, 240, 251, 499, 501, 640, 755, 1020, 1240, 1290, 1333, 1501, 1749, 1750 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    stream_push (&stream, times[i]);
  assert_windows (&stream, "0: 0 251 501 755, 4 frames\n"
                           "1: 1020 1290 1501 1750, 4 frames\n");
}
END_TEST

START_TEST (test_same_windows_at_any_frame_rate)
{
  const guint64 steps[] = { 1, 5, 25, 125 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_auto (Stream) stream = stream_new (8, 1000 * MS, 500 * MS);
    stream_push_range (&stream, 0, 1375, steps[i]);
    assert_windows (&stream, "0: 0 125 250 375 500 625 750 875, 8 frames\n"
                             "1: 500 625 750 875 1000 1125 1250 1375, 8 frames\n");
  }
}
END_TEST

START_TEST (test_any_number_of_frames)
{
  for (guint n_frames = 1; n_frames <= 16; n_frames++) {
    g_auto (Stream) stream = stream_new (n_frames, n_frames * 100 * MS, 0);
    guint windows = 0;

    stream_push_range (&stream, 0, 2990, 10);
    for (const gchar *c = stream.text->str; *c; c++)
      windows += *c == '\n';
    ck_assert_uint_eq (windows, 30 - n_frames + 1);
    ck_assert_uint_eq (stream.fake->n_prepared, 30);
  }
}
END_TEST

/* Offers a frame, @pts in ms, that cannot be looked at.  Returns: whether it would have been sampled */
static gboolean
pass (Stream *stream, guint64 pts)
{
  MsnetFrameTime time = { .pts = pts * MS, .duration = 100 * MS, .nominal = NONE };
  gboolean sampled = msnet_recognizer_offer (stream->recognizer, &time, &stream->decision);

  if (sampled)
    msnet_recognizer_pass (stream->recognizer);
  return sampled;
}

/* Frames that are damaged are as if they had not come: their points take the next one, a grid does not begin
 * with them, and where nothing else comes there is a hole. */
START_TEST (test_damaged_frames)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  ck_assert (pass (&stream, 0));
  stream_push_range (&stream, 100, 500, 100);
  ck_assert (pass (&stream, 600));
  ck_assert (pass (&stream, 700));
  stream_push_range (&stream, 800, 900, 100);
  ck_assert_str_eq (stream.text->str, "0: 100 400 800 900, 4 frames\n");
  for (guint64 pts = 1000; pts < 1700; pts += 100)
    pass (&stream, pts);
  stream_push_range (&stream, 1750, 2650, 100);
  ck_assert_str_eq (stream.text->str, "0: 100 400 800 900, 4 frames\n1: 1750 2050 2250 2550, 4 frames\n");
}
END_TEST

/* Time jumps on a damaged frame, whose time may be damaged, too: the grid goes on with the next frame, if
 * that goes on. */
START_TEST (test_damaged_time_of_a_damaged_frame)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 600, 100);
  ck_assert (pass (&stream, 77000));
  ck_assert (stream.decision.reset);
  stream_push_range (&stream, 700, 800, 100);
  ck_assert_str_eq (stream.text->str, "0: 0 300 500 800, 4 frames\n");
}
END_TEST

/* The stream jumps, and the first frame after it is damaged: the grid begins with the next one. */
START_TEST (test_damaged_frame_after_a_jump)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  stream_push_range (&stream, 0, 600, 100);
  ck_assert (pass (&stream, 5000));
  ck_assert (stream.decision.reset);
  stream_push_range (&stream, 5100, 5900, 100);
  ck_assert_str_eq (stream.text->str, "0: 5100 5400 5600 5900, 4 frames\n");
}
END_TEST

START_TEST (test_failing_engine)
{
  g_auto (Stream) stream = stream_new (1, 1000 * MS, 1000 * MS);
  g_autoptr (GError) error = NULL;
  MsnetFrameTime time = { .duration = NONE, .nominal = NONE };
  MsnetFrame frame = fake_frame (&time.pts);

  stream.fake->fail = TRUE;
  ck_assert (msnet_recognizer_offer (stream.recognizer, &time, &stream.decision));
  ck_assert (msnet_recognizer_take (stream.recognizer, &frame, NONE, NULL));
  ck_assert_ptr_null (msnet_recognizer_collect (stream.recognizer, &error));
  ck_assert_str_eq (error->message, "the fake device fails");
}
END_TEST

static void
add_sampling_tests (TCase *tests)
{
  tcase_add_test (tests, test_first_frame_at_or_after_each_point);
  tcase_add_test (tests, test_grid_starts_at_the_first_frame);
  tcase_add_test (tests, test_only_sampled_frames_are_prepared_and_once);
  tcase_add_loop_test (tests, test_pixels_of_two_frames_are_kept, 0, 4);
  tcase_add_test (tests, test_between_windows_nothing_is_prepared);
  tcase_add_test (tests, test_between_windows_a_frame_may_have_to_stand_in);
  tcase_add_test (tests, test_one_frame_serves_several_points);
  tcase_add_test (tests, test_a_late_frame_leaves_gaps);
  tcase_add_test (tests, test_patience_is_exact);
  tcase_add_test (tests, test_a_long_frame_is_no_gap);
  tcase_add_test (tests, test_duration_from_frame_rate_then_distance);
  tcase_add_test (tests, test_odd_window);
  tcase_add_test (tests, test_missing_pts);
  tcase_add_test (tests, test_missing_pts_and_duration);
  tcase_add_test (tests, test_outside_the_segment);
  tcase_add_test (tests, test_variable_frame_rate);
  tcase_add_test (tests, test_same_windows_at_any_frame_rate);
  tcase_add_test (tests, test_any_number_of_frames);
}

static void
add_result_tests (TCase *tests)
{
  tcase_add_test (tests, test_damaged_frames);
  tcase_add_test (tests, test_damaged_time_of_a_damaged_frame);
  tcase_add_test (tests, test_damaged_frame_after_a_jump);
  tcase_add_test (tests, test_failing_engine);
}

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("recognizer");
  const struct
  {
    const gchar *name;
    void (*add) (TCase *tests);
  } cases[] = {
    { "sampling", add_sampling_tests },
    { "results", add_result_tests },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TCase *tests = tcase_create (cases[i].name);
    cases[i].add (tests);
    suite_add_tcase (suite, tests);
  }
  return suite;
}
