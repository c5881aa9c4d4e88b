/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The motion field against pictures that move by a known number of pixels a second. */
#include "common/moving_picture.h"
#include "common/msnet_harness.h"

#define INTERVAL (125 * GST_MSECOND) /* between two frames, and between two points of the model's grid */

static MsnetHarness
motion_harness (const gchar *model, guint width, guint height)
{
  GstElement *element = gst_element_factory_make ("msnet", NULL);
  g_autofree gchar *path = msnet_test_model (model);
  g_autofree gchar *caps = g_strdup_printf (
      "video/x-raw, format = GRAY8, width = %u, height = %u, framerate = 8/1", width, height);

  g_object_set (element, "model", path, "hop", GST_SECOND, NULL);
  return msnet_harness_new (element, caps);
}

/* Pushes a window of frames that move by (@x, @y) pixels each; @motion: what the last one carries. */
static void
measure (MsnetHarness *harness, guint width, guint height, gint x, gint y, MsnetMotion *motion)
{
  static guint64 n_frames = 0;
  const GstStructure *structure = NULL;

  for (gint i = 0; i < 8; i++) {
    GstBuffer *buffer = moving_picture_new (width, height, x * i, y * i);
    gpointer state = NULL;
    GST_BUFFER_PTS (buffer) = n_frames++ * INTERVAL;
    GST_BUFFER_DURATION (buffer) = INTERVAL;
    buffer = gst_harness_push_and_pull (harness->harness, buffer);
    structure = msnet_meta_iterate (buffer, &state, MSNET_MOTION_META_NAME);
    if (i == 7)
      fail_unless (structure && msnet_motion_read (motion, structure));
    gst_buffer_unref (buffer);
  }
  n_frames += 8; /* a hole: the next window begins with the next frame */
}

/* Eight directions, one cell of the field (@cell_x, @cell_y pixels) a frame. */
static void
check_directions (const gchar *model, guint width, guint height, gint cell_x, gint cell_y)
{
  const gint directions[8][2]
      = { { 1, 0 }, { 1, 1 }, { 0, 1 }, { -1, 1 }, { -1, 0 }, { -1, -1 }, { 0, -1 }, { 1, -1 } };
  g_auto (MsnetHarness) harness = motion_harness (model, width, height);

  for (guint i = 0; i < 8; i++) {
    gint x = directions[i][0] * cell_x, y = directions[i][1] * cell_y;
    gdouble expected_x = x * 8.0 / width, expected_y = y * 8.0 / height; /* of the frame, a second */
    g_auto (MsnetMotion) motion = { 0 };

    measure (&harness, width, height, x, y, &motion);
    fail_unless (ABS (moving_picture_get_median (&motion, 0) - expected_x) < 0.1 * cell_x * 8 / width
                     && ABS (moving_picture_get_median (&motion, 1) - expected_y) < 0.1 * cell_y * 8 / height,
        "moved by (%g, %g), measured (%g, %g)", expected_x, expected_y,
        moving_picture_get_median (&motion, 0), moving_picture_get_median (&motion, 1));
    fail_unless (moving_picture_get_median (&motion, 2) > 0.9);
    /* The camera moves the other way, up is positive; a network that was never trained errs at the border. */
    fail_unless (ABS (motion.pan + expected_x) < 0.15 * cell_x * 8 / width
                     && ABS (motion.tilt - expected_y) < 0.15 * cell_y * 8 / height && motion.agreement > 0.0,
        "moved by (%g, %g), pan %g tilt %g agreement %g", expected_x, expected_y, motion.pan, motion.tilt,
        motion.agreement);
    fail_unless_equals_uint64 (motion.end - motion.start, INTERVAL);
    fail_unless_equals_int (motion.frame_width, width);
    fail_unless_equals_int (motion.frame_height, height);
  }
}

GST_START_TEST (test_past_in_a_stretched_picture)
{
  /* 224 x 168 become 112 x 112, 14 x 14 cells of 8 x 8. */
  check_directions ("tiny-past", 224, 168, 16, 12);
}
GST_END_TEST;

GST_START_TEST (test_forward_in_a_cropped_picture)
{
  /* 160 x 128: the middle 112 x 112, as they are. */
  check_directions ("tiny-forward", 160, 128, 8, 8);
}
GST_END_TEST;

GST_START_TEST (test_cells_of_other_sizes)
{
  /* 196 x 196 become 98 x 98, and 25 x 25 cells of 4 x 4 reach beyond; 13 x 13 of 16 x 16 beyond 200 x 200 */
  check_directions ("tiny-fine", 196, 196, 8, 8);
  check_directions ("tiny-coarse", 200, 200, 16, 16);
}
GST_END_TEST;

GST_START_TEST (test_displacements_of_two_cells)
{
  check_directions ("tiny-dilated", 112, 112, 16, 16);
}
GST_END_TEST;

GST_START_TEST (test_past_in_a_padded_picture)
{
  /* 112 x 80 inside 112 x 112, as they are: two rows of cells above and below. */
  check_directions ("tiny-pad", 112, 80, 8, 8);
}
GST_END_TEST;

