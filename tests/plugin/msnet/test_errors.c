/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `msnet` says when something is wrong: never a crash, always what, where and what to do. */
#include "../../common/folder.h"
#include "common/msnet_harness.h"

#include <string.h>

/* Goes to READY with these settings (NULL: as they are) and expects an error that holds @part. */
static void
expect_failure (const gchar *model, const gchar *device, const gchar *part)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (msnet_test_element ());
  g_autoptr (GstBus) bus = gst_bus_new ();
  MsnetHarness harness = { NULL, element, bus };

  gst_element_set_bus (element, bus);
  if (model != NULL)
    g_object_set (element, "model", model, NULL);
  g_object_set (element, "device", device, NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY), GST_STATE_CHANGE_FAILURE);
  msnet_harness_expect (&harness, GST_MESSAGE_ERROR, part);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
}

GST_START_TEST (test_unknown_device)
{
  expect_failure (NULL, "Banana", "Banana");
  expect_failure (NULL, "7:3", "7:3");
}
GST_END_TEST;

GST_START_TEST (test_missing_model)
{
  expect_failure ("no-such-model", NULL, "no-such-model");
  expect_failure ("no-such-model", NULL, g_getenv ("MSNET_MODEL_PATH"));
  expect_failure ("/no/such/file.safetensors", NULL, "/no/such/file.safetensors");
}
GST_END_TEST;

/* Writes a model file whose bytes are @data, and expects it to be refused. */
static void
expect_refused (gconstpointer data, gsize size, const gchar *part)
{
  g_autofree gchar *folder = test_make_folder ();
  g_autofree gchar *path = g_build_filename (folder, "hostile.safetensors", NULL);

  fail_unless (g_file_set_contents (path, data, size, NULL));
  expect_failure (path, NULL, part);
}

/* @header behind its length, and @padding bytes of zeros. */
static void
expect_header_refused (const gchar *header, gsize padding, const gchar *part)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64)strlen (header));
  g_autofree guint8 *zeros = g_malloc0 (padding + 1);

  g_byte_array_append (file, (guint8 *)&length, sizeof length);
  g_byte_array_append (file, (const guint8 *)header, strlen (header));
  g_byte_array_append (file, zeros, padding);
  expect_refused (file->data, file->len, part);
}

GST_START_TEST (test_truncated_model)
{
  g_autofree gchar *path = msnet_test_model ("tiny-four");
  g_autofree gchar *data = NULL;
  gsize size;

  fail_unless (g_file_get_contents (path, &data, &size, NULL));
  expect_refused ("", 0, "hostile.safetensors");
  expect_refused (data, 4, "hostile.safetensors");
  expect_refused (data, 500, "hostile.safetensors");
  expect_refused (data, size - 1, "hostile.safetensors");
}
GST_END_TEST;

GST_START_TEST (test_random_model)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint32 words[1024];

  for (guint i = 0; i < 20; i++) {
    for (guint k = 0; k < G_N_ELEMENTS (words); k++)
      words[k] = g_rand_int (random);
    expect_refused (words, sizeof words, "hostile.safetensors");
  }
}
GST_END_TEST;

GST_START_TEST (test_hostile_headers)
{
  expect_header_refused ("[]", 0, "hostile.safetensors");
  expect_header_refused (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,8]}}", 8, "tensor a");
  expect_header_refused (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4294967296]}}", 8, "tensor a");
  expect_header_refused ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                         "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
      12, "tensor b");
}
GST_END_TEST;

/* The tiny model with @from replaced by @to, of the same length, in its header. */
static void
expect_edit_refused (const gchar *from, const gchar *to, const gchar *part)
{
  g_autofree gchar *path = msnet_test_model ("tiny-four");
  g_autofree gchar *data = NULL;
  gchar *place;
  gsize size;

  fail_unless_equals_int (strlen (from), strlen (to));
  fail_unless (g_file_get_contents (path, &data, &size, NULL));
  place = memmem (data, size, from, strlen (from));
  fail_unless (place != NULL, "%s is not in the model", from);
  memcpy (place, to, strlen (to));
  expect_refused (data, size, part);
}

