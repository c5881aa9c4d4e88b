/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* msnetjson where streams, segments and elements come and go: which lines leave, in which order with events,
 * and what upstream is told where downstream takes no more. */
#include "common/sample_metadata.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#define FRAME (40 * GST_MSECOND)

/**
 * Json: `msnetjson` in a harness.
 * @log: what has left it, in its order: "line" for buffers, events by their names, without caps
 */
typedef struct
{
  GstHarness *harness;
  GString *log;
} Json;

static GstPadProbeReturn
see_data (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Json *json = data;
  GstEvent *event;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER) {
    g_string_append (json->log, " line");
    return GST_PAD_PROBE_OK;
  }
  event = GST_PAD_PROBE_INFO_EVENT (info);
  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    g_string_append_printf (json->log, " %s", GST_EVENT_TYPE_NAME (event));
  return GST_PAD_PROBE_OK;
}

static void
json_clear (Json *json)
{
  gst_harness_teardown (json->harness);
  g_string_free (json->log, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Json, json_clear)

static void
start_stream (Json *json, const gchar *id)
{
  gst_harness_push_event (json->harness, gst_event_new_stream_start (id));
  gst_harness_set_src_caps_str (json->harness, "video/x-raw,format=RGB,width=16,height=16,framerate=25/1");
}

/* @launch: `msnetjson`, and what comes behind it */
static void
json_init (Json *json, const gchar *launch)
{
  msnet_meta_register ();
  json->harness = gst_harness_new_parse (launch);
  json->log = g_string_new (NULL);
  if (json->harness->sinkpad != NULL)
    gst_pad_add_probe (json->harness->sinkpad, GST_PAD_PROBE_TYPE_DATA_DOWNSTREAM, see_data, json, NULL);
  start_stream (json, "a");
  g_string_truncate (json->log, 0);
}

static GstFlowReturn
push (Json *json, guint n, const MsnetResult *result)
{
  GstBuffer *buffer = gst_buffer_new ();

  GST_BUFFER_PTS (buffer) = n * FRAME;
  GST_BUFFER_DURATION (buffer) = FRAME;
  if (result != NULL)
    msnet_result_attach (result, buffer);
  return gst_harness_push (json->harness, buffer);
}

static void
expect (Json *json, const gchar *expected)
{
  fail_unless_equals_string (json->log->str, expected);
  g_string_truncate (json->log, 0);
}

/* An input-selector switches between two branches, each with its msnet: whoever comes back carries its last
 * result on, which was told before it was switched away. */
GST_START_TEST (test_selector_switches)
{
  g_auto (Json) json = { 0 };
  MsnetResult a = sample_result (7, "a", "pan-left", 0), b = sample_result (2, "b", "still", 0);

  json_init (&json, "msnetjson");
  push (&json, 0, &a);
  start_stream (&json, "b");
  push (&json, 1, &b);
  expect (&json, " line stream-start segment line");
  for (guint i = 0; i < 3; i++) {
    start_stream (&json, "a");
    push (&json, 2 * i, &a);
    start_stream (&json, "b");
    push (&json, 2 * i + 1, &b);
    expect (&json, " stream-start segment gap stream-start segment gap");
  }
  a.index++;
  start_stream (&json, "a");
  push (&json, 10, &a);
  expect (&json, " stream-start segment line");
}
GST_END_TEST;

/* Two bins, each with an element that was named msnet0 by itself; and one that took another's place under
 * its name. */
GST_START_TEST (test_elements_of_one_name)
{
  g_auto (Json) json = { 0 };
  MsnetResult first = sample_result (5, "msnet0", "pan-left", 0);
  MsnetResult second = sample_result (0, "msnet0", "pan-left", 0);

  json_init (&json, "msnetjson");
  second.element_id++;
  for (guint i = 0; i < 2; i++) {
    push (&json, 4 * i, &first);
    push (&json, 4 * i + 1, &second);
    push (&json, 4 * i + 2, &first);
    expect (&json, " line line gap");
    first.index++;
    second.index++;
  }
}
GST_END_TEST;

/* Applications send such events, and structures are not asked for by GStreamer: criticals fail this test. */
GST_START_TEST (test_event_without_structure)
{
  g_auto (Json) json = { 0 };

  json_init (&json, "msnetoverlay ! msnetjson");
  fail_unless (
      gst_harness_push_event (json.harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, NULL)));
  expect (&json, " custom-downstream");
}
GST_END_TEST;

static GstEvent *
segment_at (GstClockTime base)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = base;
  return gst_event_new_segment (&segment);
}

/* Lines of events wait for the buffer that decided them; where the stream turns before it comes they leave
 * at once, while their timestamps are still those of their segment: behind it, a text sink would show them
 * at another time. */
