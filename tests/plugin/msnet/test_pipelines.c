/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `msnet` among other elements, in real pipelines. */
#include "../../common/folder.h"
#include "common/msnet_harness.h"

/* @description with every @MODEL@, @CLIPS@ and @OUTPUT@ replaced, ready to play. */
static GstElement *
make_pipeline (const gchar *description, const gchar *output)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *clips = g_build_filename (g_getenv ("MSNET_TEST_DATA"), "clips", NULL);
  g_autoptr (GString) text = g_string_new (description);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline;

  g_string_replace (text, "@MODEL@", model, 0);
  g_string_replace (text, "@CLIPS@", clips, 0);
  g_string_replace (text, "@OUTPUT@", output != NULL ? output : "", 0);
  pipeline = gst_parse_launch (text->str, &error);
  fail_unless (error == NULL, "%s", error ? error->message : NULL);
  return pipeline;
}

static void
run_to_end (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* Adds to a string "NAME INDEX STREAM-START-STREAM-END" (ms) of each result that is not held. */
static void
note_results (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer text)
{
  gpointer state = NULL;
  const GstStructure *structure;

  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)) != NULL) {
    g_auto (MsnetResult) result = { 0 };
    fail_unless (msnet_result_read (&result, structure));
    if (result.age == 0)
      g_string_append_printf (text, "%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "\n",
          result.element, result.index, result.stream_start / GST_MSECOND, result.stream_end / GST_MSECOND);
  }
}

/* Returns: (transfer full): what arrives at the fakesink named "sink" is noted in @text */
static GstElement *
make_noted_pipeline (const gchar *description, GString *text)
{
  GstElement *pipeline = make_pipeline (description, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");

  g_object_set (sink, "signal-handoffs", TRUE, "sync", FALSE, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (note_results), text);
  return pipeline;
}

GST_START_TEST (test_two_elements_between_queues)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GstElement) pipeline = make_noted_pipeline (
      "videotestsrc num-buffers=30 pattern=ball ! video/x-raw, format=NV12, width=64, height=48, "
      "framerate=10/1 ! queue ! msnet name=a model=@MODEL@ eos=drop ! queue ! msnet name=b model=@MODEL@ "
      "hop=1500000000 eos=drop ! queue ! fakesink name=sink",
      text);

  run_to_end (pipeline);
  fail_unless_equals_string (text->str, "a 0 0-800\n"
                                        "b 0 0-800\n"
                                        "a 1 1000-1800\n"
                                        "b 1 1500-2300\n"
                                        "a 2 2000-2800\n");
}
GST_END_TEST;

/* Seeks while paused; then plays to the end of the new segment. */
static void
check_seek (GstSeekFlags flags, const gchar *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GstElement) pipeline
      = make_noted_pipeline ("videotestsrc ! video/x-raw, format=I420, width=64, height=48, framerate=10/1 ! "
                             "msnet model=@MODEL@ name=m eos=drop ! fakesink name=sink",
          text);

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (
      gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE), GST_STATE_CHANGE_SUCCESS);
  fail_unless (gst_element_seek (pipeline, 1.0, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET, 5 * GST_SECOND,
      GST_SEEK_TYPE_SET, 7 * GST_SECOND));
  run_to_end (pipeline);
  fail_unless_equals_string (text->str, expected);
}

GST_START_TEST (test_flushing_seek)
{
  check_seek (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, "m 0 5000-5800\nm 1 6000-6800\n");
}
GST_END_TEST;

/* Returns: (transfer full): what a pipeline writes to @OUTPUT@ */
static gchar *
run_for_text (const gchar *description)
{
  g_autofree gchar *folder = test_make_folder ();
  g_autofree gchar *path = g_build_filename (folder, "output.jsonl", NULL);
  g_autoptr (GstElement) pipeline = make_pipeline (description, path);
  gchar *text = NULL;

  run_to_end (pipeline);
  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

GST_START_TEST (test_last_result_passes_other_elements)
{
  g_autofree gchar *text = run_for_text (
      "videotestsrc num-buffers=14 ! video/x-raw, format=I420, width=64, height=48, framerate=10/1 ! "
      "msnet name=m model=@MODEL@ ! queue ! videoconvert ! videoscale ! video/x-raw, format=BGRA, width=96, "
      "height=96 ! videorate ! tee name=t ! queue ! msnetoverlay ! fakesink "
      "t. ! queue ! msnetjson ! filesink location=@OUTPUT@");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  fail_unless_equals_int (g_strv_length (lines), 3);
  fail_unless (strstr (lines[0], "\"start\":0.000,\"end\":0.800,") != NULL, "%s", lines[0]);
  fail_unless (strstr (lines[0], "\"partial\":false") != NULL, "%s", lines[0]);
  fail_unless (strstr (lines[1], "\"start\":1.000,\"end\":1.300,") != NULL, "%s", lines[1]);
  fail_unless (strstr (lines[1], "\"frames\":2,\"gaps\":0,\"partial\":true") != NULL, "%s", lines[1]);
}
GST_END_TEST;

GST_START_TEST (test_same_bytes_at_every_run)
{
  const gchar *description
      = "filesrc location=@CLIPS@/cars.webm ! matroskademux ! vp8dec ! identity eos-after=40 ! queue ! "
        "msnet model=@MODEL@ hop=300000000 name=m ! msnetjson ! filesink location=@OUTPUT@";
  g_autofree gchar *one = run_for_text (description);
  g_autofree gchar *other = run_for_text (description);

  fail_unless (strlen (one) > 1000);
  fail_unless_equals_string (one, other);
}
GST_END_TEST;

GST_START_TEST (test_playing_again_after_the_end)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GstElement) pipeline = make_noted_pipeline (
      "videotestsrc num-buffers=9 ! video/x-raw, format=I420, width=64, height=48, framerate=10/1 ! "
      "msnet model=@MODEL@ name=m ! fakesink name=sink",
      text);

  /* The index goes on. */
  run_to_end (pipeline);
  run_to_end (pipeline);
  fail_unless_equals_string (text->str, "m 0 0-800\nm 1 0-800\n");
}
GST_END_TEST;

static Suite *
msnet_pipelines_suite (void)
{
  Suite *suite = suite_create ("msnet_pipelines");
  TCase *tests = tcase_create ("pipelines");

  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_two_elements_between_queues);
  tcase_add_test (tests, test_flushing_seek);
  tcase_add_test (tests, test_last_result_passes_other_elements);
  tcase_add_test (tests, test_same_bytes_at_every_run);
  tcase_add_test (tests, test_playing_again_after_the_end);
  return suite;
}

GST_CHECK_MAIN (msnet_pipelines)