GST_START_TEST (test_models_that_do_not_fit)
{
  expect_edit_refused ("\\\"classes\\\": 6", "\\\"classes\\\": 9", "9");
  expect_edit_refused ("class-4", "class-3", "class-3");
  expect_edit_refused ("\"new_fc.bias\"", "\"new_fc.bios\"", "new_fc.bias");
  expect_edit_refused ("\\\"depth\\\": 18", "\\\"depth\\\": 50", "layer");
  expect_edit_refused ("\\\"depth\\\": 18", "\\\"depth\\\": 19", "19");
}
GST_END_TEST;

GST_START_TEST (test_weights_that_are_no_numbers)
{
  g_autofree gchar *path = msnet_test_model ("tiny-four");
  g_autofree gchar *data = NULL;
  gsize size;

  fail_unless (g_file_get_contents (path, &data, &size, NULL));
  memset (data + size - 4, 0xff, 4);
  expect_refused (data, size, "hostile.safetensors");
}
GST_END_TEST;

GST_START_TEST (test_unknown_plan)
{
  g_autofree gchar *plan = g_strdup (g_getenv ("MSNET_PLAN"));

  g_setenv ("MSNET_PLAN", "banana", TRUE);
  expect_failure (NULL, NULL, "MSNET_PLAN: expected plain, fixed");
  g_setenv ("MSNET_PLAN", plan, TRUE);
}
GST_END_TEST;

GST_START_TEST (test_window_that_does_not_fit)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (msnet_test_element ());
  g_autoptr (GstBus) bus = gst_bus_new ();
  MsnetHarness harness = { NULL, element, bus };

  gst_element_set_bus (element, bus);
  g_object_set (element, "window", (guint64)3999999, NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  msnet_harness_expect (&harness, GST_MESSAGE_ERROR, "expected from 4000000 ns");
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
}
GST_END_TEST;

/* Runs a pipeline with a model until it fails.  Returns: (transfer full): message and debug text */
static gchar *
run_model_until_error (const gchar *description, const gchar *model)
{
  g_autofree gchar *text = g_strdup_printf (description, model);
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, &debug);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return g_strconcat (error->message, " ", debug, NULL);
}

static gchar *
run_until_error (const gchar *description)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");

  return run_model_until_error (description, model);
}

/* Makes each weight of a model of float32 so much larger. */
static void
scale_weights (gchar *data, gsize size, gfloat factor)
{
  guint64 length;
  guint32 bits;
  gfloat value;

  memcpy (&length, data, sizeof length);
  for (gsize at = GUINT64_FROM_LE (length) + sizeof length; at < size; at += sizeof bits) {
    memcpy (&bits, data + at, sizeof bits);
    bits = GUINT32_FROM_LE (bits);
    memcpy (&value, &bits, sizeof value);
    value *= factor;
    memcpy (&bits, &value, sizeof bits);
    bits = GUINT32_TO_LE (bits);
    memcpy (data + at, &bits, sizeof bits);
  }
}

/* Finite in the file, infinite in the network: displacement and classifier come to see NaN. */
GST_START_TEST (test_weights_that_overflow)
{
  g_autofree gchar *source = msnet_test_model ("tiny-past");
  g_autofree gchar *folder = test_make_folder ();
  g_autofree gchar *path = g_build_filename (folder, "huge.safetensors", NULL);
  g_autofree gchar *data = NULL;
  g_autofree gchar *text = NULL;
  gsize size;

  fail_unless (g_file_get_contents (source, &data, &size, NULL));
  scale_weights (data, size, 1e18f);
  fail_unless (g_file_set_contents (path, data, size, NULL));
  text
      = run_model_until_error ("videotestsrc pattern=snow num-buffers=60 ! "
                               "video/x-raw, width=64, height=48, framerate=30/1 ! msnet model=%s ! fakesink",
          path);
  fail_unless (strstr (text, "not a number") != NULL, "%s", text);
}
GST_END_TEST;

