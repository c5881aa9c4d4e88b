/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The activation map as msnetoverlay draws it: where, how warm, and of which maps nothing. */
#include "frames.h"

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>
#include <math.h>
#include <string.h>

#define WIDTH 350 /* seven cells of 50 x 30 */
#define HEIGHT 210
#define UNTOUCHED 0x808080

/* Pushes a frame with @activation through msnetoverlay with @options. */
static OverlayPicture
draw (const gchar *options, const MsnetActivation *activation)
{
  g_autofree gchar *launch = g_strdup_printf ("msnetoverlay timeline=false %s", options);
  GstHarness *harness = overlay_harness_new (launch, WIDTH, HEIGHT);
  OverlayPicture picture = { .width = WIDTH, .height = HEIGHT };
  GstBuffer *buffer = overlay_frame_new (25, WIDTH * HEIGHT * 4);

  msnet_activation_attach (activation, buffer);
  picture.buffer = gst_harness_push_and_pull (harness, buffer);
  fail_unless (gst_buffer_map (picture.buffer, &picture.map, GST_MAP_READ));
  gst_harness_teardown (harness);
  return picture;
}

static gboolean
is_drawn (const gchar *options, const MsnetActivation *activation)
{
  g_auto (OverlayPicture) picture = draw (options, activation);

  return overlay_picture_find_changes (&picture).width > 0;
}

/* Warm: more red than green than blue; 0: as the ground. */
static gint
get_warmth (const OverlayPicture *picture, gint x, gint y)
{
  guint pixel = overlay_picture_get (picture, x, y);

  return (gint)(pixel >> 16 & 0xff) - (gint)(pixel & 0xff);
}

GST_START_TEST (test_heat_lies_around_its_cell)
{
  const guint cells[][2] = { { 3, 3 }, { 5, 1 }, { 1, 5 } };

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++) {
    g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", cells[i][0], cells[i][1]);
    g_auto (OverlayPicture) picture = draw ("", &activation);
    OverlayArea area = overlay_picture_find_changes (&picture);
    gint x = cells[i][0] * 50 + 25, y = cells[i][1] * 30 + 15;

    fail_unless (ABS (area.x + area.width / 2 - x) <= 3 && ABS (area.y + area.height / 2 - y) <= 3,
        "around %d, %d, expected %d, %d", area.x + area.width / 2, area.y + area.height / 2, x, y);
    fail_unless (area.width > 40 && area.width < 150 && area.height > 24 && area.height < 90);
    fail_unless (get_warmth (&picture, x, y) > 40);
  }
}
GST_END_TEST;

/* The farther from the warmest place, the fainter, until a pixel is what it was; no step is visible. */
GST_START_TEST (test_heat_fades)
{
  g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 3, 3);
  g_auto (OverlayPicture) picture = draw ("", &activation);
  guint before = overlay_picture_get (&picture, 175, 105);

  for (gint x = 176; x < WIDTH; x++) {
    guint pixel = overlay_picture_get (&picture, x, 105);
    for (guint shift = 0; shift <= 16; shift += 8)
      fail_unless (
          ABS ((gint)(pixel >> shift & 0xff) - (gint)(before >> shift & 0xff)) <= 12, "a step at %d", x);
    before = pixel;
  }
  fail_unless_equals_int (before, UNTOUCHED);
  fail_unless_equals_int (overlay_picture_get (&picture, 5, 105), UNTOUCHED);
}
GST_END_TEST;

static gfloat *
get_cells (MsnetActivation *activation)
{
  return (gfloat *)g_bytes_get_data (activation->map, NULL);
}

/* Where all cells speak alike, none says where the score comes from; and what is no number says nothing. */
GST_START_TEST (test_nothing_is_drawn_of_flat_maps)
{
  const gfloat values[] = { 0, 3, -3, 1e38f, NAN, INFINITY, -INFINITY };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 3, 3);
    for (guint cell = 0; cell < 49; cell++)
      get_cells (&activation)[cell] = values[i] * (1 + cell * 1e-4f);
    fail_if (is_drawn ("", &activation), "all cells say %g", values[i]);
    get_cells (&activation)[7] = isfinite (values[i]) ? 2 * ABS (values[i]) + 1 : values[i];
    fail_unless_equals_int (is_drawn ("", &activation), !!isfinite (values[i]));
  }
}
GST_END_TEST;

/* A class that everything speaks against still has places that do least. */
GST_START_TEST (test_only_differences_count)
{
  g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 3, 3);
  g_auto (OverlayPicture) expected = draw ("", &activation);
  g_auto (OverlayPicture) picture = { 0 };

  for (guint cell = 0; cell < 49; cell++)
    get_cells (&activation)[cell] -= 4.0f;
  picture = draw ("", &activation);
  fail_unless (memcmp (picture.map.data, expected.map.data, picture.map.size) == 0);
}
GST_END_TEST;

GST_START_TEST (test_properties_are_heeded)
{
  g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 3, 3);

  fail_unless (is_drawn ("element=msnet0", &activation));
  fail_if (is_drawn ("element=msnet1", &activation));
  fail_if (is_drawn ("activation=false", &activation));
  fail_if (is_drawn ("opacity=0", &activation));
}
GST_END_TEST;

