/* Streams of frames in, windows out: the rules of time (DESIGN.md, Time), with a fake engine.
 *
 * Unless a test says otherwise a window is one second and has four points: 0, 250, 500, 750 ms. */
#include "clip/recognizer.h"
#include "fake_engine.h"

#include <check.h>
#include <stdlib.h>

#define MS G_GUINT64_CONSTANT (1000000)
#define NONE MSNET_TIME_NONE

/* @text: the windows so far, a line each: index, the frame (in ms) of each point, frames, gaps, partial */
typedef struct
{
  FakeEngine *fake;
  MsnetRecognizer *recognizer;
  GString *text;
  MsnetDecision decision;
  guint64 nominal;
} Stream;

static Stream
stream_new (guint n_frames, guint64 window, guint64 hop)
{
  FakeEngine *fake = fake_engine_new (n_frames);

  return (Stream){
    .fake = fake,
    .recognizer = msnet_recognizer_new (&fake->engine, window, hop),
    .text = g_string_new (NULL),
    .nominal = NONE,
  };
}

static void
stream_clear (Stream *stream)
{
  msnet_recognizer_free (stream->recognizer);
  g_string_free (stream->text, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stream, stream_clear)

static void
describe (Stream *stream, const MsnetRecognition *recognition, const guint64 *frames)
{
  guint n_frames = stream->fake->engine.n_frames;

  ck_assert_uint_eq (recognition->start, frames[0]);
  ck_assert_uint_eq (recognition->end, frames[n_frames - 1]);
  g_string_append_printf (stream->text, "%" G_GUINT64_FORMAT ":", recognition->index);
  for (guint i = 0; i < n_frames; i++)
    g_string_append_printf (stream->text, " %" G_GUINT64_FORMAT, frames[i] / MS);
  g_string_append_printf (stream->text, ", %u frames", recognition->frames);
  if (recognition->gaps)
    g_string_append_printf (stream->text, ", %u gaps", recognition->gaps);
  g_string_append (stream->text, recognition->partial ? ", partial\n" : "\n");
}

static void
collect (Stream *stream, GPtrArray *results)
{
  GArray *inferred = stream->fake->inferred;
  guint n_frames = stream->fake->engine.n_frames;

  ck_assert_ptr_nonnull (results);
  ck_assert_uint_eq (inferred->len, results->len * n_frames);
  for (guint i = 0; i < results->len; i++)
    describe (stream, g_ptr_array_index (results, i), (guint64 *)inferred->data + i * n_frames);
  g_array_set_size (inferred, 0);
  g_ptr_array_unref (results);
}

/* Times in ns.  The engine knows a frame by its PTS. */
static void
push_ns (Stream *stream, guint64 pts, guint64 duration)
{
  MsnetFrameTime time = { .pts = pts, .duration = duration, .nominal = stream->nominal, .wall = NONE };

  if (msnet_recognizer_offer (stream->recognizer, &time, &stream->decision)) {
    MsnetFrame frame = fake_frame (&stream->decision.pts);
    collect (stream, msnet_recognizer_take (stream->recognizer, &frame, NULL));
  }
}

static void
push (Stream *stream, guint64 pts)
{
  push_ns (stream, pts == NONE ? NONE : pts * MS, NONE);
}

static void
push_range (Stream *stream, guint64 from, guint64 to, guint64 step)
{
  for (guint64 pts = from; pts <= to; pts += step)
    push_ns (stream, pts * MS, step * MS);
}

static void
finish (Stream *stream)
{
  collect (stream, msnet_recognizer_finish (stream->recognizer, NULL));
}

#define assert_windows(stream, expected) ck_assert_str_eq ((stream)->text->str, expected)

START_TEST (test_first_frame_at_or_after_each_point)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_range (&stream, 0, 2000, 100);
  assert_windows (&stream, "0: 0 300 500 800, 4 frames\n"
                           "1: 1000 1300 1500 1800, 4 frames\n");
}
END_TEST

START_TEST (test_grid_starts_at_the_first_frame)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  guint64 year = G_GUINT64_CONSTANT (31536000000);

  push_range (&stream, year + 30, year + 930, 100);
  ck_assert_str_eq (stream.text->str, "0: 31536000030 31536000330 31536000530 31536000830, 4 frames\n");
}
END_TEST