GST_START_TEST (test_lines_leave_before_what_ends_their_segment)
{
  g_auto (Json) json = { 0 };

  json_init (&json, "msnetjson");
  gst_harness_push_event (json.harness, sample_action ("msnet0", "wave", 2, 0, FRAME));
  gst_harness_push_event (json.harness, segment_at (GST_SECOND));
  expect (&json, " line segment");
  gst_harness_push_event (json.harness, sample_action ("msnet0", "wave", 2, GST_SECOND, GST_CLOCK_TIME_NONE));
  gst_harness_push_event (json.harness, gst_event_new_segment_done (GST_FORMAT_TIME, 2 * GST_SECOND));
  expect (&json, " line segment-done");
  gst_harness_push_event (json.harness, sample_action ("msnet0", "wave", 2, GST_SECOND, GST_CLOCK_TIME_NONE));
  gst_harness_push_event (json.harness, gst_event_new_stream_start ("b"));
  expect (&json, " line stream-start");
}
GST_END_TEST;

/* As where an application took the sink away. */
GST_START_TEST (test_gap_without_sink)
{
  g_auto (Json) json = { 0 };
  g_autoptr (GstPad) source = NULL;

  json_init (&json, "msnetjson");
  source = gst_pad_get_peer (json.harness->sinkpad);
  fail_unless_equals_int (push (&json, 0, NULL), GST_FLOW_OK);
  gst_pad_unlink (source, json.harness->sinkpad);
  fail_unless_equals_int (push (&json, 1, NULL), GST_FLOW_NOT_LINKED);
  gst_pad_link (source, json.harness->sinkpad);
  fail_unless_equals_int (push (&json, 2, NULL), GST_FLOW_OK);
}
GST_END_TEST;

/* Downstream flushes for a seek that upstream has not heard of yet. */
GST_START_TEST (test_gap_while_downstream_flushes)
{
  g_auto (Json) json = { 0 };

  json_init (&json, "msnetjson");
  GST_PAD_SET_FLUSHING (json.harness->sinkpad);
  fail_unless_equals_int (push (&json, 0, NULL), GST_FLOW_FLUSHING);
  GST_PAD_UNSET_FLUSHING (json.harness->sinkpad);
  fail_unless_equals_int (push (&json, 1, NULL), GST_FLOW_OK);
}
GST_END_TEST;

/* An application ended the text alone, by an EOS behind msnetjson. */
GST_START_TEST (test_gap_after_the_end)
{
  g_auto (Json) json = { 0 };
  g_autoptr (GstPad) source = NULL;

  json_init (&json, "msnetjson");
  source = gst_pad_get_peer (json.harness->sinkpad);
  gst_pad_push_event (source, gst_event_new_eos ());
  fail_unless_equals_int (push (&json, 0, NULL), GST_FLOW_EOS);
}
GST_END_TEST;

/* Frames without news, until one is refused; a queue's thread takes its time. */
static GstFlowReturn
push_gaps (Json *json)
{
  GstFlowReturn flow = GST_FLOW_OK;

  for (guint n = 1; n < 10000 && flow == GST_FLOW_OK; n++) {
    flow = push (json, n, NULL);
    g_usleep (1000);
  }
  return flow;
}

/* The disk is full, or the reader of the lines has gone: only a queue's thread meets that. */
GST_START_TEST (test_gap_before_a_queue_that_failed)
{
  MsnetResult result = sample_result (0, "msnet0", "pan-left", 0);
  g_auto (Json) json = { 0 };

  json_init (&json, "msnetjson ! queue ! identity error-after=1 ! fakesink async=false");
  push (&json, 0, &result);
  fail_unless_equals_int (push_gaps (&json), GST_FLOW_ERROR);
}
GST_END_TEST;

static gboolean
refuse_gap (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gboolean gap = GST_EVENT_TYPE (event) == GST_EVENT_GAP;

  gst_event_unref (event);
  return !gap;
}

/* Somebody who knows no GAP is no reason to stop. */
GST_START_TEST (test_gap_that_is_not_liked)
{
  g_auto (Json) json = { 0 };

  json_init (&json, "msnetjson");
  gst_pad_set_event_function (json.harness->sinkpad, refuse_gap);
  fail_unless_equals_int (push (&json, 0, NULL), GST_FLOW_OK);
}
GST_END_TEST;

static GstFlowReturn
refuse_line (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_ERROR;
}

/* An event cannot bring upstream what downstream says to the lines that leave with it: the next buffer does,
 * whatever other events come before. */