/* What is seen ends at its region: of a crop, with a part of the frame beside it. */
GST_START_TEST (test_heat_stays_in_its_region)
{
  g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 0, 3);
  const gdouble middle[] = { 0.25, 0.0, 0.5, 1.0 };
  OverlayArea area;

  memcpy (activation.region, middle, sizeof middle);
  g_auto (OverlayPicture) picture = draw ("", &activation);
  area = overlay_picture_find_changes (&picture);
  fail_unless (area.width > 0 && area.x >= (gint)(0.25 * WIDTH) && area.x + area.width < 0.75 * WIDTH);
}
GST_END_TEST;

/* Cells that end less than one from the border see what lies between. */
GST_START_TEST (test_heat_reaches_the_border)
{
  const gdouble shifted[] = { -0.07, 0.07, 1.0, 1.0 };
  g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 6, 0);
  OverlayArea area;

  memcpy (activation.region, shifted, sizeof shifted);
  g_auto (OverlayPicture) picture = draw ("", &activation);
  area = overlay_picture_find_changes (&picture);
  fail_unless_equals_int (area.x + area.width, WIDTH);
  fail_unless_equals_int (area.y, 0);
}
GST_END_TEST;

/* Of a padded picture, the border that the model sees beyond the frame does not count. */
GST_START_TEST (test_cells_beyond_the_frame_are_cold)
{
  const gdouble padded[] = { 0.0, -0.4, 1.0, 1.8 };
  g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 3, 0);

  memcpy (activation.region, padded, sizeof padded);
  fail_if (is_drawn ("", &activation), "only the border is warm");
  get_cells (&activation)[3 * 7 + 3] = 1.0f;
  g_auto (OverlayPicture) picture = draw ("", &activation);
  fail_unless (get_warmth (&picture, WIDTH / 2, HEIGHT / 2) > 40);
  fail_unless_equals_int (overlay_picture_get (&picture, WIDTH / 2, 0), UNTOUCHED);
}
GST_END_TEST;

GST_START_TEST (test_regions_of_any_kind)
{
  const gdouble regions[][4] = { { 1, 0, 1, 1 }, { 0, -1, 1, 1 }, { 0, 0, 0, 1 }, { 0, 0, -1, 1 },
    { -5e8, 0, 1e9, 1 }, { 0, 0, 1, 1e9 } };

  for (guint i = 0; i < G_N_ELEMENTS (regions); i++) {
    g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 3, 3);
    memcpy (activation.region, regions[i], sizeof regions[i]);
    fail_if (is_drawn ("", &activation), "region %u", i);
  }
}
GST_END_TEST;

GST_START_TEST (test_maps_of_any_size)
{
  const gint sizes[][3] = { { 1, 49, 1 }, { 49, 1, 1 }, { 7, 8, 0 }, { 0, 0, 0 }, { -7, -7, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 3, 3);
    activation.width = sizes[i][0];
    activation.height = sizes[i][1];
    fail_unless_equals_int (is_drawn ("", &activation), sizes[i][2]);
  }
}
GST_END_TEST;

/* A map of the frame before it was cropped by metadata alone is in no place of what is visible. */
GST_START_TEST (test_map_of_the_whole_frame_is_not_drawn)
{
  for (guint i = 0; i < 2; i++) {
    GstHarness *harness = overlay_harness_new ("msnetoverlay", WIDTH, HEIGHT);
    g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 3, 3);
    g_auto (OverlayPicture) picture = { .width = WIDTH, .height = HEIGHT };
    GstBuffer *buffer = overlay_frame_new (25, WIDTH * HEIGHT * 4);
    GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (buffer);

    crop->width = WIDTH;
    crop->height = HEIGHT;
    activation.frame_width = WIDTH + i;
    activation.frame_height = HEIGHT;
    msnet_activation_attach (&activation, buffer);
    picture.buffer = gst_harness_push_and_pull (harness, buffer);
    fail_unless (gst_buffer_map (picture.buffer, &picture.map, GST_MAP_READ));
    fail_unless_equals_int (overlay_picture_find_changes (&picture).width > 0, i == 0);
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

static Suite *
overlay_activation_suite (void)
{
  Suite *suite = suite_create ("overlay_activation");
  TCase *tests = tcase_create ("activation");

  msnet_meta_register ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_heat_lies_around_its_cell);
  tcase_add_test (tests, test_heat_fades);
  tcase_add_test (tests, test_nothing_is_drawn_of_flat_maps);
  tcase_add_test (tests, test_only_differences_count);
  tcase_add_test (tests, test_properties_are_heeded);
  tcase_add_test (tests, test_heat_stays_in_its_region);
  tcase_add_test (tests, test_heat_reaches_the_border);
  tcase_add_test (tests, test_cells_beyond_the_frame_are_cold);
  tcase_add_test (tests, test_regions_of_any_kind);
  tcase_add_test (tests, test_maps_of_any_size);
  tcase_add_test (tests, test_map_of_the_whole_frame_is_not_drawn);
  return suite;
}

GST_CHECK_MAIN (overlay_activation)