START_TEST (test_only_sampled_frames_are_prepared_and_once)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 250 * MS);

  push_range (&stream, 0, 1990, 10);
  ck_assert_uint_eq (stream.fake->n_prepared, 8);
}
END_TEST

START_TEST (test_one_frame_serves_several_points)
{
  g_auto (Stream) stream = stream_new (8, 1000 * MS, 1000 * MS);

  push_range (&stream, 0, 1000, 250);
  assert_windows (&stream, "0: 0 250 250 500 500 750 750 1000, 5 frames\n");
}
END_TEST

START_TEST (test_overlapping_windows)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 500 * MS);

  push_range (&stream, 0, 1750, 250);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 500 750 1000 1250, 4 frames\n"
                           "2: 1000 1250 1500 1750, 4 frames\n");
}
END_TEST

START_TEST (test_hop_longer_than_the_window)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1500 * MS);

  push_range (&stream, 0, 4000, 250);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 1500 1750 2000 2250, 4 frames\n"
                           "2: 3000 3250 3500 3750, 4 frames\n");
}
END_TEST

START_TEST (test_a_late_frame_leaves_gaps)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  /* 700 is 450 ms after the point at 250, 200 ms after that at 500: patience is 250 ms. */
  push_ns (&stream, 0, 210 * MS);
  push_ns (&stream, 700 * MS, 50 * MS);
  push_ns (&stream, 750 * MS, 50 * MS);
  assert_windows (&stream, "0: 0 0 700 750, 3 frames, 1 gaps\n");
}
END_TEST

START_TEST (test_patience_is_exact)
{
  g_auto (Stream) a = stream_new (4, 1000 * MS, 1000 * MS);
  g_auto (Stream) b = stream_new (4, 1000 * MS, 1000 * MS);

  push_ns (&a, 0, 100 * MS);
  push_ns (&a, 500 * MS, 100 * MS); /* 250 ms after the point: not late */
  push_ns (&a, 750 * MS, 100 * MS);
  assert_windows (&a, "0: 0 500 500 750, 3 frames\n");
  push_ns (&b, 0, 100 * MS);
  push_ns (&b, 500 * MS + 1, 100 * MS);
  push_ns (&b, 750 * MS, 100 * MS);
  assert_windows (&b, "0: 0 0 500 750, 3 frames, 1 gaps\n");
}
END_TEST

START_TEST (test_a_long_frame_is_no_gap)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_ns (&stream, 0, 700 * MS);
  push_ns (&stream, 700 * MS, 50 * MS);
  push_ns (&stream, 750 * MS, 50 * MS);
  assert_windows (&stream, "0: 0 700 700 750, 3 frames\n");
}
END_TEST

START_TEST (test_duration_from_frame_rate_then_distance)
{
  g_auto (Stream) rate = stream_new (4, 1000 * MS, 1000 * MS);
  g_auto (Stream) distance = stream_new (8, 1000 * MS, 1000 * MS);

  rate.nominal = 700 * MS;
  push (&rate, 0);
  push (&rate, 700);
  push (&rate, 750);
  assert_windows (&rate, "0: 0 700 700 750, 3 frames\n");

  /* The frame at 300 lasted 300 ms, so 620 is not late for 375 (245 ms); without: patience is 125 ms. */
  push (&distance, 0);
  push (&distance, 300);
  push (&distance, 620);
  push_range (&distance, 750, 875, 125);
  assert_windows (&distance, "0: 0 0 300 620 620 750 750 875, 5 frames, 1 gaps\n");
}
END_TEST

START_TEST (test_several_windows_due_at_once)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 250 * MS);

  push_range (&stream, 0, 750, 250);
  push_ns (&stream, 1500 * MS, 250 * MS);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 250 500 750 750, 3 frames, 1 gaps\n"
                           "2: 500 750 750 1500, 3 frames, 1 gaps\n"
                           "3: 750 750 1500 1500, 2 frames, 1 gaps\n");
}
END_TEST

START_TEST (test_due_on_the_frame_that_decides_a_gap)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_range (&stream, 0, 500, 250);
  assert_windows (&stream, "");
  push_ns (&stream, 1100 * MS, 50 * MS);
  assert_windows (&stream, "0: 0 250 500 500, 3 frames, 1 gaps\n");
}
END_TEST

