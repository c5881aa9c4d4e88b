/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Videos of phones lie on their side, and a tag tells how to turn them: `msnet` looks at the upright
 * picture. */
#include "common/moving_picture.h"
#include "common/msnet_harness.h"

#define INTERVAL (125 * GST_MSECOND)
#define WIDTH 224
#define HEIGHT 168
#define STEP_X 16 /* pixels that the picture moves from frame to frame, as it lies in memory */
#define STEP_Y 12

/* Eight frames through @launch. */
static void
look (const gchar *launch, MsnetResult *result, MsnetMotion *motion)
{
  GstHarness *harness = gst_harness_new_parse (launch);

  gst_harness_set_live (harness, FALSE);
  gst_harness_set_src_caps_str (harness, "video/x-raw, format=GRAY8, width=224, height=168, framerate=8/1");
  for (gint i = 0; i < 8; i++) {
    GstBuffer *buffer = moving_picture_new (WIDTH, HEIGHT, STEP_X * i, STEP_Y * i);
    gpointer results = NULL, motions = NULL;
    GST_BUFFER_PTS (buffer) = i * INTERVAL;
    GST_BUFFER_DURATION (buffer) = INTERVAL;
    buffer = gst_harness_push_and_pull (harness, buffer);
    if (i == 7) {
      fail_unless (msnet_result_read (result, msnet_meta_iterate (buffer, &results, MSNET_RESULT_META_NAME)));
      fail_unless (msnet_motion_read (motion, msnet_meta_iterate (buffer, &motions, MSNET_MOTION_META_NAME)));
    }
    gst_buffer_unref (buffer);
  }
  gst_harness_teardown (harness);
}

/* Speeds of the field are those of the pixels in memory, whatever the tag says. */
static void
check_field (const gchar *tag, const MsnetMotion *motion)
{
  gdouble x = STEP_X * 8.0 / WIDTH, y = STEP_Y * 8.0 / HEIGHT;

  fail_unless (ABS (moving_picture_get_median (motion, 0) - x) < 0.1 * x
                   && ABS (moving_picture_get_median (motion, 1) - y) < 0.1 * y,
      "%s: moved by (%g, %g), measured (%g, %g)", tag, x, y, moving_picture_get_median (motion, 0),
      moving_picture_get_median (motion, 1));
  fail_unless_equals_int (motion->frame_width, WIDTH);
  fail_unless_equals_int (motion->frame_height, HEIGHT);
}

/* Scores and camera are those of the picture that videoflip has turned.  Behind it the tag must not count
 * again, as the message says that tells of the tag. */
GST_START_TEST (test_upright_as_behind_videoflip)
{
  const gchar *tags[] = { "rotate-0", "rotate-90", "rotate-180", "rotate-270", "flip-rotate-0",
    "flip-rotate-90", "flip-rotate-180", "flip-rotate-270" };
  g_autofree gchar *model = msnet_test_model ("tiny-past");

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree gchar *tagged
        = g_strdup_printf ("taginject tags=image-orientation=%s ! msnet model=%s", tags[i], model);
    g_autofree gchar *flipped = g_strdup_printf ("taginject tags=image-orientation=%s ! videoflip "
                                                 "video-direction=auto ! msnet model=%s orientation=identity",
        tags[i], model);
    g_auto (MsnetResult) result = { 0 };
    g_auto (MsnetResult) expected = { 0 };
    g_auto (MsnetMotion) motion = { 0 };
    g_auto (MsnetMotion) expected_motion = { 0 };
    look (tagged, &result, &motion);
    look (flipped, &expected, &expected_motion);
    fail_unless_equals_string (result.label, expected.label);
    for (guint k = 0; k < result.n_labels; k++)
      fail_unless (ABS (result.scores[k] - expected.scores[k]) < 1e-4, "%s: label %u", tags[i], k);
    fail_unless (ABS (motion.pan - expected_motion.pan) < 0.01
                     && ABS (motion.tilt - expected_motion.tilt) < 0.01
                     && ABS (motion.zoom - expected_motion.zoom) < 0.01
                     && ABS (motion.roll - expected_motion.roll) < 0.01,
        "%s: pan %g tilt %g, expected %g, %g", tags[i], motion.pan, motion.tilt, expected_motion.pan,
        expected_motion.tilt);
    check_field (tags[i], &motion);
  }
}
GST_END_TEST;

static void
push_tag (MsnetHarness *harness, GstTagScope scope, const gchar *name, const gchar *value)
{
  GstTagList *tags = gst_tag_list_new (name, value, NULL);

  gst_tag_list_set_scope (tags, scope);
  gst_harness_push_event (harness->harness, gst_event_new_tag (tags));
}

