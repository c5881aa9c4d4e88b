/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* msnetoverlay before metadata of anybody: a program of one's own that sets MsnetResultMeta or
 * MsnetMotionMeta, and has mistakes.  What is not sane is not drawn, and the stream goes on. */
#include "frames.h"

#include <gst/check/gstcheck.h>
#include <math.h>

#define WIDTH 320
#define HEIGHT 240

static const gchar *styles[] = { "arrows", "wheel", "heat" };

/* A field of @cells x @rows in which everything moves to the right. */
static MsnetMotion
motion_new (gint cells, gint rows)
{
  MsnetMotion motion = sample_motion (0, "msnet0", SAMPLE_PAN, 0.5);
  gsize n = (gsize)cells * rows;
  gfloat *field = g_new (gfloat, 3 * n);

  for (gsize i = 0; i < n; i++) {
    field[3 * i] = 0.5;
    field[3 * i + 1] = 0.0;
    field[3 * i + 2] = 0.9;
  }
  g_bytes_unref (motion.field);
  motion.field = g_bytes_new_take (field, 3 * n * sizeof (gfloat));
  motion.width = cells;
  motion.height = rows;
  motion.agreement = 0.0; /* no signs: the field alone is drawn */
  return motion;
}

static guint
count_changes (const OverlayPicture *picture)
{
  OverlayArea area = overlay_picture_find_changes (picture);

  return area.width * area.height;
}

/* Whether something is drawn of @motion, in all styles alike. */
static gboolean
is_drawn (const MsnetMotion *motion)
{
  guint drawn = 0;

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++) {
    g_autofree gchar *launch = g_strdup_printf ("msnetoverlay timeline=false motion-style=%s", styles[i]);
    GstHarness *harness = overlay_harness_new (launch, WIDTH, HEIGHT);
    g_auto (OverlayPicture) picture = overlay_push (harness, WIDTH, HEIGHT, 25, NULL, motion);

    drawn += count_changes (&picture) > 0;
    gst_harness_teardown (harness);
  }
  fail_unless (drawn == 0 || drawn == G_N_ELEMENTS (styles), "%u of the styles draw", drawn);
  return drawn > 0;
}

GST_START_TEST (test_fields_of_any_size)
{
  const struct
  {
    gint width, height;
    gboolean drawn;
  } cases[] = { { 28, 28, TRUE }, { 1024, 1, TRUE }, { 40000, 1, FALSE }, { 1, 40000, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (MsnetMotion) motion = motion_new (cases[i].width, cases[i].height);
    fail_unless_equals_int (is_drawn (&motion), cases[i].drawn);
  }
}
GST_END_TEST;

GST_START_TEST (test_sizes_that_are_not_the_field_s)
{
  const gint sizes[][2]
      = { { 0, 0 }, { -28, 28 }, { 28, -28 }, { -28, -28 }, { 28, 29 }, { 28, 27 }, { G_MAXINT, G_MAXINT } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_auto (MsnetMotion) motion = motion_new (28, 28);
    motion.width = sizes[i][0];
    motion.height = sizes[i][1];
    fail_if (is_drawn (&motion), "%d x %d", motion.width, motion.height);
  }
}
GST_END_TEST;

/* Cells that say nothing sane are left out; the others are drawn. */
GST_START_TEST (test_cells_of_any_value)
{
  const gfloat values[] = { NAN, INFINITY, -INFINITY, 1e38f, -1e38f };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    for (guint channel = 0; channel < 3; channel++) {
      g_auto (MsnetMotion) motion = motion_new (28, 28);
      gfloat *field = (gfloat *)g_bytes_get_data (motion.field, NULL);

      for (guint cell = 0; cell < 28 * 14; cell++)
        field[3 * cell + channel] = values[i];
      fail_unless (is_drawn (&motion), "half of the cells say %g", values[i]);
      for (guint cell = 28 * 14; cell < 28 * 28; cell++)
        field[3 * cell + channel] = values[i];
      fail_if (is_drawn (&motion), "all cells say %g", values[i]);
    }
}
GST_END_TEST;

GST_START_TEST (test_regions_outside_the_frame)
{
  const gdouble regions[][4]
      = { { -1.1, 0, 1, 1 }, { 0, 1, 1, 1 }, { 0, 0, 65, 1 }, { 0, 0, 1, 1e300 }, { 0, 0, 0, 1 },
          { 0, 0, 1, -1 }, { NAN, 0, 1, 1 }, { 0, 0, INFINITY, 1 }, { 1e9, 1e9, 1, 1 }, { 0, -1e9, 1, 1e9 } };

  for (guint i = 0; i < G_N_ELEMENTS (regions); i++) {
    g_auto (MsnetMotion) motion = motion_new (28, 28);
    memcpy (motion.region, regions[i], sizeof motion.region);
    fail_if (is_drawn (&motion), "region %u", i);
  }
}
GST_END_TEST;

GST_START_TEST (test_camera_of_any_speed)
{
  const gdouble values[] = { NAN, INFINITY, -INFINITY, 1e300, 1000.0 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    GstHarness *harness = overlay_harness_new ("msnetoverlay motion-style=none", WIDTH, HEIGHT);
    g_auto (MsnetMotion) motion = sample_motion (0, "msnet0", SAMPLE_FLAT, 0);
    g_auto (OverlayPicture) picture = { 0 };

    motion.pan = motion.zoom = motion.roll = values[i];
    motion.agreement = 1.0;
    picture = overlay_push (harness, WIDTH, HEIGHT, 25, NULL, &motion);
    fail_unless_equals_int (count_changes (&picture), 0);
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

static guint
count_changes_of (const MsnetResult *result)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay", WIDTH, HEIGHT);
  g_auto (OverlayPicture) picture = overlay_push (harness, WIDTH, HEIGHT, 25, result, NULL);
  guint n = count_changes (&picture);

  gst_harness_teardown (harness);
  return n;
}

GST_START_TEST (test_scores_that_are_none)
{
  const gdouble values[] = { NAN, INFINITY, -INFINITY, 1e300 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    gdouble scores[] = { 0.9, values[i] };
    MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);

    result.score = values[i];
    fail_unless_equals_int (count_changes_of (&result), 0);
    result.score = 0.9;
    result.scores = scores;
    fail_unless_equals_int (count_changes_of (&result), 0);
  }
}
GST_END_TEST;

/* Structures refuse such strings, arrays within them do not. */
GST_START_TEST (test_labels_that_are_no_text)
{
  const gchar *others[] = { "fl\xe4"
                            "che",
    "\xff\xfe", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    gchar *labels[] = { "pan-left", (gchar *)others[i], NULL };
    MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);

    result.labels = labels;
    fail_unless_equals_int (count_changes_of (&result), 0);
  }
}
GST_END_TEST;

