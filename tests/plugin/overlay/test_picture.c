/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What msnetoverlay draws, and where. */
#include "frames.h"

#include <gst/check/gstcheck.h>
#include <math.h>

#define WIDTH 640
#define HEIGHT 480

/* Colours of msnetoverlay's palette: class 1, class 2. */
#define ORANGE 0xe69e00
#define SKY_BLUE 0x57b5e8

GST_START_TEST (test_label_is_in_its_corner)
{
  const gchar *corners[] = { "top-left", "top-right", "bottom-left", "bottom-right" };
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);

  for (guint i = 0; i < G_N_ELEMENTS (corners); i++) {
    g_autofree gchar *launch
        = g_strdup_printf ("msnetoverlay timeline=false camera=false position=%s", corners[i]);
    GstHarness *harness = overlay_harness_new (launch, WIDTH, HEIGHT);
    g_auto (OverlayPicture) picture = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);
    OverlayArea area = overlay_picture_find_changes (&picture);

    fail_unless (area.width > 80 && area.width < WIDTH / 2, "%s: %d wide", corners[i], area.width);
    fail_unless (area.height > 20 && area.height < HEIGHT / 8, "%s: %d high", corners[i], area.height);
    fail_unless (i % 2 == 0 ? area.x < 20 : area.x + area.width > WIDTH - 20, "%s", corners[i]);
    fail_unless (i / 2 == 0 ? area.y < 20 : area.y + area.height > HEIGHT - 20, "%s", corners[i]);
    /* The bar beside the label and the meter below it. */
    fail_unless (overlay_picture_count (&picture, ORANGE) > 100, "no orange at %s", corners[i]);
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

GST_START_TEST (test_score_fills_the_meter)
{
  guint last = 0;

  for (guint tenths = 1; tenths < 10; tenths += 2) {
    GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false camera=false", WIDTH, HEIGHT);
    MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
    g_auto (OverlayPicture) picture = { 0 };
    guint orange;

    result.score = tenths / 10.0;
    picture = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);
    orange = overlay_picture_count (&picture, ORANGE);
    fail_unless (orange > last + 20, "score 0.%u: %u orange pixels, after %u", tenths, orange, last);
    last = orange;
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

GST_START_TEST (test_each_element_has_a_row)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false camera=false", WIDTH, HEIGHT);
  MsnetResult result = sample_result (0, "one", "pan-left", GST_SECOND);
  GstBuffer *buffer = overlay_frame_new (25, WIDTH * HEIGHT * 4);
  g_auto (OverlayPicture) alone = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);
  g_auto (OverlayPicture) both = { .width = WIDTH, .height = HEIGHT };
  OverlayArea one, two;

  msnet_result_attach (&result, buffer);
  result = sample_result (0, "two", "tilt-up", GST_SECOND);
  result.class_index = 2;
  msnet_result_attach (&result, buffer);
  both.buffer = gst_harness_push_and_pull (harness, buffer);
  gst_buffer_map (both.buffer, &both.map, GST_MAP_READ);
  one = overlay_picture_find_changes (&alone);
  two = overlay_picture_find_changes (&both);
  fail_unless (two.height > one.height * 3 / 2, "%d after %d", two.height, one.height);
  fail_unless (overlay_picture_count (&both, SKY_BLUE) > 100);
  fail_unless (overlay_picture_count (&both, ORANGE) > 100);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* The first y from the foot up where column @x has @colour; -1: nowhere */
static gint
find_from_foot (const OverlayPicture *picture, gint x, guint colour)
{
  for (gint y = picture->height - 1; y >= picture->height * 3 / 4; y--)
    if (overlay_picture_get (picture, x, y) == colour)
      return y;
  return -1;
}

