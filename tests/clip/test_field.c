/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The field of motion that a result holds: speeds, cells and turned pictures (DESIGN.md, Motion), with a fake
 * engine.
 *
 * Unless a test says otherwise a window is one second and has four points: 0, 250, 500, 750 ms. */
#include "common/common.h"
#include "fake_stream.h"

static GPtrArray *
take_results (Stream *stream, guint64 pts, guint64 wall)
{
  MsnetFrameTime time = { .pts = pts, .duration = NONE, .nominal = 100 * MS };
  MsnetFrame frame = fake_frame (&time.pts);

  ck_assert (msnet_recognizer_offer (stream->recognizer, &time, &stream->decision));
  ck_assert (msnet_recognizer_take (stream->recognizer, &frame, wall, NULL));
  return msnet_recognizer_collect (stream->recognizer, NULL);
}

START_TEST (test_field_is_in_frames_per_second)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  g_autoptr (GPtrArray) results = NULL;
  const MsnetRecognition *recognition;

  stream_push_ns (&stream, 0, 200 * MS);
  stream_push_ns (&stream, 600 * MS, 200 * MS); /* too late for 250, takes 500 */
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

/* Cells that do not divide what the network sees reach beyond it, and are no smaller for that. */
START_TEST (test_cells_may_cover_more_than_is_seen)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  g_autoptr (GPtrArray) results = NULL;
  const MsnetField *field;

  stream.fake->engine.field_cover = 1.25;
  stream_push_ns (&stream, 0, 200 * MS);
  stream_push_ns (&stream, 600 * MS, 200 * MS);
  results = take_results (&stream, 800 * MS, 0);
  field = ((MsnetRecognition *)g_ptr_array_index (results, 0))->field;
  ck_assert_double_eq_tol (field->region[2], 1.25 * 0.5, 1e-9);
  ck_assert_double_eq_tol (field->region[3], 1.25, 1e-9);
  ck_assert_float_eq_tol (field->cells[0], 1.25 * 0.25 / 0.2, 1e-6);
  ck_assert_double_eq_tol (field->limit[1], 1.25 * 7 * 0.5 / 0.2, 1e-9);
}
END_TEST

/* A phone's picture lies on its side: a quarter to the right makes it upright.  What moves right in the
 * upright picture moves up in memory, and what is at its left is at the foot. */
START_TEST (test_field_of_turned_frames)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  g_autoptr (GPtrArray) results = NULL;
  const MsnetField *field;

  for (guint64 pts = 0; pts <= 750 * MS; pts += 250 * MS) {
    MsnetFrameTime time = { .pts = pts, .duration = 250 * MS, .nominal = NONE };
    MsnetFrame frame = fake_frame (&time.pts);
    frame.turn = (MsnetTurn){ .transposed = TRUE, .mirrored = { TRUE, FALSE } };
    ck_assert (msnet_recognizer_offer (stream.recognizer, &time, &stream.decision));
    ck_assert (msnet_recognizer_take (stream.recognizer, &frame, NONE, NULL));
  }
  results = msnet_recognizer_collect (stream.recognizer, NULL);
  ck_assert_uint_eq (results->len, 1);
  field = ((MsnetRecognition *)g_ptr_array_index (results, 0))->field;
  /* Upright: one cell of two over half the width to the right, half a cell up over the whole height. */
  ck_assert_float_eq_tol (field->cells[0], -0.25 / 0.25, 1e-6);
  ck_assert_float_eq_tol (field->cells[1], -0.25 / 0.25, 1e-6);
  ck_assert_double_eq_tol (field->region[0], 0.0, 1e-9);
  ck_assert_double_eq_tol (field->region[1], 0.25, 1e-9);
  ck_assert_double_eq_tol (field->region[2], 1.0, 1e-9);
  ck_assert_double_eq_tol (field->region[3], 0.5, 1e-9);
  ck_assert_double_eq_tol (field->limit[0], 7 * 0.5 / 0.25, 1e-9);
  ck_assert_double_eq_tol (field->limit[1], 7 * 0.25 / 0.25, 1e-9);
}
END_TEST

/* Cells, region and speeds of one picture, in memory in eight ways: at every place of memory the field says
 * how the content moves there. */
