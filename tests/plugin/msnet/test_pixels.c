/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes through `msnet` comes out as it went in, and every format gives the same answer. */
#include "common/msnet_harness.h"

static const gchar *formats[] = { "RGB", "BGR", "RGBx", "xRGB", "BGRx", "xBGR", "RGBA", "BGRA", "I420",
  "YV12", "NV12", "NV21", "YUY2", "UYVY", "GRAY8" };

static gchar *
make_caps (const gchar *format, guint width, guint height)
{
  return g_strdup_printf (
      "video/x-raw, format = %s, width = %u, height = %u, framerate = 4/1", format, width, height);
}

/* Pushes @buffer, of which a reference is kept, and asserts that the same memory comes out, unchanged. */
static void
check_untouched (MsnetHarness *harness, GstBuffer *buffer)
{
  g_autoptr (GstBuffer) kept = gst_buffer_ref (buffer);
  g_autoptr (GstBuffer) copy = gst_buffer_copy_deep (buffer);
  g_autoptr (GstBuffer) output = gst_harness_push_and_pull (harness->harness, buffer);
  gpointer state = NULL;
  GstMapInfo map;

  fail_unless (output != NULL);
  fail_unless (output != kept, "a buffer that others hold was changed");
  fail_unless_equals_int (gst_buffer_n_memory (output), gst_buffer_n_memory (kept));
  for (guint i = 0; i < gst_buffer_n_memory (output); i++)
    fail_unless (gst_buffer_peek_memory (output, i) == gst_buffer_peek_memory (kept, i), "memory was copied");
  gst_buffer_map (copy, &map, GST_MAP_READ);
  fail_unless (gst_buffer_memcmp (output, 0, map.data, map.size) == 0, "pixels were changed");
  gst_buffer_unmap (copy, &map);
  fail_if (msnet_meta_iterate (kept, &state, MSNET_RESULT_META_NAME));
}

GST_START_TEST (test_pixels_pass_untouched)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree gchar *caps = make_caps (formats[i], 67, 45);
    g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), caps);
    for (guint frame = 0; frame < 2; frame++)
      check_untouched (
          &harness, msnet_harness_make_frame (&harness, frame * 250 * GST_MSECOND, 250 * GST_MSECOND));
  }
}
GST_END_TEST;

GST_START_TEST (test_a_buffer_of_ones_own_stays_the_same)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);

  for (guint frame = 0; frame < 5; frame++) {
    GstBuffer *input = msnet_harness_make_frame (&harness, frame * 250 * GST_MSECOND, 250 * GST_MSECOND);
    GstBuffer *output = gst_harness_push_and_pull (harness.harness, input);
    fail_unless (output == input);
    gst_buffer_unref (output);
  }
}
GST_END_TEST;

/* The same picture in memory of another shape: wider rows, gaps before each plane. */
static GstBuffer *
make_padded (GstBuffer *plain, const GstVideoInfo *info)
{
  GstVideoInfo padded = *info;
  GstBuffer *buffer;
  GstVideoFrame from, to;
  gsize offset = 24;

  for (guint plane = 0; plane < GST_VIDEO_INFO_N_PLANES (info); plane++) {
    gsize rows = GST_VIDEO_INFO_COMP_HEIGHT (info, plane);
    padded.stride[plane] = GST_VIDEO_INFO_PLANE_STRIDE (info, plane) + 40;
    padded.offset[plane] = offset;
    offset += padded.stride[plane] * rows + 56;
  }
  buffer = gst_buffer_new_allocate (NULL, offset, NULL);
  gst_buffer_memset (buffer, 0, 0x55, offset);
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_INFO_FORMAT (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info), GST_VIDEO_INFO_N_PLANES (info),
      padded.offset, padded.stride);
  gst_video_frame_map (&from, info, plain, GST_MAP_READ);
  gst_video_frame_map (&to, info, buffer, GST_MAP_WRITE);
  gst_video_frame_copy (&to, &from);
  gst_video_frame_unmap (&from);
  gst_video_frame_unmap (&to);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_PTS (plain);
  GST_BUFFER_DURATION (buffer) = GST_BUFFER_DURATION (plain);
  return buffer;
}