GST_START_TEST (test_cells_beside_a_padded_picture)
{
  g_auto (MsnetHarness) harness = motion_harness ("tiny-pad", 112, 80);
  g_auto (MsnetMotion) motion = { 0 };
  const gfloat *field;

  measure (&harness, 112, 80, 8, 0, &motion);
  fail_unless_equals_float (motion.region[0], 0.0);
  fail_unless_equals_float (motion.region[1], -16 / 80.0);
  fail_unless_equals_float (motion.region[2], 1.0);
  fail_unless_equals_float (motion.region[3], 112 / 80.0);
  field = g_bytes_get_data (motion.field, NULL);
  for (gint i = 0; i < 14 * 14; i++)
    fail_unless ((field[3 * i + 2] > 0) == (i / 14 >= 2 && i / 14 < 12), "row %d, column %d: confidence %g",
        i / 14, i % 14, field[3 * i + 2]);
}
GST_END_TEST;

GST_START_TEST (test_region_and_limit)
{
  g_auto (MsnetHarness) harness = motion_harness ("tiny-forward", 160, 128);
  g_auto (MsnetMotion) motion = { 0 };

  measure (&harness, 160, 128, 0, 0, &motion);
  fail_unless_equals_float (motion.region[0], 24 / 160.0);
  fail_unless_equals_float (motion.region[1], 8 / 128.0);
  fail_unless_equals_float (motion.region[2], 112 / 160.0);
  fail_unless_equals_float (motion.region[3], 112 / 128.0);
  fail_unless_equals_float (motion.limit[0], 7 * 8 * 8 / 160.0);
  fail_unless_equals_float (motion.limit[1], 7 * 8 * 8 / 128.0);
}
GST_END_TEST;

static void
check_region (const gchar *model, guint size, gdouble covered, gdouble limit)
{
  g_auto (MsnetHarness) harness = motion_harness (model, size, size);
  g_auto (MsnetMotion) motion = { 0 };

  measure (&harness, size, size, 0, 0, &motion);
  for (guint axis = 0; axis < 2; axis++) {
    fail_unless_equals_float (motion.region[axis], 0.0);
    fail_unless_equals_float (motion.region[2 + axis], covered / size);
    fail_unless_equals_float (motion.limit[axis], limit * 8 / size);
  }
}

/* In pixels: as many cells as cover the picture, and the farthest displacement. */
GST_START_TEST (test_region_and_limit_of_other_cells)
{
  check_region ("tiny-fine", 196, 25 * 8, 7 * 8);
  check_region ("tiny-coarse", 200, 13 * 16, 3 * 16);
  check_region ("tiny-dilated", 112, 112, 3 * 2 * 8);
}
GST_END_TEST;

GST_START_TEST (test_still_picture)
{
  g_auto (MsnetHarness) harness = motion_harness ("tiny-past", 224, 168);
  g_auto (MsnetMotion) motion = { 0 };

  measure (&harness, 224, 168, 0, 0, &motion);
  fail_unless (ABS (moving_picture_get_median (&motion, 0)) < 0.02);
  fail_unless (ABS (moving_picture_get_median (&motion, 1)) < 0.02);
}
GST_END_TEST;

GST_START_TEST (test_flat_picture_tells_nothing)
{
  g_auto (MsnetHarness) harness = motion_harness ("tiny-past", 224, 168);
  gpointer state = NULL;
  GstBuffer *buffer = NULL;
  g_auto (MsnetMotion) motion = { 0 };
  const gfloat *field;
  guint zeros = 0;

  for (guint i = 0; i < 8; i++) {
    g_clear_pointer (&buffer, gst_buffer_unref);
    buffer = gst_buffer_new_allocate (NULL, 224 * 168, NULL);
    gst_buffer_memset (buffer, 0, 128, 224 * 168);
    GST_BUFFER_PTS (buffer) = i * INTERVAL;
    buffer = gst_harness_push_and_pull (harness.harness, buffer);
  }
  fail_unless (msnet_motion_read (&motion, msnet_meta_iterate (buffer, &state, MSNET_MOTION_META_NAME)));
  field = g_bytes_get_data (motion.field, NULL);
  for (gint row = 5; row < 9; row++)
    for (gint column = 5; column < 9; column++)
      for (guint c = 0; c < 3; c++)
        zeros += field[(row * 14 + column) * 3 + c] == 0;
  fail_unless_equals_int (zeros, 4 * 4 * 3);
  gst_buffer_unref (buffer);
}
GST_END_TEST;

GST_START_TEST (test_motion_can_be_left_out)
{
  g_auto (MsnetHarness) harness = motion_harness ("tiny-past", 224, 168);
  guint results = 0;

  g_object_set (harness.element, "motion", FALSE, NULL);
  for (guint i = 0; i < 9; i++) {
    GstBuffer *buffer = moving_picture_new (224, 168, i, 0);
    gpointer state = NULL;
    GST_BUFFER_PTS (buffer) = i * INTERVAL;
    buffer = gst_harness_push_and_pull (harness.harness, buffer);
    fail_if (msnet_meta_iterate (buffer, &state, MSNET_MOTION_META_NAME));
    state = NULL;
    results += msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME) != NULL;
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (results, 2);
}
GST_END_TEST;