START_TEST (test_odd_window)
{
  g_auto (Stream) stream = stream_new (3, 1000 * MS + 1, 0);

  /* Points at 0, 333333333, 666666667, 1000000001: a frame 1 ns earlier does not serve. */
  push_ns (&stream, 0, NONE);
  push_ns (&stream, 333333332, NONE);
  push_ns (&stream, 333333333, NONE);
  push_ns (&stream, 666666666, NONE);
  push_ns (&stream, 666666667, NONE);
  push_ns (&stream, 1000000000, NONE);
  ck_assert_uint_eq (stream.decision.taken, 0);
  push_ns (&stream, 1000000001, NONE);
  ck_assert_uint_eq (stream.decision.taken, 1);
  ck_assert_uint_eq (stream.fake->n_prepared, 4);
  assert_windows (&stream, "0: 0 333 666, 3 frames\n"
                           "1: 333 666 1000, 3 frames\n");
}
END_TEST

START_TEST (test_end_repeats_the_last_frame)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_range (&stream, 0, 500, 250);
  finish (&stream);
  assert_windows (&stream, "0: 0 250 500 500, 3 frames, partial\n");
}
END_TEST

START_TEST (test_end_completes_exactly_one_window)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 250 * MS);

  /* Windows from 250 and 500 on hold frames that no window showed, too. */
  push_range (&stream, 0, 500, 250);
  finish (&stream);
  push_range (&stream, 0, 250, 250);
  finish (&stream);
  assert_windows (&stream, "0: 0 250 500 500, 3 frames, partial\n"
                           "1: 0 250 250 250, 2 frames, partial\n");
}
END_TEST

START_TEST (test_end_without_anything_newer)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 500 * MS);

  /* The next window would be 500 750 ..: begun, but all of it was seen. */
  push_range (&stream, 0, 750, 250);
  finish (&stream);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
  finish (&stream);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
}
END_TEST

START_TEST (test_end_between_windows)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1500 * MS);

  push_range (&stream, 0, 1250, 250);
  finish (&stream);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
}
END_TEST

START_TEST (test_end_keeps_counting_gaps)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_ns (&stream, 0, 210 * MS);
  push_ns (&stream, 700 * MS, 50 * MS);
  finish (&stream);
  assert_windows (&stream, "0: 0 0 700 700, 2 frames, 1 gaps, partial\n");
}
END_TEST

START_TEST (test_small_step_back_is_ignored)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_range (&stream, 0, 250, 250);
  push (&stream, 100);
  ck_assert (!stream.decision.reset);
  ck_assert_uint_eq (stream.decision.taken, 0);
  push (&stream, 250);
  ck_assert_uint_eq (stream.decision.taken, 0);
  push (&stream, 0); /* 250 ms back: not more than the interval */
  ck_assert (!stream.decision.reset);
  push_range (&stream, 500, 750, 250);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
}
END_TEST

START_TEST (test_repeated_frame_is_not_the_last_one)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_ns (&stream, 0, 250 * MS);
  push_ns (&stream, 0, 0);
  push_ns (&stream, 700 * MS, 0); /* 450 ms after the end of the first, 700 after that of the second */
  ck_assert (!stream.decision.reset);
}
END_TEST

START_TEST (test_step_back_starts_over)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_range (&stream, 300, 800, 250);
  push_ns (&stream, 550 * MS - 1, 250 * MS);
  ck_assert (stream.decision.reset);
  push_range (&stream, 800, 1300, 250);
  ck_assert_str_eq (stream.text->str, "0: 549 800 1050 1300, 4 frames\n");
}
END_TEST

START_TEST (test_hole_starts_over)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_range (&stream, 0, 250, 250);
  push_ns (&stream, 1000 * MS, 250 * MS); /* 500 ms after the end at 500: exactly half a window */
  ck_assert (!stream.decision.reset);
  assert_windows (&stream, "0: 0 250 250 1000, 3 frames, 1 gaps\n");
  push_ns (&stream, 1750 * MS + 1, 250 * MS);
  ck_assert (stream.decision.reset);
  push_range (&stream, 2001, 2501, 250);
  ck_assert_str_eq (strchr (stream.text->str, '\n'), "\n1: 1750 2001 2251 2501, 4 frames\n");
}
END_TEST

