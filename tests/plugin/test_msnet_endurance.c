/* States, and real pipelines, again and again: what `msnet` takes it gives back, and no buffer is lost.
 *
 * With MSNET_TEST_LONG ten times as many rounds. */
#include "fake_device.h"
#include "msnet_harness.h"

#include <stdlib.h>
#include <string.h>

#define WARM_UP 10 /* rounds before memory is measured: caches of GLib and of the driver fill */

static guint
count_rounds (guint usual)
{
  return g_getenv ("MSNET_TEST_LONG") ? 10 * usual : usual;
}

static guint
count_entries (const gchar *folder)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (directory))
    n++;
  return n;
}

/* Resident memory in KiB. */
static guint
get_memory (void)
{
  g_autofree gchar *text = NULL;
  gchar *line;

  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  line = strstr (text, "VmRSS:");
  return atoi (line + strlen ("VmRSS:"));
}

/* Goes to @low and back to PLAYING, with a second of video in each round. */
static void
go_round (GstState low)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  guint rounds = count_rounds (100), threads = 0, files = 0, memory = 0;

  for (guint i = 0; i < rounds + WARM_UP; i++) {
    if (i == WARM_UP) {
      threads = count_entries ("/proc/self/task");
      files = count_entries ("/proc/self/fd");
      memory = get_memory ();
    }
    fail_unless (gst_element_set_state (harness.element, low) != GST_STATE_CHANGE_FAILURE);
    fail_unless (gst_element_set_state (harness.element, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
    gst_harness_set_src_caps_str (harness.harness, SMALL_CAPS);
    msnet_harness_push (&harness, 0, 1000, 250);
    while (gst_harness_buffers_in_queue (harness.harness) > 0)
      gst_buffer_unref (gst_harness_pull (harness.harness));
    gst_bus_set_flushing (harness.bus, TRUE);
    gst_bus_set_flushing (harness.bus, FALSE);
  }
  fail_unless_equals_int (count_entries ("/proc/self/task"), threads);
  fail_unless_equals_int (count_entries ("/proc/self/fd"), files);
  /* Less than 2 KiB a round: allocators keep some, a leak of a frame or a thread would be far more. */
  fail_unless (get_memory () < memory + 2 * rounds + 256, "%u KiB, then %u", memory, get_memory ());
}

GST_START_TEST (test_null_and_back)
{
  go_round (GST_STATE_NULL);
}
GST_END_TEST;

GST_START_TEST (test_ready_and_back)
{
  go_round (GST_STATE_READY);
}
GST_END_TEST;

/* What a walk through a real pipeline shows. */
typedef struct
{
  guint buffers;
  guint results;
  guint64 index; /* of the newest result, and one */
  GstClockTime last;
} Tally;

static void
look_at_buffer (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  Tally *tally = data;
  const GstStructure *structure;
  gpointer state = NULL;

  g_atomic_int_inc (&tally->buffers);
  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME))) {
    g_auto (MsnetResult) result = { 0 };
    fail_unless (msnet_result_read (&result, structure));
    fail_unless (result.start <= result.end && GST_CLOCK_TIME_IS_VALID (result.end));
    fail_unless_equals_int (result.gaps, 0);
    fail_unless (result.index + 1 >= tally->index);
    tally->index = result.index + 1;
    g_atomic_int_inc (&tally->results);
  }
}

/* Always with a flush: a seek without one, and EOS, wait for a sink that waits for its first frame. */
static void
seek (GstElement *pipeline, GRand *random)
{
  static const gdouble rates[] = { 1, 1, 1, 2, 0.5, -1 };
  gdouble rate = rates[g_rand_int_range (random, 0, G_N_ELEMENTS (rates))];
  gint64 start = g_rand_int_range (random, 0, 20) * GST_SECOND;

  gst_element_seek (pipeline, rate, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE,
      GST_SEEK_TYPE_SET, start, GST_SEEK_TYPE_SET, start + 30 * GST_SECOND);
}

static void
change_format (GstElement *pipeline, GRand *random)
{
  static const gchar *formats[] = { "I420", "NV12", "RGB" };
  g_autoptr (GstElement) filter = gst_bin_get_by_name (GST_BIN (pipeline), "filter");
  g_autofree gchar *text
      = g_strdup_printf ("video/x-raw, format = %s, width = %d, height = 48, framerate = 25/1",
          formats[g_rand_int_range (random, 0, G_N_ELEMENTS (formats))],
          48 + 16 * g_rand_int_range (random, 0, 2));
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  g_object_set (filter, "caps", caps, NULL);
}

static void
step (GstElement *pipeline, GRand *random)
{
  switch (g_rand_int_range (random, 0, 6)) {
  case 0:
    gst_element_set_state (pipeline, GST_STATE_PAUSED);
    break;
  case 1:
    gst_element_set_state (pipeline, GST_STATE_READY);
    break;
  case 2:
    change_format (pipeline, random);
    break;
  case 3:
    gst_element_set_state (pipeline, GST_STATE_NULL);
    break;
  default:
    seek (pipeline, random);
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_usleep (g_rand_int_range (random, 0, 20000));
}

static void
walk (guint seed, Tally *tally)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *text = g_strdup_printf (
      "videotestsrc pattern=snow ! capsfilter name=filter caps=\"" SMALL_CAPS "\" ! %s ! "
      "msnet name=msnet model=%s window=400000000 hop=200000000 policy=%s ! fakesink name=sink sync=false "
      "signal-handoffs=true",
      seed % 2 ? "queue max-size-buffers=3" : "identity", model, seed % 3 ? "every" : "latest");
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  g_signal_connect (sink, "handoff", G_CALLBACK (look_at_buffer), tally);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 8; i++)
    step (pipeline, random);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL, "walk %u", seed);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_START_TEST (test_walks_through_pipelines)
{
  guint results = 0;

  for (guint seed = 0; seed < count_rounds (20); seed++) {
    Tally tally = { 0 };

    walk (seed, &tally);
    fail_unless (tally.buffers > 0);
    results += tally.results;
  }
  fail_unless (results > 100);
  fail_unless_equals_int (fake_device_count_engines (), 0);
}
GST_END_TEST;

static Suite *
msnet_endurance_suite (void)
{
  Suite *suite = suite_create ("msnet_endurance");
  TCase *tests = tcase_create ("endurance");

  fake_device_register_elements ();
  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_set_timeout (tests, 600);
  tcase_add_test (tests, test_null_and_back);
  tcase_add_test (tests, test_ready_and_back);
  tcase_add_test (tests, test_walks_through_pipelines);
  return suite;
}

GST_CHECK_MAIN (msnet_endurance);