GST_START_TEST (test_spans_lie_at_their_times)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay", WIDTH, HEIGHT);
  MsnetResult result = sample_result (0, "msnet0", "a", GST_SECOND);
  guint n = 10 * GST_SECOND / FRAME;

  /* [0, 1) s orange, [1, 6) s nothing, [6, 7) s blue; the strip's right end is 10 s. */
  g_auto (OverlayPicture) early = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);
  g_auto (OverlayPicture) picture = { 0 };
  result = sample_result (1, "msnet0", "b", 7 * GST_SECOND);
  result.class_index = 2;
  overlay_picture_clear (&early);
  early = overlay_push (harness, WIDTH, HEIGHT, 7 * 25, &result, NULL);
  picture = overlay_push (harness, WIDTH, HEIGHT, n, NULL, NULL);
  fail_unless (find_from_foot (&picture, WIDTH * 8 / 100, ORANGE) > 0, "0.5 s is not orange");
  fail_unless (find_from_foot (&picture, WIDTH * 8 / 100, SKY_BLUE) < 0, "0.5 s is blue");
  fail_unless (find_from_foot (&picture, WIDTH * 35 / 100, ORANGE) < 0, "3.5 s is orange");
  fail_unless (find_from_foot (&picture, WIDTH * 35 / 100, SKY_BLUE) < 0, "3.5 s is blue");
  fail_unless (find_from_foot (&picture, WIDTH * 64 / 100, SKY_BLUE) > 0, "6.5 s is not blue");
  fail_unless (find_from_foot (&picture, WIDTH * 64 / 100, ORANGE) < 0, "6.5 s is orange");
  fail_unless (find_from_foot (&picture, WIDTH * 85 / 100, SKY_BLUE) < 0, "8.5 s is blue");
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_timeline_ends_after_ten_seconds)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay", WIDTH, HEIGHT);
  MsnetResult result = sample_result (0, "msnet0", "a", GST_SECOND);
  OverlayArea area;

  g_auto (OverlayPicture) picture = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);
  overlay_picture_clear (&picture);
  picture = overlay_push (harness, WIDTH, HEIGHT, 10 * 25, NULL, NULL);
  area = overlay_picture_find_changes (&picture);
  fail_unless (area.width > WIDTH * 9 / 10 && area.y > HEIGHT * 3 / 4 && area.y + area.height < HEIGHT);
  overlay_picture_clear (&picture);
  picture = overlay_push (harness, WIDTH, HEIGHT, 12 * 25, NULL, NULL);
  fail_unless_equals_int (overlay_picture_find_changes (&picture).width, 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

static OverlayPicture
draw_motion (const gchar *style, SampleMotion kind)
{
  g_autofree gchar *launch
      = g_strdup_printf ("msnetoverlay timeline=false camera=false motion-style=%s", style);
  GstHarness *harness = overlay_harness_new (launch, WIDTH, HEIGHT);
  g_auto (MsnetMotion) motion = sample_motion (0, "msnet0", kind, 0.4);
  OverlayPicture picture = overlay_push (harness, WIDTH, HEIGHT, 25, NULL, &motion);

  gst_harness_teardown (harness);
  return picture;
}

GST_START_TEST (test_arrows_are_coloured_by_direction)
{
  g_auto (OverlayPicture) pan = draw_motion ("arrows", SAMPLE_PAN);
  g_auto (OverlayPicture) roll = draw_motion ("arrows", SAMPLE_ROLL);
  OverlayArea area = overlay_picture_find_changes (&pan);

  /* To the left: cyan, and nothing else. */
  fail_unless (overlay_picture_count (&pan, 0x00ffff) > 2000);
  fail_unless_equals_int (overlay_picture_count (&pan, 0xff2525), 0);
  fail_unless (area.width > WIDTH * 9 / 10 && area.height > HEIGHT * 9 / 10);
  /* Clockwise: every hue. */
  fail_unless (overlay_picture_count (&roll, 0x00ffff) > 50, "left");
  fail_unless (overlay_picture_count (&roll, 0xff2525) > 50, "right");
  fail_unless (overlay_picture_count (&roll, 0x80ff00) > 50, "up");
  fail_unless (overlay_picture_count (&roll, 0x942aff) > 50, "down");
}
GST_END_TEST;

GST_START_TEST (test_wheel_shows_a_roll_all_around)
{
  g_auto (OverlayPicture) roll = draw_motion ("wheel", SAMPLE_ROLL);
  guint above = overlay_picture_get (&roll, WIDTH / 2, 4),
        below = overlay_picture_get (&roll, WIDTH / 2, HEIGHT - 5);

  guint left = overlay_picture_get (&roll, 4, HEIGHT / 2),
        right = overlay_picture_get (&roll, WIDTH - 5, HEIGHT / 2);

  /* Red above to the right, cyan below to the left, yellow-green up at the left, violet down at the right. */
  fail_unless ((left >> 8 & 255) > 180 && (left & 255) < 100, "left: %06x", left);
  fail_unless ((right >> 8 & 255) < 100 && (right & 255) > 180, "right: %06x", right);
  fail_unless ((above >> 16) > 180 && (above & 255) < 100, "above: %06x", above);
  fail_unless ((below >> 16) < 100 && (below & 255) > 180, "below: %06x", below);
}
GST_END_TEST;

GST_START_TEST (test_heat_grows_with_speed)
{
  g_auto (OverlayPicture) zoom = draw_motion ("heat", SAMPLE_ZOOM);
  guint border = overlay_picture_get (&zoom, WIDTH - 4, HEIGHT / 2);
  guint inside = overlay_picture_get (&zoom, WIDTH / 2 + WIDTH / 16, HEIGHT / 2);

  fail_unless ((border >> 8 & 255) > (inside >> 8 & 255) + 40, "border %06x, inside %06x", border, inside);
}
GST_END_TEST;

GST_START_TEST (test_nothing_is_drawn_where_nothing_moves)
{
  g_auto (OverlayPicture) flat = draw_motion ("arrows", SAMPLE_FLAT);
  g_auto (OverlayPicture) none = draw_motion ("none", SAMPLE_PAN);

  fail_unless_equals_int (overlay_picture_find_changes (&flat).width, 0);
  fail_unless_equals_int (overlay_picture_find_changes (&none).width, 0);
}
GST_END_TEST;

typedef void (*Change) (gfloat *field, MsnetMotion *motion);

/* A pan to the left, as @change has made it, every cell by itself. */
static OverlayPicture
draw_changed (Change change)
{
  GstHarness *harness
      = overlay_harness_new ("msnetoverlay timeline=false camera=false motion-style=wheel", WIDTH, HEIGHT);
  g_auto (MsnetMotion) motion = sample_motion (0, "msnet0", SAMPLE_PAN, 0.4);
  gsize size;
  gfloat *field = g_bytes_unref_to_data (g_steal_pointer (&motion.field), &size);
  OverlayPicture picture;

  change (field, &motion);
  motion.field = g_bytes_new_take (field, size);
  picture = overlay_push (harness, WIDTH, HEIGHT, 25, NULL, &motion);
  gst_harness_teardown (harness);
  return picture;
}

static gint
count_changes (Change change)
{
  g_auto (OverlayPicture) picture = draw_changed (change);

  return overlay_picture_find_changes (&picture).width;
}

static void
make_unsure (gfloat *field, MsnetMotion *motion)
{
  for (gint i = 0; i < motion->width * motion->height; i++)
    field[3 * i + 2] = 0.2;
}

static void
make_slow (gfloat *field, MsnetMotion *motion)
{
  for (gint i = 0; i < motion->width * motion->height; i++)
    field[3 * i] = motion->limit[0] * 0.005;
}

static void
make_noise (gfloat *field, MsnetMotion *motion)
{
  for (gint i = 0; i < motion->width * motion->height; i++)
    field[3 * i] = (i + i / motion->width) % 2 ? 0.4 : -0.4;
}

static void
make_infinite (gfloat *field, MsnetMotion *motion)
{
  for (gint i = 0; i < motion->width * motion->height; i++)
    field[3 * i] = i % 2 ? INFINITY : NAN;
}

static void
make_huge_region (gfloat *field, MsnetMotion *motion)
{
  motion->region[2] = 1e30;
}

static void
make_unknown_region (gfloat *field, MsnetMotion *motion)
{
  motion->region[0] = NAN;
}

GST_START_TEST (test_doubtful_cells_are_left_out)
{
  fail_unless_equals_int (count_changes (make_unsure), 0);
  fail_unless_equals_int (count_changes (make_slow), 0);
  fail_unless_equals_int (count_changes (make_noise), 0);
  fail_unless_equals_int (count_changes (make_infinite), 0);
  fail_unless_equals_int (count_changes (make_huge_region), 0);
  fail_unless_equals_int (count_changes (make_unknown_region), 0);
}
GST_END_TEST;

static void
make_one_unknown (gfloat *field, MsnetMotion *motion)
{
  field[3 * (14 * motion->width + 14)] = NAN;
}

GST_START_TEST (test_unknown_cell_spoils_no_other)
{
  g_auto (OverlayPicture) picture = draw_changed (make_one_unknown);

  for (gint column = 13; column <= 15; column += 2) {
    guint colour = overlay_picture_get (&picture, WIDTH * (2 * column + 1) / 56, HEIGHT * 29 / 56);
    fail_unless ((colour >> 16) < 100 && (colour & 255) > 160, "column %d: %06x", column, colour);
  }
}
GST_END_TEST;

/* The picture is the middle half of what the network sees; of its left half the cells move. */
static void
make_padded (gfloat *field, MsnetMotion *motion)
{
  motion->region[0] = -0.5;
  motion->region[2] = 2.0;
  for (gint i = 0; i < motion->width * motion->height; i++)
    if (i % motion->width < motion->width / 4 || i % motion->width >= motion->width / 2)
      memset (field + 3 * i, 0, 3 * sizeof *field);
}

GST_START_TEST (test_motion_of_a_padded_picture)
{
  g_auto (OverlayPicture) picture = draw_changed (make_padded);
  OverlayArea area = overlay_picture_find_changes (&picture);

  fail_unless (area.x < 20, "x %d", area.x);
  fail_unless (area.x + area.width > WIDTH / 2 - 20, "right %d", area.x + area.width);
  fail_unless (area.x + area.width < WIDTH / 2 + 30, "right %d", area.x + area.width); /* half a cell more */
  fail_unless (area.height > HEIGHT - 40, "height %d", area.height);
}
GST_END_TEST;

/* What is drawn of @motion when only the camera is. */
static OverlayArea
measure_signs (const gchar *options, const MsnetMotion *motion)
{
  g_autofree gchar *launch = g_strdup_printf ("msnetoverlay motion-style=none timeline=false %s", options);
  GstHarness *harness = overlay_harness_new (launch, WIDTH, HEIGHT);
  g_auto (OverlayPicture) picture = overlay_push (harness, WIDTH, HEIGHT, 0, NULL, motion);
  OverlayArea area = overlay_picture_find_changes (&picture);

  gst_harness_teardown (harness);
  return area;
}

GST_START_TEST (test_camera_is_told_where_cells_agree)
{
  g_auto (MsnetMotion) motion = sample_motion (0, "msnet0", SAMPLE_PAN, 0.4);
  OverlayArea one = measure_signs ("", &motion), three, other;

  fail_unless (one.width > 0 && one.x + one.width > WIDTH * 0.9 && one.y < HEIGHT * 0.1);
  fail_unless_equals_int (measure_signs ("camera=false", &motion).width, 0);
  other = measure_signs ("position=bottom-right", &motion);
  fail_unless (other.width == one.width && other.x < WIDTH * 0.1 && other.y > HEIGHT * 0.8);
  motion.zoom = 0.3;
  motion.roll = -0.3;
  three = measure_signs ("", &motion);
  fail_unless (three.width > 2 * one.width && three.height == one.height);
  motion.agreement = 0.4;
  fail_unless_equals_int (measure_signs ("", &motion).width, 0);
}
GST_END_TEST;

GST_START_TEST (test_motion_stays_in_its_region)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false camera=false", WIDTH, HEIGHT);
  g_auto (MsnetMotion) motion = sample_motion (0, "msnet0", SAMPLE_PAN, 0.4);
  g_auto (OverlayPicture) picture = { 0 };
  OverlayArea area;

  motion.region[0] = 0.25;
  motion.region[2] = 0.5;
  picture = overlay_push (harness, WIDTH, HEIGHT, 25, NULL, &motion);
  area = overlay_picture_find_changes (&picture);
  fail_unless (area.x >= WIDTH / 4 - 2 && area.x < WIDTH / 4 + 20, "x %d", area.x);
  fail_unless (area.x + area.width <= WIDTH * 3 / 4 + 2, "right %d", area.x + area.width);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_arrows_keep_clear_of_the_label)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false camera=false", WIDTH, HEIGHT);
  g_auto (MsnetMotion) motion = sample_motion (0, "msnet0", SAMPLE_PAN, 0.4);
  MsnetResult result = sample_result (0, "msnet0", "a", GST_SECOND);
  g_auto (OverlayPicture) picture = overlay_push (harness, WIDTH, HEIGHT, 25, &result, &motion);

  /* Just under the label, where the first arrows would be. */
  for (gint y = 0; y < 50; y++)
    for (gint x = 0; x < 180; x++)
      fail_if (overlay_picture_get (&picture, x, y) == 0x00ffff, "cyan at %d, %d", x, y);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* How wide and high the label is. */