START_TEST (test_field_is_turned_back)
{
  for (guint turn = 0; turn < 8; turn++) {
    const gdouble region[] = { 0.125, 0.25, 0.5, 0.25 };
    MsnetField *field = msnet_field_new (3, region, 0, 1);
    field->turn = (MsnetTurn){ turn & 1, { (turn & 2) != 0, (turn & 4) != 0 } };
    field->aspect = 2;
    /* Everything moves away from the middle of the upright picture: so it does in memory. */
    for (guint i = 0; i < 9; i++) {
      field->cells[3 * i] = region[0] + region[2] * (i % 3 + 0.5) / 3 - 0.5;
      field->cells[3 * i + 1] = region[1] + region[3] * (i / 3 + 0.5) / 3 - 0.5;
      field->cells[3 * i + 2] = field->cells[3 * i] - field->cells[3 * i + 1];
    }
    msnet_field_turn_back (field);
    for (guint i = 0; i < 9; i++) {
      gdouble x = field->region[0] + field->region[2] * (i % 3 + 0.5) / 3 - 0.5;
      gdouble y = field->region[1] + field->region[3] * (i / 3 + 0.5) / 3 - 0.5;
      gdouble upright_x = turn & 1 ? y : x, upright_y = turn & 1 ? x : y;
      ck_assert_float_eq_tol (field->cells[3 * i], x, 1e-6);
      ck_assert_float_eq_tol (field->cells[3 * i + 1], y, 1e-6);
      ck_assert_float_eq_tol (field->cells[3 * i + 2],
          (turn & 2 ? -upright_x : upright_x) - (turn & 4 ? -upright_y : upright_y), 1e-6);
    }
    ck_assert_double_eq_tol (field->aspect, turn & 1 ? 0.5 : 2, 1e-9);
    msnet_field_free (field);
  }
}
END_TEST

/* Half as wide as high and in the middle of a square: of 4 x 4 cells the two columns in the middle. */
START_TEST (test_cells_beside_the_picture_are_flat)
{
  const gdouble region[4] = { -0.5, 0.0, 2.0, 1.0 };
  g_autoptr (MsnetField) field = msnet_field_new (4, region, 0, 1);

  for (guint i = 0; i < 4 * 4 * 3; i++)
    field->cells[i] = 0.5f;
  msnet_field_clear_outside (field);
  for (guint i = 0; i < 4 * 4 * 3; i++)
    ck_assert_float_eq (field->cells[i], i / 3 % 4 == 1 || i / 3 % 4 == 2 ? 0.5f : 0.0f);
}
END_TEST

START_TEST (test_field_of_the_last_two_different_frames)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  g_autoptr (GPtrArray) results = NULL;
  const MsnetRecognition *recognition;

  stream_push_range (&stream, 0, 250, 250);
  results = msnet_recognizer_finish (stream.recognizer, TRUE, NULL);
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
  stream_push (&stream, 0);
  results = msnet_recognizer_finish (stream.recognizer, TRUE, NULL);
  ck_assert_ptr_null (((MsnetRecognition *)g_ptr_array_index (results, 0))->field);
  g_ptr_array_unref (results);
  g_array_set_size (stream.fake->inferred, 0);

  msnet_recognizer_set_motion (stream.recognizer, FALSE);
  stream_push_range (&stream, 2000, 2250, 250);
  results = msnet_recognizer_finish (stream.recognizer, TRUE, NULL);
  ck_assert_ptr_null (((MsnetRecognition *)g_ptr_array_index (results, 0))->field);
  g_ptr_array_unref (results);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("field");
  TCase *tests = tcase_create ("field");

  tcase_add_test (tests, test_field_is_in_frames_per_second);
  tcase_add_test (tests, test_cells_may_cover_more_than_is_seen);
  tcase_add_test (tests, test_field_of_turned_frames);
  tcase_add_test (tests, test_field_is_turned_back);
  tcase_add_test (tests, test_cells_beside_the_picture_are_flat);
  tcase_add_test (tests, test_field_of_the_last_two_different_frames);
  tcase_add_test (tests, test_no_field);
  suite_add_tcase (suite, tests);
  return suite;
}