/* What is said of the stream counts more than what is said of the file, and other tags say nothing.  Another
 * orientation is another picture. */
GST_START_TEST (test_tags_that_turn_reset)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;

  push_tag (&harness, GST_TAG_SCOPE_STREAM, GST_TAG_IMAGE_ORIENTATION, "rotate-90");
  msnet_harness_push (&harness, 0, 500, 250);
  push_tag (&harness, GST_TAG_SCOPE_GLOBAL, GST_TAG_IMAGE_ORIENTATION, "rotate-180");
  push_tag (&harness, GST_TAG_SCOPE_STREAM, GST_TAG_TITLE, "a title");
  push_tag (&harness, GST_TAG_SCOPE_STREAM, GST_TAG_IMAGE_ORIENTATION, "rotate-90");
  msnet_harness_push (&harness, 750, 1000, 250);
  push_tag (&harness, GST_TAG_SCOPE_STREAM, GST_TAG_IMAGE_ORIENTATION, "rotate-270");
  msnet_harness_push (&harness, 1250, 2000, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (
      text, "0 250 500 750(0:0-750) 1000(0:0-750 +250) 1250 1500 1750 2000(1:1250-2000)");
  msnet_harness_expect (&harness, GST_MESSAGE_INFO, "is turned before it is looked at (90r)");
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_INFO | GST_MESSAGE_WARNING), "told again");
}
GST_END_TEST;

static void
start_stream (MsnetHarness *harness, const gchar *id)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness->harness, gst_event_new_stream_start (id));
  gst_harness_set_src_caps_str (harness->harness, SMALL_CAPS);
  gst_harness_push_event (harness->harness, gst_event_new_segment (&segment));
}

/* A selector goes from a phone's video to one that has no such tag: it is not turned. */
GST_START_TEST (test_another_stream_forgets)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;

  start_stream (&harness, "phone");
  push_tag (&harness, GST_TAG_SCOPE_STREAM, GST_TAG_IMAGE_ORIENTATION, "rotate-180");
  msnet_harness_expect (&harness, GST_MESSAGE_INFO, "(180)");
  start_stream (&harness, "camera");
  msnet_harness_push (&harness, 0, 500, 250);
  /* It was not: this changes nothing. */
  push_tag (&harness, GST_TAG_SCOPE_STREAM, GST_TAG_IMAGE_ORIENTATION, "rotate-0");
  msnet_harness_push (&harness, 750, 750, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

/* What a property says counts more than tags do. */
GST_START_TEST (test_property)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };
  g_autofree gchar *text = NULL;

  gst_util_set_object_arg (G_OBJECT (element), "orientation", "identity");
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 500, 250);
  push_tag (&harness, GST_TAG_SCOPE_STREAM, GST_TAG_IMAGE_ORIENTATION, "rotate-90");
  msnet_harness_push (&harness, 750, 750, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750)");
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_INFO));
}
GST_END_TEST;

/* A value of GStreamer's list that means no way to turn. */
GST_START_TEST (test_custom_is_refused)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), NULL);
  const gchar *cures[] = { "auto", "90r" };

  for (guint i = 0; i < G_N_ELEMENTS (cures); i++) {
    gst_element_set_state (harness.element, GST_STATE_READY);
    gst_util_set_object_arg (G_OBJECT (harness.element), "orientation", "custom");
    fail_unless_equals_int (
        gst_element_set_state (harness.element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
    msnet_harness_expect (&harness, GST_MESSAGE_ERROR,
        "\"orientation\" is \"custom\": msnet turns the picture only in eight ways; set it to auto, or to "
        "one of "
        "the others, such as 90r");
    gst_element_set_state (harness.element, GST_STATE_READY);
    gst_util_set_object_arg (G_OBJECT (harness.element), "orientation", cures[i]);
    fail_unless_equals_int (
        gst_element_set_state (harness.element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  }
}
GST_END_TEST;

static Suite *
msnet_orientation_suite (void)
{
  Suite *suite = suite_create ("msnet_orientation");
  TCase *tests = tcase_create ("orientation");

  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_upright_as_behind_videoflip);
  tcase_add_test (tests, test_tags_that_turn_reset);
  tcase_add_test (tests, test_another_stream_forgets);
  tcase_add_test (tests, test_property);
  tcase_add_test (tests, test_custom_is_refused);
  return suite;
}

GST_CHECK_MAIN (msnet_orientation)
