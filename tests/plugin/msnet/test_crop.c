/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cropping decoders and videocrop send whole frames with a GstVideoCropMeta, where downstream promises to
 * honour it: `msnet` looks at what is visible alone. */
#include "common/msnet_harness.h"

#include <gst/video/video-overlay-composition.h>

#define CAPS "video/x-raw, format = %s, width = 96, height = 80, framerate = 4/1"
#define CROP "videocrop left=6 top=8 right=10 bottom=20"

/* One that sees the picture stretched, and one that sees it with black around. */
static const gchar *const models[] = { "tiny-past", "tiny-pad" };

/* @behind: elements, and settings of `msnet` */
static GstHarness *
crop_harness_new (const gchar *name, const gchar *caps, const gchar *behind, gboolean by_metadata)
{
  g_autofree gchar *model = msnet_test_model (name);
  g_autofree gchar *launch = g_strdup_printf (CROP " ! %s model=%s window=1000000000", behind, model);
  GstHarness *harness = gst_harness_new_parse (launch);

  gst_harness_set_live (harness, FALSE);
  if (by_metadata) {
    gst_harness_add_propose_allocation_meta (harness, GST_VIDEO_META_API_TYPE, NULL);
    gst_harness_add_propose_allocation_meta (harness, GST_VIDEO_CROP_META_API_TYPE, NULL);
  }
  gst_harness_set_src_caps_str (harness, caps);
  return harness;
}

typedef struct
{
  MsnetResult result;
  MsnetMotion motion;
} Seen;

static void
seen_clear (Seen *seen)
{
  msnet_result_clear (&seen->result);
  msnet_motion_clear (&seen->motion);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

/* What a window of noise shows whose borders are cropped. */
static Seen
look (const gchar *model, const gchar *caps, const gchar *behind, gboolean by_metadata)
{
  GstHarness *harness = crop_harness_new (model, caps, behind, by_metadata);
  MsnetHarness frames = { .harness = harness };
  Seen seen = { 0 };

  for (guint i = 0; i < 8; i++) {
    GstBuffer *buffer = msnet_harness_make_frame (&frames, i * 125 * GST_MSECOND, 125 * GST_MSECOND);
    gpointer results = NULL, motions = NULL;
    buffer = gst_harness_push_and_pull (harness, buffer);
    fail_unless ((gst_buffer_get_video_crop_meta (buffer) != NULL) == by_metadata);
    if (i == 7) {
      fail_unless (
          msnet_result_read (&seen.result, msnet_meta_iterate (buffer, &results, MSNET_RESULT_META_NAME)));
      fail_unless (
          msnet_motion_read (&seen.motion, msnet_meta_iterate (buffer, &motions, MSNET_MOTION_META_NAME)));
    }
    gst_buffer_unref (buffer);
  }
  gst_harness_teardown (harness);
  return seen;
}

/* @what: of the frames that are meant */
static void
expect_same (const gchar *what, const Seen *seen, const Seen *expected)
{
  for (guint k = 0; k < expected->result.n_labels; k++) {
    fail_unless_equals_string (seen->result.labels[k], expected->result.labels[k]);
    fail_unless (ABS (seen->result.scores[k] - expected->result.scores[k]) < 1e-5, "%s: label %u, %g, %g",
        what, k, seen->result.scores[k], expected->result.scores[k]);
  }
  fail_unless_equals_int (seen->motion.frame_width, 80);
  fail_unless_equals_int (seen->motion.frame_height, 52);
}

GST_START_TEST (test_only_what_is_visible_is_seen)
{
  const gchar *formats[] = { "I420", "NV12", "RGB", "YUY2", "GRAY8" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree gchar *caps = g_strdup_printf (CAPS, formats[i]);
    g_auto (Seen) expected = look (models[0], caps, "msnet", FALSE);
    g_auto (Seen) seen = look (models[0], caps, "msnet", TRUE);
    expect_same (formats[i], &seen, &expected);
    fail_unless_equals_float (seen.motion.region[2], expected.motion.region[2]);
  }
}
GST_END_TEST;

/* A phone's video behind a decoder that crops: the same as if the pixels were cut out and turned. */
GST_START_TEST (test_crop_and_turn)
{
  const gchar *tags[] = { "rotate-90", "rotate-180", "rotate-270", "flip-rotate-0", "flip-rotate-90",
    "flip-rotate-180", "flip-rotate-270" };
  g_autofree gchar *caps = g_strdup_printf (CAPS, "I420");

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree gchar *turned = g_strdup_printf ("taginject tags=image-orientation=%s ! msnet", tags[i]);
    g_autofree gchar *flipped = g_strdup_printf (
        "taginject tags=image-orientation=%s ! videoflip video-direction=auto ! msnet orientation=identity",
        tags[i]);
    g_auto (Seen) expected = look (models[__i__], caps, flipped, FALSE);
    g_auto (Seen) seen = look (models[__i__], caps, turned, TRUE);
    expect_same (tags[i], &seen, &expected);
  }
}
GST_END_TEST;