GST_START_TEST (test_frames_that_are_too_small)
{
  g_autofree gchar *tiny = run_until_error (
      "videotestsrc num-buffers=5 ! video/x-raw, width=1, height=1 ! msnet model=%s ! fakesink");
  g_autofree gchar *flat = run_until_error (
      "videotestsrc num-buffers=5 ! video/x-raw, width=320, height=15 ! msnet model=%s ! fakesink");

  fail_unless (strstr (tiny, "The video is 1x1: expected from 16x16") != NULL, "%s", tiny);
  fail_unless (strstr (tiny, "\"videoscale ! video/x-raw,width=16,height=16\"") != NULL, "%s", tiny);
  fail_unless (strstr (flat, "\"videoscale ! video/x-raw,width=320,height=16\"") != NULL, "%s", flat);
}
GST_END_TEST;

/* What the message says to put before msnet, put there. */
GST_START_TEST (test_remedy_for_frames_that_are_too_small)
{
  const gchar *description = "videotestsrc num-buffers=5 ! video/x-raw, width=320, height=15 ! %s msnet "
                             "model=%s ! fakesink";
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *without = g_strdup_printf (description, "", "%s");
  g_autofree gchar *message = run_until_error (without);
  g_auto (GStrv) parts = g_strsplit (message, "\"", 3);
  g_autofree gchar *remedy = g_strconcat (parts[1], " !", NULL);
  g_autofree gchar *with = g_strdup_printf (description, remedy, model);
  g_autoptr (GstElement) pipeline = gst_parse_launch (with, NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) end = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  end = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (end && GST_MESSAGE_TYPE (end) == GST_MESSAGE_EOS, "%s", with);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}
GST_END_TEST;

GST_START_TEST (test_smallest_frames_pass)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (
      msnet_test_element (), "video/x-raw, format = I420, width = 16, height = 16, framerate = 10/1");
  g_autofree gchar *text = NULL;

  msnet_harness_push (&harness, 0, 750, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

GST_START_TEST (test_unsupported_format)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (
      msnet_test_element (), "video/x-raw, format = Y444, width = 64, height = 48, framerate = 10/1");

  fail_unless_equals_int (
      gst_harness_push (harness.harness, msnet_harness_make_frame (&harness, 0, GST_CLOCK_TIME_NONE)),
      GST_FLOW_NOT_NEGOTIATED);
}
GST_END_TEST;

GST_START_TEST (test_stream_without_time)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  msnet_harness_expect (&harness, GST_MESSAGE_ERROR, "timed in bytes: expected time");
}
GST_END_TEST;

/* A name from a file system that is older than UTF-8, and how it is shown. */
#define OLD_NAME "mod\xe8le"
#define SHOWN_NAME "mod\xef\xbf\xbdle"

GST_START_TEST (test_messages_are_text)
{
  g_autofree gchar *kept_path = g_strdup (g_getenv ("MSNET_MODEL_PATH"));
  g_autofree gchar *kept_plan = g_strdup (g_getenv ("MSNET_PLAN"));

  expect_failure (OLD_NAME, NULL, "model " SHOWN_NAME ": expected " SHOWN_NAME ".safetensors in");
  expect_failure ("/no/" OLD_NAME ".safetensors", NULL, "model /no/" SHOWN_NAME ".safetensors: expected");
  expect_failure (NULL, OLD_NAME, "no OpenCL device fits \"" SHOWN_NAME "\"");
  g_setenv ("MSNET_MODEL_PATH", "/no/" OLD_NAME, TRUE);
  expect_failure ("no-such-model", NULL, "in one of the folders /no/" SHOWN_NAME);
  g_setenv ("MSNET_MODEL_PATH", kept_path, TRUE);
  g_setenv ("MSNET_PLAN", OLD_NAME, TRUE);
  expect_failure (NULL, NULL, "found \"" SHOWN_NAME "\"");
  g_setenv ("MSNET_PLAN", kept_plan, TRUE);
}
GST_END_TEST;

