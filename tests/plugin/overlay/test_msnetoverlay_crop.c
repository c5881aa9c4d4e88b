/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* msnetoverlay draws in what is visible of frames that cropping decoders send, and lets frames pass that
 * nobody can draw on. */
#include "frames.h"

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>

#define WIDTH 320 /* of what is visible */
#define HEIGHT 240
#define LEFT 40
#define TOP 30
#define FRAME_WIDTH 400
#define FRAME_HEIGHT 288

static GstBuffer *
cropped_frame_new (const MsnetResult *result)
{
  GstBuffer *buffer = overlay_frame_new (25, FRAME_WIDTH * FRAME_HEIGHT * 4);
  GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (buffer);

  crop->x = LEFT;
  crop->y = TOP;
  crop->width = WIDTH;
  crop->height = HEIGHT;
  gst_buffer_add_video_meta (
      buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_BGRx, FRAME_WIDTH, FRAME_HEIGHT);
  msnet_result_attach (result, buffer);
  return buffer;
}

static OverlayPicture
push_cropped (GstHarness *harness, GstBuffer *buffer)
{
  OverlayPicture picture = { .width = FRAME_WIDTH, .height = FRAME_HEIGHT };

  picture.buffer = gst_harness_push_and_pull (harness, buffer);
  fail_unless (gst_buffer_map (picture.buffer, &picture.map, GST_MAP_READ));
  return picture;
}

/* The same drawing as over a frame of the visible size, at the place of what is visible. */
GST_START_TEST (test_draws_in_what_is_visible)
{
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
  GstHarness *plain = overlay_harness_new ("msnetoverlay", WIDTH, HEIGHT);
  GstHarness *cropped = overlay_harness_new ("msnetoverlay", WIDTH, HEIGHT);
  g_auto (OverlayPicture) expected = overlay_push (plain, WIDTH, HEIGHT, 25, &result, NULL);
  g_auto (OverlayPicture) picture = push_cropped (cropped, cropped_frame_new (&result));
  OverlayArea small = overlay_picture_find_changes (&expected);
  OverlayArea large = overlay_picture_find_changes (&picture);

  fail_unless (small.width > 0);
  fail_unless_equals_int (large.x, small.x + LEFT);
  fail_unless_equals_int (large.y, small.y + TOP);
  fail_unless_equals_int (large.width, small.width);
  fail_unless_equals_int (large.height, small.height);
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++)
      fail_unless_equals_int (
          overlay_picture_get (&picture, x + LEFT, y + TOP), overlay_picture_get (&expected, x, y));
  gst_harness_teardown (plain);
  gst_harness_teardown (cropped);
}
GST_END_TEST;

/* videocrop behind msnet that leaves the pixels where they are: what was said of the motion in the whole
 * frame. */
GST_START_TEST (test_motion_of_the_whole_frame_is_not_drawn)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false camera=false", WIDTH, HEIGHT);
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
  g_auto (MsnetMotion) motion = sample_motion (0, "msnet0", SAMPLE_PAN, 0.5);
  gint heights[2];

  for (guint i = 0; i < 2; i++) {
    GstBuffer *buffer = cropped_frame_new (&result);
    g_auto (OverlayPicture) picture = { 0 };
    motion.frame_width = i == 0 ? WIDTH : FRAME_WIDTH;
    motion.frame_height = i == 0 ? HEIGHT : FRAME_HEIGHT;
    msnet_motion_attach (&motion, buffer);
    picture = push_cropped (harness, buffer);
    heights[i] = overlay_picture_find_changes (&picture).height;
  }
  fail_unless (heights[0] > HEIGHT / 2 && heights[1] < HEIGHT / 4, "%d, %d", heights[0], heights[1]);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Packets were lost: each short frame passes as it is, and the next whole one is drawn on. */
GST_START_TEST (test_damaged_frames_pass)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay", WIDTH, HEIGHT);
  g_autoptr (GstBus) bus = gst_bus_new ();
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
  g_auto (OverlayPicture) whole = { 0 };
  guint warnings = 0;
  GstMessage *message;

  gst_element_set_bus (harness->element, bus);
  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer = overlay_frame_new (25 + i, i == 1 ? 0 : 1000);
    g_autoptr (GstBuffer) out = NULL;
    msnet_result_attach (&result, buffer);
    out = gst_harness_push_and_pull (harness, buffer);
    fail_unless_equals_int (gst_buffer_get_size (out), i == 1 ? 0 : 1000);
  }
  whole = overlay_push (harness, WIDTH, HEIGHT, 28, &result, NULL);
  fail_unless (overlay_picture_find_changes (&whole).width > 0);
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING)) != NULL) {
    warnings++;
    gst_message_unref (message);
  }
  fail_unless_equals_int (warnings, 1);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}
GST_END_TEST;

static Suite *
msnetoverlay_crop_suite (void)
{
  Suite *suite = suite_create ("msnetoverlay_crop");
  TCase *tests = tcase_create ("crop");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_draws_in_what_is_visible);
  tcase_add_test (tests, test_motion_of_the_whole_frame_is_not_drawn);
  tcase_add_test (tests, test_damaged_frames_pass);
  return suite;
}

GST_CHECK_MAIN (msnetoverlay_crop);