/* The first field of what is visible. */
GST_START_TEST (test_interlaced_crop)
{
  g_autofree gchar *caps
      = g_strdup_printf (CAPS ", interlace-mode = interleaved, field-order = top-field-first", "I420");
  g_autofree gchar *whole = g_strdup_printf (CAPS, "I420");
  g_auto (Seen) expected = look (models[__i__], caps, "msnet", FALSE);
  g_auto (Seen) seen = look (models[__i__], caps, "msnet", TRUE);
  g_auto (Seen) progressive = look (models[__i__], whole, "msnet", TRUE);

  expect_same ("interlaced", &seen, &expected);
  fail_unless (seen.result.score != progressive.result.score);
}
GST_END_TEST;

static void
push_cropped_to (MsnetHarness *harness, guint pts, guint x, guint width)
{
  GstBuffer *buffer = msnet_harness_make_frame (harness, pts * GST_MSECOND, 250 * GST_MSECOND);
  GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (buffer);

  crop->x = x;
  crop->y = 0;
  crop->width = width;
  crop->height = 32;
  fail_unless_equals_int (gst_harness_push (harness->harness, buffer), GST_FLOW_OK);
}

static void
push_cropped (MsnetHarness *harness, guint pts, guint x)
{
  push_cropped_to (harness, pts, x, 32);
}

/* An electronic stabiliser cuts each frame out elsewhere: the picture goes on. */
GST_START_TEST (test_a_crop_that_moves_does_not_reset)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;

  for (guint pts = 0; pts <= 1000; pts += 250)
    push_cropped (&harness, pts, 2 + pts / 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750) 1000(0:0-750 +250)");
}
GST_END_TEST;

/* Lost packets cost the metadata, too, and frames outside of the segment are no part of the stream. */
GST_START_TEST (test_a_frame_that_is_not_looked_at_does_not_reset)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;
  GstBuffer *damaged = gst_buffer_new_allocate (NULL, 100, NULL);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.stop = 10 * GST_SECOND;
  gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  GST_BUFFER_PTS (damaged) = 300 * GST_MSECOND;
  push_cropped (&harness, 0, 2);
  push_cropped (&harness, 250, 2);
  fail_unless_equals_int (gst_harness_push (harness.harness, damaged), GST_FLOW_OK);
  push_cropped_to (&harness, 12000, 2, 40);
  push_cropped_to (&harness, 250, 2, 40);
  push_cropped (&harness, 500, 2);
  push_cropped (&harness, 750, 2);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 300 12000 250 500 750(0:0-750)");
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_WARNING));
}
GST_END_TEST;

/* Returns: (transfer full): what upstream is told that it may attach */
static gchar *
ask_what_may_come (GstHarness *harness)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->srcpad);
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, FALSE);
  GString *text = g_string_new (NULL);

  if (gst_pad_peer_query (harness->srcpad, query))
    for (guint i = 0; i < gst_query_get_n_allocation_metas (query); i++)
      g_string_append_printf (
          text, "%s ", g_type_name (gst_query_parse_nth_allocation_meta (query, i, NULL)));
  return g_string_free (text, FALSE);
}

/* A digital zoom: by metadata where downstream honours them, else by smaller frames. */
static void
zoom (MsnetHarness *harness)
{
  for (guint i = 0; i < 40; i++) {
    const guint width = 32 + i % 4 * 2;
    g_autofree gchar *promised = ask_what_may_come (harness->harness);
    g_autofree gchar *caps
        = g_strdup_printf ("video/x-raw, format = I420, width = %u, height = 32, framerate = 10/1", width);
    if (strstr (promised, "GstVideoCropMetaAPI") != NULL) {
      push_cropped_to (harness, i * 100, 2, width);
      continue;
    }
    gst_harness_set_src_caps_str (harness->harness, caps);
    fail_unless_equals_int (gst_harness_push (harness->harness,
                                msnet_harness_make_frame (harness, i * 100 * GST_MSECOND, 100 * GST_MSECOND)),
        GST_FLOW_OK);
  }
}

static void
zoom_into (MsnetHarness *harness)
{
  gst_harness_add_propose_allocation_meta (harness->harness, GST_VIDEO_META_API_TYPE, NULL);
  gst_harness_add_propose_allocation_meta (harness->harness, GST_VIDEO_CROP_META_API_TYPE, NULL);
  zoom (harness);
}

GST_START_TEST (test_a_crop_whose_size_never_rests_and_its_cure)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_auto (MsnetHarness) cured = { 0 };
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *text = NULL;
  g_autofree gchar *cured_text = NULL;
  g_autofree gchar *advice = NULL;
  g_autofree gchar *description = NULL;

  zoom_into (&harness);
  text = msnet_harness_describe (&harness);
  fail_unless (strchr (text, '(') == NULL, "%s", text);
  advice = msnet_harness_find_advice (
      &harness, "The GstVideoCropMeta of the buffers changes its size again and again, now to 38x32");
  description = g_strdup_printf ("%s ! msnet model=\"%s\"", advice, model);
  cured = msnet_harness_new (gst_parse_bin_from_description (description, TRUE, NULL), SMALL_CAPS);
  zoom_into (&cured);
  cured_text = msnet_harness_describe (&cured);
  fail_unless (strstr (cured_text, "(3:3000-3800)") != NULL, "%s", cured_text);
  fail_if (msnet_harness_pop (&cured, GST_MESSAGE_WARNING));
}
GST_END_TEST;