/* The scores of a window of noise. */
static void
score_window (const gchar *format, gboolean padded, MsnetResult *result)
{
  g_autofree gchar *caps = make_caps (format, 66, 45);
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), caps);
  g_autoptr (GstCaps) current = gst_pad_get_current_caps (harness.harness->srcpad);
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, current));
  for (guint frame = 0; frame < 4; frame++) {
    GstBuffer *buffer = msnet_harness_make_frame (&harness, frame * 250 * GST_MSECOND, 250 * GST_MSECOND);
    gpointer state = NULL;
    if (padded) {
      GstBuffer *plain = buffer;
      buffer = make_padded (plain, &info);
      gst_buffer_unref (plain);
    }
    buffer = gst_harness_push_and_pull (harness.harness, buffer);
    if (frame == 3)
      fail_unless (msnet_result_read (result, msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)));
    gst_buffer_unref (buffer);
  }
}

GST_START_TEST (test_strides_and_offsets_change_nothing)
{
  const gchar *kinds[] = { "RGB", "I420", "NV12", "YUY2" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_auto (MsnetResult) plain = { 0 };
    g_auto (MsnetResult) padded = { 0 };
    score_window (kinds[i], FALSE, &plain);
    score_window (kinds[i], TRUE, &padded);
    for (guint k = 0; k < plain.n_labels; k++)
      fail_unless (plain.scores[k] == padded.scores[k], "%s: label %u", kinds[i], k);
  }
}
GST_END_TEST;

static GstBuffer *
make_short_frame (GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 1000, NULL);

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = 125 * GST_MSECOND;
  return buffer;
}

static GstBuffer *
make_gap (GstClockTime pts)
{
  GstBuffer *buffer = make_short_frame (pts);

  gst_buffer_remove_all_memory (buffer);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
  return buffer;
}

static void
expect_no_more (MsnetHarness *harness)
{
  g_autoptr (GstMessage) message = msnet_harness_pop (harness, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);

  fail_unless (message == NULL, "%" GST_PTR_FORMAT, message);
}

/* Packets of a camera were lost: of 15 frames two that are sampled are short, and one is a gap.  Each of
 * their points takes the next frame. */
GST_START_TEST (test_damaged_frames_pass)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;

  for (guint pts = 0; pts <= 1750; pts += 125) {
    GstBuffer *buffer = pts == 500 ? make_gap (pts * GST_MSECOND)
                        : pts == 1000 || pts == 1250
                            ? make_short_frame (pts * GST_MSECOND)
                            : msnet_harness_make_frame (&harness, pts * GST_MSECOND, 125 * GST_MSECOND);
    fail_unless_equals_int (gst_harness_push (harness.harness, buffer), GST_FLOW_OK);
  }
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text,
      "0 125 250 375 500 625 750(0:0-750) 875(0:0-750 +125) 1000(0:0-750 +250) 1125(0:0-750 +375) "
      "1250(0:0-750 +500) 1375(0:0-750 +625) 1500(0:0-750 +750) 1625(0:0-750 +875) 1750(1:1125-1750)");
  msnet_harness_expect (
      &harness, GST_MESSAGE_WARNING, "a buffer of 0 bytes is too short for a I420 frame of 64x48");
  expect_no_more (&harness);
}
GST_END_TEST;

/* The caps are wrong from the start: one warning tells what to do, and nothing is recognised. */
GST_START_TEST (test_only_damaged_frames)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;

  for (guint pts = 0; pts <= 1000; pts += 250)
    fail_unless_equals_int (
        gst_harness_push (harness.harness, make_short_frame (pts * GST_MSECOND)), GST_FLOW_OK);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750 1000");
  msnet_harness_expect (
      &harness, GST_MESSAGE_WARNING, "put rawvideoparse behind the element that makes them");
  expect_no_more (&harness);
}
GST_END_TEST;