static OverlayArea
measure_label (const gchar *launch, gint width, gint height, const gchar *label)
{
  GstHarness *harness = overlay_harness_new (launch, width, height);
  MsnetResult result = sample_result (0, "msnet0", label, GST_SECOND);
  g_auto (OverlayPicture) picture = overlay_push (harness, width, height, 25, &result, NULL);

  gst_harness_teardown (harness);
  return overlay_picture_find_changes (&picture);
}

GST_START_TEST (test_text_scales_with_the_frame)
{
  OverlayArea small = measure_label ("msnetoverlay timeline=false camera=false", 320, 240, "a");
  OverlayArea medium = measure_label ("msnetoverlay timeline=false camera=false", 640, 480, "a");
  OverlayArea large = measure_label ("msnetoverlay timeline=false camera=false", 1280, 960, "a");

  fail_unless (small.height >= 18, "%d", small.height); /* 12 pixels of text at least */
  fail_unless (abs (large.height - 2 * medium.height) <= 3, "%d, %d", medium.height, large.height);
}
GST_END_TEST;

GST_START_TEST (test_font_is_heeded)
{
  OverlayArea plain = measure_label ("msnetoverlay timeline=false camera=false", WIDTH, HEIGHT, "some label");
  OverlayArea large = measure_label (
      "msnetoverlay timeline=false camera=false font=\"Sans 38\"", WIDTH, HEIGHT, "some label");
  OverlayArea odd = measure_label (
      "msnetoverlay timeline=false camera=false font=\"No Such Font -7\"", WIDTH, HEIGHT, "a");

  fail_unless (large.height > plain.height * 18 / 10, "%d, %d", plain.height, large.height);
  fail_unless (odd.width > 0);
}
GST_END_TEST;