/* As the frame rate does not matter to a picture that is whole. */
GST_START_TEST (test_another_frame_rate_of_a_cropped_stream)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;

  push_cropped (&harness, 0, 2);
  push_cropped (&harness, 250, 2);
  gst_harness_set_src_caps_str (
      harness.harness, "video/x-raw, format = I420, width = 64, height = 48, framerate = 5/1");
  push_cropped (&harness, 500, 2);
  push_cropped (&harness, 750, 2);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

/* A digital zoom, or a decoder whose stream changes its size: another picture. */
GST_START_TEST (test_another_crop_resets)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;

  for (guint pts = 0; pts <= 1000; pts += 250)
    push_cropped (&harness, pts, 2);
  for (guint pts = 1250; pts <= 2000; pts += 250)
    push_cropped_to (&harness, pts, 2, 40);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (
      text, "0 250 500 750(0:0-750) 1000(0:0-750 +250) 1250 1500 1750 2000(1:1250-2000)");
}
GST_END_TEST;

/* A buffer without pixels says nothing of the crop, and a crop beside the frame shows nothing. */
GST_START_TEST (test_nothing_to_see_is_no_other_crop)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;
  GstBuffer *empty = gst_buffer_new ();

  GST_BUFFER_PTS (empty) = 300 * GST_MSECOND;
  push_cropped (&harness, 0, 2);
  push_cropped (&harness, 250, 2);
  fail_unless_equals_int (gst_harness_push (harness.harness, empty), GST_FLOW_OK);
  push_cropped (&harness, 500, 100);
  push_cropped (&harness, 600, 2);
  push_cropped (&harness, 750, 2);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 300 500 600 750(0:0-750)");
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING,
      "the GstVideoCropMeta of a buffer shows 32x32 pixels at 100, 0; expected a part");
}
GST_END_TEST;

/* A sink that can do all this lets decoders send frames that are to be turned, for instance: that is not
 * honoured. */
GST_START_TEST (test_only_what_is_honoured_is_promised)
{
  const gchar *elements[] = { "msnet", "msnetoverlay" };

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    GstElement *element = i == 0 ? msnet_test_element () : gst_element_factory_make (elements[i], NULL);
    g_auto (MsnetHarness) harness = msnet_harness_new (element, NULL);
    g_autofree gchar *none = NULL;
    g_autofree gchar *some = NULL;
    gst_harness_set_src_caps_str (harness.harness, SMALL_CAPS);
    none = ask_what_may_come (harness.harness);
    fail_unless_equals_string (none, "");
    gst_harness_add_propose_allocation_meta (harness.harness, GST_VIDEO_META_API_TYPE, NULL);
    gst_harness_add_propose_allocation_meta (
        harness.harness, GST_VIDEO_AFFINE_TRANSFORMATION_META_API_TYPE, NULL);
    gst_harness_add_propose_allocation_meta (harness.harness, GST_VIDEO_CROP_META_API_TYPE, NULL);
    some = ask_what_may_come (harness.harness);
    fail_unless_equals_string (some, "GstVideoMetaAPI GstVideoCropMetaAPI ");
  }
}
GST_END_TEST;

/* A region of the picture costs no copy where only lines come out. */
GST_START_TEST (test_a_region_costs_nothing_before_lines)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *launch = g_strdup_printf ("msnet model=%s ! msnetjson", model);
  GstHarness *harness = gst_harness_new_parse (launch);
  g_autofree gchar *promised = NULL;

  gst_harness_set_src_caps_str (harness, SMALL_CAPS);
  promised = ask_what_may_come (harness);
  fail_unless_equals_string (promised, "GstVideoMetaAPI GstVideoCropMetaAPI ");
  gst_harness_teardown (harness);
}
GST_END_TEST;

static Suite *
msnet_crop_suite (void)
{
  Suite *suite = suite_create ("msnet_crop");
  TCase *tests = tcase_create ("crop");

  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_only_what_is_visible_is_seen);
  tcase_add_loop_test (tests, test_crop_and_turn, 0, G_N_ELEMENTS (models));
  tcase_add_loop_test (tests, test_interlaced_crop, 0, G_N_ELEMENTS (models));
  tcase_add_test (tests, test_a_crop_that_moves_does_not_reset);
  tcase_add_test (tests, test_a_crop_whose_size_never_rests_and_its_cure);
  tcase_add_test (tests, test_another_frame_rate_of_a_cropped_stream);
  tcase_add_test (tests, test_another_crop_resets);
  tcase_add_test (tests, test_nothing_to_see_is_no_other_crop);
  tcase_add_test (tests, test_a_frame_that_is_not_looked_at_does_not_reset);
  tcase_add_test (tests, test_only_what_is_honoured_is_promised);
  tcase_add_test (tests, test_a_region_costs_nothing_before_lines);
  return suite;
}

GST_CHECK_MAIN (msnet_crop)