/* Returns: (transfer full): path of a file with an old name that holds @size bytes of the model tiny-four */
static gchar *
write_model_with_old_name (gssize size)
{
  g_autofree gchar *folder = test_make_folder ();
  g_autofree gchar *source = msnet_test_model ("tiny-four");
  g_autofree gchar *data = NULL;
  gchar *path = g_build_filename (folder, OLD_NAME ".safetensors", NULL);
  gsize whole;

  fail_unless (g_file_get_contents (source, &data, &whole, NULL));
  fail_unless (g_file_set_contents (path, data, size < 0 ? (gssize)whole : size, NULL));
  return path;
}

GST_START_TEST (test_damaged_model_with_old_name)
{
  g_autofree gchar *path = write_model_with_old_name (500);

  expect_failure (path, NULL, "/" SHOWN_NAME ".safetensors: header");
}
GST_END_TEST;

/* Structures take UTF-8 alone: a name that is none would take its result with it. */
GST_START_TEST (test_results_with_old_names)
{
  g_autofree gchar *path = write_model_with_old_name (-1);
  GstElement *element = gst_element_factory_make ("msnet", NULL);
  g_auto (MsnetHarness) harness = { 0 };
  g_auto (MsnetResult) result = { 0 };
  g_autoptr (GstStructure) stats = NULL;
  g_autoptr (GstBuffer) buffer = NULL;
  gpointer state = NULL;

  g_object_set (element, "model", path, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  gst_object_set_name (
      GST_OBJECT (element), "cam\xe9ra"); /* the harness makes a stream id of the first one */
  msnet_harness_push (&harness, 0, 750, 250);
  for (guint i = 0; i < 4; i++) {
    g_clear_pointer (&buffer, gst_buffer_unref);
    buffer = gst_harness_pull (harness.harness);
  }
  fail_unless (msnet_result_read (&result, msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)));
  fail_unless_equals_string (result.model, SHOWN_NAME);
  fail_unless_equals_string (result.element, "cam\xef\xbf\xbdra");
  g_object_get (element, "stats", &stats, NULL);
  fail_unless_equals_string (gst_structure_get_string (stats, "model"), SHOWN_NAME);
}
GST_END_TEST;

static Suite *
msnet_errors_suite (void)
{
  Suite *suite = suite_create ("msnet_errors");
  TCase *tests = tcase_create ("errors");

  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_unknown_device);
  tcase_add_test (tests, test_missing_model);
  tcase_add_test (tests, test_truncated_model);
  tcase_add_test (tests, test_random_model);
  tcase_add_test (tests, test_hostile_headers);
  tcase_add_test (tests, test_models_that_do_not_fit);
  tcase_add_test (tests, test_weights_that_are_no_numbers);
  tcase_add_test (tests, test_weights_that_overflow);
  tcase_add_test (tests, test_unknown_plan);
  tcase_add_test (tests, test_window_that_does_not_fit);
  tcase_add_test (tests, test_frames_that_are_too_small);
  tcase_add_test (tests, test_remedy_for_frames_that_are_too_small);
  tcase_add_test (tests, test_smallest_frames_pass);
  tcase_add_test (tests, test_unsupported_format);
  tcase_add_test (tests, test_stream_without_time);
  tcase_add_test (tests, test_messages_are_text);
  tcase_add_test (tests, test_damaged_model_with_old_name);
  tcase_add_test (tests, test_results_with_old_names);
  return suite;
}

GST_CHECK_MAIN (msnet_errors)