GST_START_TEST (test_lines_of_events_are_refused)
{
  g_auto (Json) json = { 0 };

  json_init (&json, "msnetjson");
  gst_pad_set_chain_function (json.harness->sinkpad, refuse_line);
  gst_harness_push_event (json.harness, sample_action ("msnet0", "wave", 2, 0, FRAME));
  if (__i__ != 1)
    gst_harness_push_event (json.harness, segment_at (GST_SECOND));
  if (__i__ == 1)
    start_stream (&json, "b");
  if (__i__ == 2)
    gst_harness_push_event (json.harness, segment_at (2 * GST_SECOND));
  fail_unless_equals_int (push (&json, 0, NULL), GST_FLOW_ERROR);
  fail_unless_equals_int (push (&json, 1, NULL), GST_FLOW_OK);
}
GST_END_TEST;

static GstFlowReturn
refuse_line_as_ended (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_EOS;
}

/* An end is one of the stream that ended, not of the next. */
GST_START_TEST (test_the_next_stream_has_not_ended)
{
  g_auto (Json) json = { 0 };

  json_init (&json, "msnetjson");
  gst_pad_set_chain_function (json.harness->sinkpad, refuse_line_as_ended);
  gst_harness_push_event (json.harness, sample_action ("msnet0", "wave", 2, 0, FRAME));
  gst_harness_push_event (json.harness, segment_at (GST_SECOND));
  start_stream (&json, "b");
  fail_unless_equals_int (push (&json, 0, NULL), GST_FLOW_OK);
}
GST_END_TEST;

/* An application that makes an element for each visitor: who has not spoken for long is forgotten, others
 * are not. */
GST_START_TEST (test_elements_that_come_and_go)
{
  g_auto (Json) json = { 0 };
  MsnetResult stays = sample_result (5, "msnet0", "pan-left", 0);
  MsnetResult goes = sample_result (5, "msnet1", "pan-left", 0);
  MsnetResult visitor = sample_result (0, "msnet2", "pan-left", 0);

  json_init (&json, "msnetjson");
  push (&json, 0, &goes);
  push (&json, 1, &stays);
  expect (&json, " line line");
  for (guint i = 0; i < 100; i++) {
    visitor.element_id = i;
    push (&json, 2 + 2 * i, &visitor);
    push (&json, 3 + 2 * i, &stays);
    expect (&json, " line gap");
  }
  push (&json, 300, &goes);
  expect (&json, " line");
}
GST_END_TEST;

static void
count_complaints (GstDebugCategory *category, GstDebugLevel level, const gchar *file, const gchar *function,
    gint line, GObject *object, GstDebugMessage *message, gpointer n)
{
  if (level == GST_LEVEL_WARNING && strstr (gst_debug_message_get (message), "not a whole ") != NULL)
    ++*(guint *)n;
}

/* Somebody else's metadata of our name, with each frame: each element says so once. */
GST_START_TEST (test_strange_metadata_are_told_once)
{
  g_auto (Json) json = { 0 };
  guint n = 0;

  gst_debug_set_threshold_from_string ("msnet*:2", TRUE);
  gst_debug_add_log_function (count_complaints, &n, NULL);
  json_init (&json, "msnetoverlay ! msnetjson");
  for (guint i = 0; i < 5; i++) {
    GstBuffer *buffer = gst_buffer_new ();
    GST_BUFFER_PTS (buffer) = i * FRAME;
    gst_buffer_add_custom_meta (buffer, MSNET_RESULT_META_NAME);
    gst_buffer_add_custom_meta (buffer, MSNET_MOTION_META_NAME);
    fail_unless_equals_int (gst_harness_push (json.harness, buffer), GST_FLOW_OK);
  }
  gst_debug_remove_log_function (count_complaints);
  /* The overlay of results and of motion, msnetjson of results. */
  fail_unless_equals_int (n, 3);
}
GST_END_TEST;

static Suite *
msnetjson_streams_suite (void)
{
  Suite *suite = suite_create ("msnetjson_streams");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_set_timeout (tests, 60);
  tcase_add_test (tests, test_selector_switches);
  tcase_add_test (tests, test_elements_of_one_name);
  tcase_add_test (tests, test_event_without_structure);
  tcase_add_test (tests, test_lines_leave_before_what_ends_their_segment);
  tcase_add_test (tests, test_gap_without_sink);
  tcase_add_test (tests, test_gap_while_downstream_flushes);
  tcase_add_test (tests, test_gap_after_the_end);
  tcase_add_test (tests, test_gap_before_a_queue_that_failed);
  tcase_add_test (tests, test_gap_that_is_not_liked);
  tcase_add_loop_test (tests, test_lines_of_events_are_refused, 0, 3);
  tcase_add_test (tests, test_the_next_stream_has_not_ended);
  tcase_add_test (tests, test_elements_that_come_and_go);
  tcase_add_test (tests, test_strange_metadata_are_told_once);
  return suite;
}

GST_CHECK_MAIN (msnetjson_streams);
