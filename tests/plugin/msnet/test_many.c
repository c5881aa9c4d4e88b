/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/msnet_harness.h"

#define N_STREAMS 16
#define SECOND_IN_MS 1000

/* One stream: a harness in a thread of its own. */
typedef struct
{
  guint number;
  gchar *text; /* all that its results say */
} Stream;

static gboolean stopping; /* atomic */

static GstElement *
make_element (guint number)
{
  GstElement *element = gst_element_factory_make ("msnet", "msnet");
  g_autofree gchar *model = msnet_test_model (number % 2 == 0 ? "tiny-four" : "tiny-past");

  g_object_set (element, "model", model, NULL);
  return element;
}

static void
describe_result (GString *text, const GstStructure *structure)
{
  g_auto (MsnetResult) result = { 0 };

  fail_unless (msnet_result_read (&result, structure));
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT,
      result.index, result.start, result.end);
  for (guint i = 0; i < result.n_labels; i++)
    g_string_append_printf (text, " %s %a", result.labels[i], result.scores[i]);
  g_string_append_c (text, '\n');
}

static void
describe_motion (GString *text, const GstStructure *structure)
{
  g_auto (MsnetMotion) motion = { 0 };
  g_autofree gchar *sum = NULL;

  fail_unless (msnet_motion_read (&motion, structure));
  sum = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, motion.field);
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " %s\n", motion.index, sum);
}

static void
describe_buffers (GString *text, GstHarness *harness)
{
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (harness)) != NULL) {
    gpointer results = NULL, motions = NULL;
    const GstStructure *structure;

    while ((structure = msnet_meta_iterate (buffer, &results, MSNET_RESULT_META_NAME)) != NULL)
      describe_result (text, structure);
    while ((structure = msnet_meta_iterate (buffer, &motions, MSNET_MOTION_META_NAME)) != NULL)
      describe_motion (text, structure);
    gst_buffer_unref (buffer);
  }
}

/* Noise of its own, two to five seconds of it: some streams end while others go on. */
static gpointer
run_stream (gpointer data)
{
  Stream *stream = data;
  g_auto (MsnetHarness) harness = msnet_harness_new (make_element (stream->number), SMALL_CAPS);
  GString *text = g_string_new (NULL);
  guint start = stream->number * 10 * SECOND_IN_MS;

  msnet_harness_push (&harness, start, start + (2 + stream->number % 4) * SECOND_IN_MS, 100);
  describe_buffers (text, harness.harness);
  stream->text = g_string_free (text, FALSE);
  return NULL;
}

/* Elements that come and go meanwhile. */
static gpointer
come_and_go (gpointer data)
{
  while (!g_atomic_int_get (&stopping)) {
    g_auto (MsnetHarness) first = msnet_harness_new (make_element (0), SMALL_CAPS);
    g_auto (MsnetHarness) second = msnet_harness_new (make_element (1), SMALL_CAPS);

    msnet_harness_push (&first, 0, SECOND_IN_MS, 100);
  }
  return NULL;
}

static void
run_together (Stream *streams)
{
  GThread *threads[N_STREAMS];
  GThread *others = g_thread_new ("others", come_and_go, NULL);

  for (guint i = 0; i < N_STREAMS; i++)
    threads[i] = g_thread_new ("stream", run_stream, &streams[i]);
  for (guint i = 0; i < N_STREAMS; i++)
    g_thread_join (threads[i]);
  g_atomic_int_set (&stopping, TRUE);
  g_thread_join (others);
}

GST_START_TEST (test_each_finds_what_it_finds_alone)
{
  Stream alone[N_STREAMS] = { 0 }, together[N_STREAMS] = { 0 };

  for (guint i = 0; i < N_STREAMS; i++) {
    alone[i].number = together[i].number = i;
    run_stream (&alone[i]);
    fail_unless (strstr (alone[i].text, "0x") != NULL, "no scores in \"%s\"", alone[i].text);
    if (i > 0)
      fail_if (g_str_equal (alone[i].text, alone[i - 1].text));
  }
  run_together (together);
  for (guint i = 0; i < N_STREAMS; i++) {
    fail_unless_equals_string (together[i].text, alone[i].text);
    g_free (together[i].text);
    g_free (alone[i].text);
  }
}
GST_END_TEST;

static Suite *
msnet_many_suite (void)
{
  Suite *suite = suite_create ("msnet_many");
  TCase *tests = tcase_create ("many");

  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_each_finds_what_it_finds_alone);
  return suite;
}

GST_CHECK_MAIN (msnet_many)