GST_START_TEST (test_long_labels_stay_inside)
{
  g_autofree gchar *label = g_strnfill (256, 'w');
  OverlayArea area = measure_label ("msnetoverlay timeline=false camera=false", WIDTH, HEIGHT, label);

  fail_unless (area.x > 0 && area.x + area.width < WIDTH);
  area = measure_label ("msnetoverlay timeline=false camera=false position=bottom-right", 320, 240,
      "наклон إمالة 傾く <b>&amp;");
  fail_unless (area.x > 0 && area.x + area.width < 320 && area.y + area.height < 240);
}
GST_END_TEST;

static Suite *
overlay_picture_suite (void)
{
  Suite *suite = suite_create ("overlay_picture");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_label_is_in_its_corner);
  tcase_add_test (tests, test_score_fills_the_meter);
  tcase_add_test (tests, test_each_element_has_a_row);
  tcase_add_test (tests, test_spans_lie_at_their_times);
  tcase_add_test (tests, test_timeline_ends_after_ten_seconds);
  tcase_add_test (tests, test_arrows_are_coloured_by_direction);
  tcase_add_test (tests, test_wheel_shows_a_roll_all_around);
  tcase_add_test (tests, test_heat_grows_with_speed);
  tcase_add_test (tests, test_nothing_is_drawn_where_nothing_moves);
  tcase_add_test (tests, test_doubtful_cells_are_left_out);
  tcase_add_test (tests, test_unknown_cell_spoils_no_other);
  tcase_add_test (tests, test_camera_is_told_where_cells_agree);
  tcase_add_test (tests, test_motion_stays_in_its_region);
  tcase_add_test (tests, test_motion_of_a_padded_picture);
  tcase_add_test (tests, test_arrows_keep_clear_of_the_label);
  tcase_add_test (tests, test_text_scales_with_the_frame);
  tcase_add_test (tests, test_font_is_heeded);
  tcase_add_test (tests, test_long_labels_stay_inside);
  return suite;
}

GST_CHECK_MAIN (overlay_picture);
