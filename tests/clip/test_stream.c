/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a stream's engine is given while it is busy (DESIGN.md, Two ways to run): every frame that was put,
 * once, in order, and nothing of another stream.  The fake engine is held while things happen. */
#include "clip/recognizer.h"
#include "common/common.h"
#include "fake_engine.h"

#include <check.h>
#include <stdlib.h>

#define MS G_GUINT64_CONSTANT (1000000)

/* @history: what the engine should remember of the frames that were taken */
typedef struct
{
  FakeEngine *fake;
  MsnetRecognizer *recognizer;
  guint64 history;
} Busy;

/* Two points of 100 ms; never waits. */
static Busy
busy_new (guint64 hop)
{
  MsnetGrid grid;
  Busy busy;

  msnet_grid_init (&grid, 2, 200 * MS, hop);
  busy = (Busy){ .fake = fake_engine_new_stream (2, msnet_recognizer_count_slots (&grid)) };
  busy.recognizer = msnet_recognizer_new (&busy.fake->engine, &grid);
  msnet_recognizer_set_latest (busy.recognizer, TRUE);
  return busy;
}

static void
busy_clear (Busy *busy)
{
  msnet_recognizer_free (busy->recognizer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Busy, busy_clear)

/* Returns: whether there was room for the frame */
static gboolean
push (Busy *busy, guint64 pts)
{
  MsnetFrameTime time = { .pts = pts * MS, .duration = 100 * MS, .nominal = MSNET_TIME_NONE };
  MsnetFrame frame = fake_frame (&time.pts);
  guint64 before = msnet_recognizer_get_effort (busy->recognizer)->frames;
  MsnetDecision decision;

  ck_assert (msnet_recognizer_offer (busy->recognizer, &time, &decision));
  ck_assert (msnet_recognizer_take (busy->recognizer, &frame, MSNET_TIME_NONE, NULL));
  if (msnet_recognizer_get_effort (busy->recognizer)->frames == before)
    return FALSE;
  busy->history = fake_history (busy->history, time.pts);
  return TRUE;
}

/* Lets the engine go on until anything is recognised. */
static void
wait_for_window (Busy *busy)
{
  guint n = 0;

  fake_engine_hold (busy->fake, FALSE);
  while (n == 0) {
    g_autoptr (GPtrArray) results = msnet_recognizer_collect (busy->recognizer, NULL);
    n = results->len;
    g_usleep (100);
  }
}

/* Lets the engine go on until the window that ends at @end is recognised. */
static void
expect_window (Busy *busy, guint64 end)
{
  guint64 found = MSNET_TIME_NONE;
  const GArray *remembered = busy->fake->remembered;

  fake_engine_hold (busy->fake, FALSE);
  while (found != end * MS) {
    g_autoptr (GPtrArray) results = msnet_recognizer_collect (busy->recognizer, NULL);
    ck_assert_ptr_nonnull (results);
    if (results->len > 0)
      found = ((MsnetRecognition *)g_ptr_array_index (results, results->len - 1))->end;
    g_usleep (100);
  }
  ck_assert_uint_eq (g_array_index (remembered, guint64, remembered->len - 1), busy->history);
}

/* A window every 400 ms: half of the frames are in none. */
START_TEST (test_frames_between_windows_are_computed)
{
  g_auto (Busy) busy = busy_new (400 * MS);

  fake_engine_hold (busy.fake, TRUE);
  for (guint64 pts = 0; pts <= 300; pts += 100)
    ck_assert (push (&busy, pts));
  ck_assert_uint_eq (busy.fake->engine.n_slots, 6);
  wait_for_window (&busy);
  fake_engine_hold (busy.fake, TRUE);
  ck_assert (push (&busy, 400));
  ck_assert (push (&busy, 500));
  expect_window (&busy, 500);
}
END_TEST

START_TEST (test_each_computed_frame_is_answered_for)
{
  g_auto (Busy) busy = busy_new (100 * MS);

  fake_engine_hold (busy.fake, TRUE);
  ck_assert (push (&busy, 0));
  ck_assert (push (&busy, 100));
  ck_assert (push (&busy, 200));
  ck_assert_uint_eq (msnet_recognizer_get_skipped (busy.recognizer)->len, 0);
  expect_window (&busy, 200);
  ck_assert_uint_eq (busy.fake->inferred->len, 2 * 2);
}
END_TEST

START_TEST (test_without_room_a_frame_is_a_gap)
{
  g_auto (Busy) busy = busy_new (100 * MS);
  guint64 pts = 0;

  fake_engine_hold (busy.fake, TRUE);
  while (push (&busy, pts))
    pts += 100;
  ck_assert_uint_eq (msnet_recognizer_get_effort (busy.recognizer)->gaps, 1);
  ck_assert_uint_gt (pts, 200);
  expect_window (&busy, pts - 100); /* the last frame that there was room for stands in */
}
END_TEST

START_TEST (test_a_reset_takes_the_frame_at_hand)
{
  g_auto (Busy) busy = busy_new (100 * MS);

  fake_engine_hold (busy.fake, TRUE);
  ck_assert (push (&busy, 0));
  fake_engine_wait (busy.fake);
  ck_assert (push (&busy, 100));
  msnet_recognizer_reset (busy.recognizer);
  busy.history = 0;
  ck_assert (push (&busy, 5000));
  ck_assert (push (&busy, 5100));
  expect_window (&busy, 5100);
}
END_TEST

START_TEST (test_a_reset_between_frames)
{
  g_auto (Busy) busy = busy_new (100 * MS);

  for (guint64 pts = 0; pts < 50000; pts += 10000) {
    busy.history = 0; /* a hole */
    ck_assert (push (&busy, pts));
    ck_assert (push (&busy, pts + 100));
    expect_window (&busy, pts + 100);
  }
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("stream");
  TCase *tests = tcase_create ("stream");

  tcase_add_test (tests, test_frames_between_windows_are_computed);
  tcase_add_test (tests, test_each_computed_frame_is_answered_for);
  tcase_add_test (tests, test_without_room_a_frame_is_a_gap);
  tcase_add_test (tests, test_a_reset_takes_the_frame_at_hand);
  tcase_add_test (tests, test_a_reset_between_frames);
  suite_add_tcase (suite, tests);
  return suite;
}
