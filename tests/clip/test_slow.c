/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Slow streams: frames that come farther apart than they say, or say nothing (DESIGN.md, Time 2 and 5).
 *
 * Unless a test says otherwise a window is one second and has eight points, a hop is two of them: the
 * shipped model's. */
#include "common/common.h"
#include "fake_stream.h"

#include <stdlib.h>
#include <string.h>

#define SECOND (1000 * MS)

static guint
count_windows (const Stream *stream)
{
  guint n = 0;

  for (const gchar *c = stream->text->str; *c; c++)
    n += *c == '\n';
  return n;
}

/* Pushes a frame of @duration (ns) at each of @times (ms).  Returns: how often the grid began anew */
static guint
push_times (Stream *stream, const guint *times, guint n, guint64 duration)
{
  guint n_resets = 0;

  for (guint i = 0; i < n; i++) {
    stream_push_ns (stream, times[i] * MS, duration);
    n_resets += stream->decision.reset;
  }
  return n_resets;
}

/* Frames @step (ns) apart for half a minute of windows. */
static guint
push_steadily (Stream *stream, guint64 step, guint64 duration)
{
  guint n_resets = 0;

  for (guint64 pts = 0; pts < 30 * SECOND; pts += step) {
    stream_push_ns (stream, pts, duration);
    n_resets += stream->decision.reset;
  }
  return n_resets;
}

/* A camera in low light, or behind MJPEG over HTTP: framerate=0/1, no durations. */
START_TEST (test_no_rate_and_no_durations)
{
  g_auto (Stream) stream = stream_new (8, SECOND, 250 * MS);

  ck_assert_uint_eq (push_steadily (&stream, 520 * MS, NONE), 1);
  ck_assert_uint_eq (count_windows (&stream), (29640 - 520 - 875) / 250 + 1);
  ck_assert (g_str_has_prefix (stream.text->str, "0: 520 1040 1040 1040 1040 1560 1560 1560, 3 frames\n"));
}
END_TEST

/* An RTSP camera that promises 25 frames a second and sends fewer: gaps, but windows. */
START_TEST (test_slower_than_the_caps_say)
{
  g_auto (Stream) stream = stream_new (8, SECOND, 250 * MS);

  stream.nominal = 40 * MS;
  ck_assert_uint_eq (push_steadily (&stream, 600 * MS, NONE), 1);
  ck_assert (
      g_str_has_prefix (stream.text->str, "0: 600 600 600 600 1200 1200 1200 1200, 2 frames, 6 gaps\n"
                                          "1: 600 600 1200 1200 1200 1200 1200 1800, 3 frames, 6 gaps\n"));
}
END_TEST

/* A leaky queue before a slow element: each frame lasts 40 ms, most were dropped. */
START_TEST (test_most_frames_were_dropped)
{
  const guint times[] = { 0, 520, 1240, 1640, 2440, 2960, 3880, 4200, 5120, 5480, 6280, 6880 };
  g_auto (Stream) stream = stream_new (8, SECOND, 250 * MS);

  ck_assert_uint_le (push_times (&stream, times, G_N_ELEMENTS (times), 40 * MS), 2);
  ck_assert_uint_gt (count_windows (&stream), 15);
}
END_TEST

/* Bursts and pauses in turn: no window fits into a burst. */
START_TEST (test_bursts)
{
  g_auto (Stream) stream = stream_new (8, SECOND, 250 * MS);
  guint n_resets = 0;

  for (guint burst = 0; burst < 10; burst++)
    for (guint i = 0; i < 7; i++) {
      stream_push_ns (&stream, (burst * 1500 + i * 100) * MS, 40 * MS);
      n_resets += stream.decision.reset;
    }
  ck_assert_uint_le (n_resets, 5);
  ck_assert_uint_gt (count_windows (&stream), 10);
}
END_TEST

/* Two frames in three windows are enough, fewer are not. */
START_TEST (test_least_rate)
{
  g_auto (Stream) enough = stream_new (8, SECOND, 250 * MS);
  g_auto (Stream) too_few = stream_new (8, SECOND, 250 * MS);

  ck_assert_uint_eq (push_steadily (&enough, 1500 * MS, NONE), 1);
  ck_assert_uint_gt (count_windows (&enough), 100);
  ck_assert_uint_eq (push_steadily (&too_few, 1501 * MS, NONE), 19);
  ck_assert_uint_eq (count_windows (&too_few), 0);
  ck_assert_uint_eq (too_few.decision.distance, 1501 * MS);
}
END_TEST

/* A window of 8 ms (set in the belief that it is in µs) at 30 frames a second. */
START_TEST (test_window_shorter_than_a_frame)
{
  g_auto (Stream) stream = stream_new (8, 8 * MS, 8 * MS);

  guint n_resets = 0;

  stream.nominal = 33333333;
  for (guint i = 0; i < 10; i++) {
    stream_push_ns (&stream, i * G_GUINT64_CONSTANT (33333333), NONE);
    n_resets += stream.decision.reset;
  }
  ck_assert_uint_eq (n_resets, 9);
  ck_assert_uint_eq (count_windows (&stream), 0);
}
END_TEST

/* A stream that goes on is still told from one that begins anew. */
START_TEST (test_a_pause_is_still_a_hole)
{
  g_auto (Stream) stream = stream_new (8, SECOND, 250 * MS);

  stream_push_range (&stream, 0, 2000, 40);
  stream_push_ns (&stream, 2641 * MS, 40 * MS);
  ck_assert (stream.decision.reset);
  /* It was learnt that frames may stay out so long, and forgotten by the time of the next pause. */
  stream_push_range (&stream, 2681, 5000, 40);
  stream_push_ns (&stream, 5651 * MS, 40 * MS);
  ck_assert (stream.decision.reset);
}
END_TEST

/* Another stream has its own pace. */
START_TEST (test_another_stream_is_learnt_anew)
{
  g_auto (Stream) stream = stream_new (8, SECOND, 250 * MS);
  const guint times[] = { 0, 900, 1800 };

  ck_assert_uint_eq (push_times (&stream, times, 3, 40 * MS), 1);
  msnet_recognizer_reset (stream.recognizer);
  ck_assert_uint_eq (push_times (&stream, times, 3, 40 * MS), 1);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("slow");
  TCase *tests = tcase_create ("slow");

  tcase_add_test (tests, test_no_rate_and_no_durations);
  tcase_add_test (tests, test_slower_than_the_caps_say);
  tcase_add_test (tests, test_most_frames_were_dropped);
  tcase_add_test (tests, test_bursts);
  tcase_add_test (tests, test_least_rate);
  tcase_add_test (tests, test_window_shorter_than_a_frame);
  tcase_add_test (tests, test_a_pause_is_still_a_hole);
  tcase_add_test (tests, test_another_stream_is_learnt_anew);
  suite_add_tcase (suite, tests);
  return suite;
}