/* A label of a megabyte is cut, not laid out. */
GST_START_TEST (test_label_of_a_megabyte)
{
  g_autofree gchar *label = g_strnfill (1 << 20, 'x');
  MsnetResult result = sample_result (0, "msnet0", label, GST_SECOND);

  fail_unless (count_changes_of (&result) > 0);
}
GST_END_TEST;

/* A panorama wider than a surface of cairo can be: what would not fit is left out, what does is drawn. */
GST_START_TEST (test_frames_of_any_size)
{
  const gint sizes[][2] = { { 40000, 48 }, { 16, 40000 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    GstHarness *harness = overlay_harness_new ("msnetoverlay motion-style=heat", sizes[i][0], sizes[i][1]);
    MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
    g_auto (MsnetMotion) motion = motion_new (28, 28);
    g_auto (OverlayPicture) picture = overlay_push (harness, sizes[i][0], sizes[i][1], 25, NULL, &motion);

    fail_unless_equals_int (count_changes (&picture), 0);
    overlay_picture_clear (&picture);
    picture = overlay_push (harness, sizes[i][0], sizes[i][1], 26, &result, NULL);
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

GST_START_TEST (test_pixels_of_any_shape)
{
  const gchar *aspects[] = { "1/2147483647", "2147483647/1", "1/1000" };

  for (guint i = 0; i < G_N_ELEMENTS (aspects); i++) {
    GstHarness *harness = overlay_harness_new ("msnetoverlay", WIDTH, HEIGHT);
    g_autofree gchar *caps
        = g_strdup_printf ("video/x-raw,format=BGRx,width=%d,height=%d,framerate=25/1,pixel-aspect-ratio=%s",
            WIDTH, HEIGHT, aspects[i]);
    MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
    g_auto (MsnetMotion) motion = motion_new (28, 28);
    g_auto (OverlayPicture) picture = { 0 };

    gst_harness_set_src_caps_str (harness, caps);
    picture = overlay_push (harness, WIDTH, HEIGHT, 25, &result, &motion);
    fail_unless (count_changes (&picture) > 0, "nothing is drawn at %s", aspects[i]);
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

static Suite *
overlay_hostile_suite (void)
{
  Suite *suite = suite_create ("overlay_hostile");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_fields_of_any_size);
  tcase_add_test (tests, test_sizes_that_are_not_the_field_s);
  tcase_add_test (tests, test_cells_of_any_value);
  tcase_add_test (tests, test_regions_outside_the_frame);
  tcase_add_test (tests, test_camera_of_any_speed);
  tcase_add_test (tests, test_scores_that_are_none);
  tcase_add_test (tests, test_labels_that_are_no_text);
  tcase_add_test (tests, test_label_of_a_megabyte);
  tcase_add_test (tests, test_frames_of_any_size);
  tcase_add_test (tests, test_pixels_of_any_shape);
  return suite;
}

GST_CHECK_MAIN (overlay_hostile);