/* Adds what a result, and the motion beside it, say; @speed: (out): median of the field. */
static void
note_result (GString *text, GstBuffer *buffer, gdouble speed[2])
{
  gpointer results = NULL, motions = NULL;
  const GstStructure *structure = msnet_meta_iterate (buffer, &results, MSNET_RESULT_META_NAME);
  g_auto (MsnetResult) result = { 0 };
  g_auto (MsnetMotion) motion = { 0 };
  g_autofree gchar *checksum = NULL;

  if (structure == NULL)
    return;
  fail_unless (msnet_result_read (&result, structure));
  if (result.age > 0)
    return;
  fail_unless (msnet_motion_read (&motion, msnet_meta_iterate (buffer, &motions, MSNET_MOTION_META_NAME)));
  checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, motion.field);
  g_string_append_printf (text,
      "at %" G_GUINT64_FORMAT ": %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT
      " %d frames %d gaps %s",
      GST_BUFFER_PTS (buffer), result.index, result.start, result.end, result.frames, result.gaps,
      result.label);
  for (guint i = 0; i < result.n_labels; i++)
    g_string_append_printf (text, " %a", result.scores[i]);
  g_string_append_printf (
      text, " motion %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT " %s\n", motion.start, motion.end, checksum);
  for (guint axis = 0; axis < 2; axis++)
    speed[axis] = moving_picture_get_median (&motion, axis);
}

/* Ten seconds of content that moves by (16, 12) pixels a second, at @rate frames a second.
 *
 * Returns: (transfer full): all that is said of it */
static gchar *
watch (guint rate, gdouble speed[2])
{
  GstElement *element = gst_element_factory_make ("msnet", NULL);
  g_autofree gchar *path = msnet_test_model ("tiny-past");
  g_autofree gchar *caps
      = g_strdup_printf ("video/x-raw, format = GRAY8, width = 224, height = 168, framerate = %u/1", rate);
  g_auto (MsnetHarness) harness = { 0 };
  GString *text = g_string_new (NULL);

  g_object_set (element, "model", path, "window", 8 * GST_SECOND, "hop", GST_SECOND, NULL);
  harness = msnet_harness_new (element, caps);
  for (guint i = 0; i <= 9 * rate; i++) {
    GstBuffer *buffer = moving_picture_new (224, 168, (gint)(16 * i / rate), (gint)(12 * i / rate));
    GST_BUFFER_PTS (buffer) = gst_util_uint64_scale_round (i, GST_SECOND, rate);
    buffer = gst_harness_push_and_pull (harness.harness, buffer);
    note_result (text, buffer, speed);
    gst_buffer_unref (buffer);
  }
  return g_string_free (text, FALSE);
}

/* Points are a second apart: the frames there are the same at every rate. */
GST_START_TEST (test_same_at_every_frame_rate)
{
  const guint rates[] = { 12, 25, 30, 60 };
  gdouble speed[2] = { 0 };
  g_autofree gchar *expected = watch (rates[0], speed);
  g_auto (GStrv) lines = g_strsplit (expected, "\n", -1);

  fail_unless_equals_int (g_strv_length (lines), 3 + 1);
  fail_unless (g_str_has_prefix (lines[1], "at 8000000000: 1 1000000000-8000000000 8 frames 0 gaps "));
  fail_unless (ABS (speed[0] - 16 / 224.0) < 0.1 * 16 / 224);
  fail_unless (ABS (speed[1] - 12 / 168.0) < 0.1 * 12 / 168);
  for (guint i = 1; i < G_N_ELEMENTS (rates); i++) {
    g_autofree gchar *text = watch (rates[i], speed);
    fail_unless_equals_string (text, expected);
  }
}
GST_END_TEST;

static Suite *
msnet_motion_suite (void)
{
  Suite *suite = suite_create ("msnet_motion");
  TCase *tests = tcase_create ("motion");

  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_past_in_a_stretched_picture);
  tcase_add_test (tests, test_forward_in_a_cropped_picture);
  tcase_add_test (tests, test_cells_of_other_sizes);
  tcase_add_test (tests, test_displacements_of_two_cells);
  tcase_add_test (tests, test_past_in_a_padded_picture);
  tcase_add_test (tests, test_cells_beside_a_padded_picture);
  tcase_add_test (tests, test_region_and_limit);
  tcase_add_test (tests, test_region_and_limit_of_other_cells);
  tcase_add_test (tests, test_still_picture);
  tcase_add_test (tests, test_flat_picture_tells_nothing);
  tcase_add_test (tests, test_motion_can_be_left_out);
  tcase_add_test (tests, test_same_at_every_frame_rate);
  return suite;
}

GST_CHECK_MAIN (msnet_motion)