/* The usual cause: an application whose rows are not padded to four bytes pushes them as if they were. */
GST_START_TEST (test_rows_without_padding_and_the_remedy)
{
  const gchar *caps = "video/x-raw, format = RGB, width = 65, height = 48, framerate = 4/1";
  const gchar *launches[] = { "msnet model=%s", "rawvideoparse format=rgb width=65 height=48 framerate=4/1 "
                                                "plane-strides=<195> ! msnet model=%s" };
  g_autofree gchar *model = msnet_test_model ("tiny-four");

  for (guint i = 0; i < G_N_ELEMENTS (launches); i++) {
    g_autofree gchar *launch = g_strdup_printf (launches[i], model);
    GstHarness *harness = gst_harness_new_parse (launch);
    guint results = 0;
    gst_harness_set_live (harness, FALSE);
    gst_harness_set_src_caps_str (harness, caps);
    for (guint frame = 0; frame < 4; frame++) {
      GstBuffer *buffer = gst_buffer_new_allocate (NULL, 65 * 3 * 48, NULL);
      gpointer state = NULL;
      gst_buffer_memset (buffer, 0, 50 * frame, 65 * 3 * 48);
      GST_BUFFER_PTS (buffer) = frame * 250 * GST_MSECOND;
      buffer = gst_harness_push_and_pull (harness, buffer);
      results += msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME) != NULL;
      gst_buffer_unref (buffer);
    }
    fail_unless_equals_int (results, i);
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

static void
remember_scores (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer scores)
{
  gpointer state = NULL;
  const GstStructure *structure;

  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)) != NULL) {
    g_auto (MsnetResult) result = { 0 };
    fail_unless (msnet_result_read (&result, structure));
    if (result.age == 0)
      for (guint i = 0; i < result.n_labels; i++)
        if (g_str_equal (result.labels[i], "class-1"))
          g_array_append_val ((GArray *)scores, result.scores[i]);
  }
}

/* Returns: (transfer full): the score of one class in each window of the first 2 s of a clip */
static GArray *
score_clip (const gchar *format)
{
  GArray *scores = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *description = g_strdup_printf (
      "filesrc location=%s/clips/cars.webm ! matroskademux ! vp8dec ! identity eos-after=25 ! "
      "videoconvert ! video/x-raw, format=%s ! msnet model=%s top-k=10 hop=500000000 eos=drop ! "
      "fakesink name=sink signal-handoffs=true sync=false",
      g_getenv ("MSNET_TEST_DATA"), format, model);
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  g_signal_connect (sink, "handoff", G_CALLBACK (remember_scores), scores);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return scores;
}

GST_START_TEST (test_formats_agree)
{
  g_autoptr (GArray) expected = score_clip ("I420");

  fail_unless (expected->len >= 2);
  for (guint i = 0; i < G_N_ELEMENTS (formats) - 1; i++) {
    g_autoptr (GArray) scores = score_clip (formats[i]);
    /* The same samples in another order, or samples that were converted before. */
    gdouble tolerance
        = g_strv_contains ((const gchar *[]){ "YV12", "NV12", "NV21", NULL }, formats[i]) ? 1e-6 : 0.02;
    fail_unless_equals_int (scores->len, expected->len);
    for (guint k = 0; k < scores->len; k++)
      fail_unless (
          ABS (g_array_index (scores, gdouble, k) - g_array_index (expected, gdouble, k)) <= tolerance,
          "%s, window %u: %g, expected %g", formats[i], k, g_array_index (scores, gdouble, k),
          g_array_index (expected, gdouble, k));
  }
}
GST_END_TEST;

static Suite *
msnet_pixels_suite (void)
{
  Suite *suite = suite_create ("msnet_pixels");
  TCase *tests = tcase_create ("pixels");

  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_pixels_pass_untouched);
  tcase_add_test (tests, test_a_buffer_of_ones_own_stays_the_same);
  tcase_add_test (tests, test_strides_and_offsets_change_nothing);
  tcase_add_test (tests, test_damaged_frames_pass);
  tcase_add_test (tests, test_only_damaged_frames);
  tcase_add_test (tests, test_rows_without_padding_and_the_remedy);
  tcase_add_test (tests, test_formats_agree);
  return suite;
}

GST_CHECK_MAIN (msnet_pixels)