START_TEST (test_hole_of_an_odd_window)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS + 1, 0);

  push_ns (&stream, 0, 0);
  push_ns (&stream, 500 * MS, 0); /* half a window is 500000000.5 ns */
  ck_assert (!stream.decision.reset);
  push_ns (&stream, 1000 * MS + 1, 0);
  ck_assert (stream.decision.reset);
}
END_TEST

START_TEST (test_endless_duration_hides_no_hole)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_ns (&stream, 0, 3600000 * MS);
  push_ns (&stream, 1600000 * MS, NONE);
  ck_assert (stream.decision.reset);
  stream.nominal = NONE - 1;
  push (&stream, 1600100);
  push (&stream, 3200000);
  ck_assert (stream.decision.reset);
}
END_TEST

START_TEST (test_missing_pts)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push (&stream, NONE);
  ck_assert_uint_eq (stream.decision.pts, NONE);
  ck_assert_uint_eq (stream.decision.taken, 0);
  push_ns (&stream, 0, 250 * MS);
  for (guint i = 0; i < 3; i++) {
    push_ns (&stream, NONE, 250 * MS);
    ck_assert (stream.decision.derived);
  }
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n");
}
END_TEST

START_TEST (test_missing_pts_and_duration)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  /* Nothing tells how long the first frame lasts: 0, so the second does not advance. */
  push (&stream, 0);
  push (&stream, NONE);
  ck_assert_uint_eq (stream.decision.pts, 0);
  ck_assert_uint_eq (stream.decision.taken, 0);
}
END_TEST

START_TEST (test_outside_the_segment)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  msnet_recognizer_set_range (stream.recognizer, 500 * MS, 2000 * MS);
  push_range (&stream, 0, 2250, 250);
  assert_windows (&stream, "0: 500 750 1000 1250, 4 frames\n");
  finish (&stream);
  ck_assert_str_eq (strchr (stream.text->str, '\n'), "\n1: 1500 1750 1750 1750, 2 frames, partial\n");
}
END_TEST

START_TEST (test_reset_keeps_the_index)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);

  push_range (&stream, 0, 1500, 250);
  msnet_recognizer_reset (stream.recognizer);
  push (&stream, NONE);
  ck_assert_uint_eq (stream.decision.pts, NONE);
  push_range (&stream, 100, 850, 250);
  assert_windows (&stream, "0: 0 250 500 750, 4 frames\n"
                           "1: 100 350 600 850, 4 frames\n");
}
END_TEST

START_TEST (test_variable_frame_rate)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  const guint64 times[]
      = { 0, 17, 33, 240, 251, 499, 501, 640, 755, 1020, 1240, 1290, 1333, 1501, 1749, 1750 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    push (&stream, times[i]);
  assert_windows (&stream, "0: 0 251 501 755, 4 frames\n"
                           "1: 1020 1290 1501 1750, 4 frames\n");
}
END_TEST

START_TEST (test_same_windows_at_any_frame_rate)
{
  const guint64 steps[] = { 1, 5, 25, 125 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_auto (Stream) stream = stream_new (8, 1000 * MS, 500 * MS);
    push_range (&stream, 0, 1375, steps[i]);
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

    push_range (&stream, 0, 2990, 10);
    for (const gchar *c = stream.text->str; *c; c++)
      windows += *c == '\n';
    ck_assert_uint_eq (windows, 30 - n_frames + 1);
    ck_assert_uint_eq (stream.fake->n_prepared, 30);
  }
}
END_TEST

static GPtrArray *
take_results (Stream *stream, guint64 pts, guint64 wall)
{
  MsnetFrameTime time = { .pts = pts, .duration = NONE, .nominal = 100 * MS, .wall = wall };
  MsnetFrame frame = fake_frame (&time.pts);

  ck_assert (msnet_recognizer_offer (stream->recognizer, &time, &stream->decision));
  return msnet_recognizer_take (stream->recognizer, &frame, NULL);
}

