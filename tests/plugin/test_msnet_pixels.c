/* What goes through `msnet` comes out as it went in, and every format gives the same answer. */
#include "msnet_harness.h"

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

GST_START_TEST (test_memory_that_is_too_small)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 1000, NULL);

  GST_BUFFER_PTS (buffer) = 0;
  fail_unless_equals_int (gst_harness_push (harness.harness, buffer), GST_FLOW_ERROR);
  msnet_harness_expect (&harness, GST_MESSAGE_ERROR,
      "a buffer of 1000 bytes cannot be read as a I420 frame of 64x48; expected 4608 bytes");
}
GST_END_TEST;

GST_START_TEST (test_strides_that_reach_too_far)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (
      msnet_test_element (), "video/x-raw, format = GRAY8, width = 64, height = 48, framerate = 10/1");
  GstBuffer *buffer = msnet_harness_make_frame (&harness, 0, GST_CLOCK_TIME_NONE);
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0 };
  gint stride[GST_VIDEO_MAX_PLANES] = { 100 };

  gst_buffer_add_video_meta_full (
      buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_GRAY8, 64, 48, 1, offset, stride);
  fail_unless_equals_int (gst_harness_push (harness.harness, buffer), GST_FLOW_ERROR);
  msnet_harness_expect (&harness, GST_MESSAGE_ERROR,
      "plane 0 of a GRAY8 frame of 64x48 with stride 100: expected memory of 4764 bytes, found 3072");
}
GST_END_TEST;

static void
remember_scores (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer scores)
{
  gpointer state = NULL;
  const GstStructure *structure;

  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME))) {
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
  tcase_add_test (tests, test_memory_that_is_too_small);
  tcase_add_test (tests, test_strides_that_reach_too_far);
  tcase_add_test (tests, test_formats_agree);
  return suite;
}

GST_CHECK_MAIN (msnet_pixels)