START_TEST (test_field_is_in_frames_per_second)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  g_autoptr (GPtrArray) results = NULL;
  const MsnetRecognition *recognition;

  push_ns (&stream, 0, 200 * MS);
  push_ns (&stream, 600 * MS, 200 * MS); /* too late for 250, takes 500 */
  results = take_results (&stream, 800 * MS, 77);
  ck_assert_uint_eq (results->len, 1);
  recognition = g_ptr_array_index (results, 0);
  ck_assert_uint_eq (recognition->wall, 77);
  ck_assert_float_eq (recognition->probabilities[0], 0.75f);
  ck_assert_uint_eq (recognition->field->start, 600 * MS);
  ck_assert_uint_eq (recognition->field->end, 800 * MS);
  /* One cell of two over half the frame's width in 0.2 s; half a cell up over the whole height. */
  ck_assert_float_eq_tol (recognition->field->cells[0], 0.25 / 0.2, 1e-6);
  ck_assert_float_eq_tol (recognition->field->cells[1], -0.25 / 0.2, 1e-6);
  ck_assert_float_eq_tol (recognition->field->cells[2], 0.9, 1e-6);
  ck_assert_double_eq_tol (recognition->field->limit[0], 7 * 0.25 / 0.2, 1e-9);
  ck_assert_double_eq_tol (recognition->field->limit[1], 7 * 0.5 / 0.2, 1e-9);
}
END_TEST

START_TEST (test_field_of_the_last_two_different_frames)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  g_autoptr (GPtrArray) results = NULL;
  const MsnetRecognition *recognition;

  push_range (&stream, 0, 250, 250);
  results = msnet_recognizer_finish (stream.recognizer, NULL);
  recognition = g_ptr_array_index (results, 0);
  ck_assert_uint_eq (recognition->field->start, 0);
  ck_assert_uint_eq (recognition->field->end, 250 * MS);
}
END_TEST

START_TEST (test_no_field)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  GPtrArray *results;

  /* A single frame has no motion. */
  push (&stream, 0);
  results = msnet_recognizer_finish (stream.recognizer, NULL);
  ck_assert_ptr_null (((MsnetRecognition *)g_ptr_array_index (results, 0))->field);
  g_ptr_array_unref (results);
  g_array_set_size (stream.fake->inferred, 0);

  msnet_recognizer_set_motion (stream.recognizer, FALSE);
  push_range (&stream, 2000, 2250, 250);
  results = msnet_recognizer_finish (stream.recognizer, NULL);
  ck_assert_ptr_null (((MsnetRecognition *)g_ptr_array_index (results, 0))->field);
  g_ptr_array_unref (results);
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
  ck_assert_ptr_null (msnet_recognizer_take (stream.recognizer, &frame, &error));
  ck_assert_str_eq (error->message, "the fake device fails");
}
END_TEST

static void
add_sampling_tests (TCase *tests)
{
  tcase_add_test (tests, test_first_frame_at_or_after_each_point);
  tcase_add_test (tests, test_grid_starts_at_the_first_frame);
  tcase_add_test (tests, test_only_sampled_frames_are_prepared_and_once);
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
add_window_tests (TCase *tests)
{
  tcase_add_test (tests, test_overlapping_windows);
  tcase_add_test (tests, test_hop_longer_than_the_window);
  tcase_add_test (tests, test_several_windows_due_at_once);
  tcase_add_test (tests, test_due_on_the_frame_that_decides_a_gap);
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
  tcase_add_test (tests, test_hole_of_an_odd_window);
  tcase_add_test (tests, test_endless_duration_hides_no_hole);
  tcase_add_test (tests, test_reset_keeps_the_index);
}

static void
add_result_tests (TCase *tests)
{
  tcase_add_test (tests, test_field_is_in_frames_per_second);
  tcase_add_test (tests, test_field_of_the_last_two_different_frames);
  tcase_add_test (tests, test_no_field);
  tcase_add_test (tests, test_failing_engine);
}

int
main (void)
{
  Suite *suite = suite_create ("recognizer");
  SRunner *runner = srunner_create (suite);
  const struct
  {
    const gchar *name;
    void (*add) (TCase *tests);
  } cases[] = {
    { "sampling", add_sampling_tests },
    { "windows", add_window_tests },
    { "resets", add_reset_tests },
    { "results", add_result_tests },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TCase *tests = tcase_create (cases[i].name);
    cases[i].add (tests);
    suite_add_tcase (suite, tests);
  }
  srunner_run_all (runner, CK_NORMAL);
  return srunner_ntests_failed (runner) ? EXIT_FAILURE : EXIT_SUCCESS;
}
