/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* msnetjson: from metadata and events to lines. */
#include "common/sample_metadata.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#define FRAME (40 * GST_MSECOND)

static GstHarness *
harness_new (void)
{
  GstHarness *harness = gst_harness_new ("msnetjson");

  msnet_meta_register ();
  gst_harness_set_src_caps_str (harness, "video/x-raw,format=RGB,width=16,height=16,framerate=25/1");
  return harness;
}

/* Frame @n of 25 a second; pixels are none of msnetjson's business. */
static GstBuffer *
frame_new (guint n)
{
  GstBuffer *buffer = gst_buffer_new ();

  GST_BUFFER_PTS (buffer) = n * FRAME;
  GST_BUFFER_DURATION (buffer) = FRAME;
  return buffer;
}

static void
push_frame (GstHarness *harness, guint n, const MsnetResult *result)
{
  GstBuffer *buffer = frame_new (n);

  if (result != NULL)
    msnet_result_attach (result, buffer);
  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
}

static GstEvent *
result_event_new (const MsnetResult *result)
{
  GstStructure *structure = gst_structure_new_empty (MSNET_RESULT_NAME);

  msnet_result_write (result, structure);
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure);
}

static GstEvent *
action_event_new (const gchar *name, const gchar *label)
{
  GstStructure *structure = gst_structure_new (name, "element", G_TYPE_STRING, "msnet0", "element-id",
      G_TYPE_UINT64, G_GUINT64_CONSTANT (1), "label", G_TYPE_STRING, label, "class", G_TYPE_INT, 2, "score",
      G_TYPE_DOUBLE, 0.75, "start", G_TYPE_UINT64, 200 * GST_MSECOND, "stream-start", G_TYPE_UINT64,
      5 * GST_SECOND, NULL);

  if (g_str_equal (name, "msnet-action-end"))
    gst_structure_set (structure, "end", G_TYPE_UINT64, 400 * GST_MSECOND, "stream-end", G_TYPE_UINT64,
        5 * GST_SECOND + 200 * GST_MSECOND, NULL);
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure);
}

/* The next line; it must have come. */
static gchar *
pull_line (GstHarness *harness, GstClockTime *pts, GstClockTime *duration)
{
  g_autoptr (GstBuffer) buffer = gst_harness_try_pull (harness);
  gchar *line;

  fail_unless (buffer != NULL, "no line came");
  line = g_malloc0 (gst_buffer_get_size (buffer) + 1);
  gst_buffer_extract (buffer, 0, line, -1);
  if (pts != NULL)
    *pts = GST_BUFFER_PTS (buffer);
  if (duration != NULL)
    *duration = GST_BUFFER_DURATION (buffer);
  return line;
}

static void
assert_next_line (GstHarness *harness, const gchar *expected, GstClockTime expected_pts)
{
  GstClockTime pts;
  g_autofree gchar *line = pull_line (harness, &pts, NULL);

  fail_unless_equals_string (line, expected);
  fail_unless_equals_clocktime (pts, expected_pts);
}

static guint
count_lines (GstHarness *harness)
{
  return gst_harness_buffers_in_queue (harness);
}

#define FIRST_LINE                                                                                           \
  "{\"type\":\"result\",\"index\":0,\"element\":\"msnet0\",\"model\":\"motion\",\"label\":\"pan-left\","     \
  "\"class\":1,\"score\":0.9312,\"labels\":[\"pan-left\",\"still\"],\"scores\":[0.9312,0.0688],"             \
  "\"start\":0.000,\"end\":0.880,\"stream-start\":0.000,\"stream-end\":0.880,\"frames\":8,\"gaps\":0,"       \
  "\"partial\":false,\"skipped\":0}\n"

GST_START_TEST (test_result_is_one_line)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (0, "msnet0", "pan-left", 22 * FRAME);
  GstClockTime pts, duration;
  g_autofree gchar *line = NULL;

  push_frame (harness, 22, &result);
  line = pull_line (harness, &pts, &duration);
  fail_unless_equals_string (line, FIRST_LINE);
  fail_unless_equals_clocktime (pts, 22 * FRAME);
  fail_unless_equals_clocktime (duration, 250 * GST_MSECOND);
  fail_unless_equals_int (count_lines (harness), 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_caps_are_text)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (0, "msnet0", "pan-left", 0);
  g_autoptr (GstCaps) expected = gst_caps_from_string ("text/x-raw,format=utf8");
  g_autoptr (GstCaps) caps = NULL;

  push_frame (harness, 0, &result);
  caps = gst_pad_get_current_caps (harness->sinkpad);
  fail_unless (caps && gst_caps_is_equal (caps, expected), "caps: %" GST_PTR_FORMAT, caps);

  /* Video may change its caps as it likes, and use memory that nobody can map. */
  gst_harness_set_src_caps_str (harness, "video/x-raw(memory:Elsewhere),format=NV12,width=8,height=8");
  result.index = 1;
  push_frame (harness, 1, &result);
  fail_unless_equals_int (count_lines (harness), 2);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_held_result_is_told_once)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (7, "msnet0", "pan-left", 0);

  push_frame (harness, 0, &result);
  result.age = FRAME;
  push_frame (harness, 1, &result);
  result.age = 2 * FRAME;
  push_frame (harness, 2, &result);
  fail_unless_equals_int (count_lines (harness), 1);
  result.index = 8;
  push_frame (harness, 3, &result);
  fail_unless_equals_int (count_lines (harness), 2);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_elements_are_told_apart)
{
  GstHarness *harness = harness_new ();
  const gchar *beginnings[] = { "{\"type\":\"result\",\"index\":0,\"element\":\"one\"",
    "{\"type\":\"result\",\"index\":1,\"element\":\"one\"",
    "{\"type\":\"result\",\"index\":0,\"element\":\"two\"" };
  MsnetResult result = sample_result (0, "one", "pan-left", 0);
  GstBuffer *buffer = frame_new (0);

  /* Two windows of one element were due at once, and one of another. */
  msnet_result_attach (&result, buffer);
  result.index = 1;
  msnet_result_attach (&result, buffer);
  result = sample_result (0, "two", "tilt-up", 0);
  msnet_result_attach (&result, buffer);
  gst_harness_push (harness, gst_buffer_ref (buffer));
  fail_unless_equals_int (count_lines (harness), 3);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++) {
    g_autofree gchar *line = pull_line (harness, NULL, NULL);
    fail_unless (g_str_has_prefix (line, beginnings[i]), "line %u: %s", i, line);
  }
  /* The same frame once more, as videorate would repeat it. */
  gst_harness_push (harness, buffer);
  fail_unless_equals_int (count_lines (harness), 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Events that came through, except those that open the stream; returns how many GAPs were among them. */
static guint
count_gaps (GstHarness *harness, GstClockTime *last_pts, GstClockTime *last_duration)
{
  GstEvent *event;
  guint gaps = 0;

  while ((event = gst_harness_try_pull_event (harness)) != NULL) {
    if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
      gst_event_parse_gap (event, last_pts, last_duration);
      gaps++;
    }
    gst_event_unref (event);
  }
  return gaps;
}

GST_START_TEST (test_frames_without_news_are_gaps)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (0, "msnet0", "pan-left", 0);
  GstClockTime pts, duration;
  GstBuffer *timeless = frame_new (0);

  push_frame (harness, 0, NULL);
  push_frame (harness, 1, &result);
  push_frame (harness, 2, &result);
  fail_unless_equals_int (count_gaps (harness, &pts, &duration), 2);
  fail_unless_equals_clocktime (pts, 2 * FRAME);
  fail_unless_equals_clocktime (duration, FRAME);

  GST_BUFFER_PTS (timeless) = GST_CLOCK_TIME_NONE;
  gst_harness_push (harness, timeless);
  fail_unless_equals_int (count_gaps (harness, &pts, &duration), 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_result_of_eos_has_time_of_its_end)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (0, "msnet0", "pan-left", 22 * FRAME);
  GstSegment segment;
  GstEvent *event;

  /* Media time 10 s is running time 0. */
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = 10 * GST_SECOND;
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  gst_harness_push_event (harness, result_event_new (&result));
  gst_harness_push_event (harness, gst_event_new_eos ());
  assert_next_line (harness, FIRST_LINE, 10 * GST_SECOND + 22 * FRAME);
  while ((event = gst_harness_try_pull_event (harness)) != NULL && GST_EVENT_TYPE (event) != GST_EVENT_EOS) {
    fail_if (GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM);
    gst_event_unref (event);
  }
  fail_unless (event != NULL, "EOS did not come through");
  gst_event_unref (event);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Other elements stand between msnet and this one. */
GST_START_TEST (test_result_of_eos_comes_through_others)
{
  GstHarness *harness = gst_harness_new_parse (
      "queue ! videoconvert ! video/x-raw,format=I420 ! videoscale ! video/x-raw,width=8,height=8 ! "
      "msnetoverlay ! msnetjson");
  MsnetResult result = sample_result (0, "msnet0", "pan-left", 22 * FRAME);
  g_autoptr (GstBuffer) line = NULL;
  GstBuffer *frame = gst_buffer_new_allocate (NULL, 16 * 16 * 3 / 2, NULL);

  msnet_meta_register ();
  gst_harness_set_src_caps_str (harness, "video/x-raw,format=NV12,width=16,height=16,framerate=25/1");
  GST_BUFFER_PTS (frame) = 0;
  gst_harness_push (harness, frame);
  gst_harness_push_event (harness, result_event_new (&result));
  gst_harness_push_event (harness, gst_event_new_eos ());
  line = gst_harness_pull (harness);
  fail_unless (line != NULL, "no line came");
  fail_unless_equals_int (gst_buffer_memcmp (line, 0, FIRST_LINE, strlen (FIRST_LINE)), 0);
  fail_unless_equals_clocktime (GST_BUFFER_PTS (line), 22 * FRAME);
  gst_harness_teardown (harness);
}
GST_END_TEST;

#define ACTION_FIELDS                                                                                        \
  "\"element\":\"msnet0\",\"label\":\"wave\",\"class\":2,\"score\":0.7500,\"start\":0.200,\"stream-start\":" \
  "5.000"

GST_START_TEST (test_actions_ride_on_the_next_frame)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (0, "msnet0", "pan-left", 22 * FRAME);

  gst_harness_push_event (harness, action_event_new ("msnet-action-begin", "wave"));
  fail_unless_equals_int (count_lines (harness), 0);
  push_frame (harness, 22, &result);
  assert_next_line (harness, "{\"type\":\"action-begin\"," ACTION_FIELDS "}\n", 22 * FRAME);
  assert_next_line (harness, FIRST_LINE, 22 * FRAME);

  gst_harness_push_event (harness, action_event_new ("msnet-action-end", "wave"));
  gst_harness_push_event (harness, gst_event_new_eos ());
  assert_next_line (harness,
      "{\"type\":\"action-end\"," ACTION_FIELDS ",\"end\":0.400,\"stream-end\":5.200}\n", 400 * GST_MSECOND);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_lines_chooses)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (0, "msnet0", "pan-left", 0);
  g_autofree gchar *line = NULL;

  gst_util_set_object_arg (G_OBJECT (harness->element), "lines", "actions");
  gst_harness_push_event (harness, action_event_new ("msnet-action-begin", "wave"));
  push_frame (harness, 0, &result);
  fail_unless_equals_int (count_lines (harness), 1);
  line = pull_line (harness, NULL, NULL);
  fail_unless (g_str_has_prefix (line, "{\"type\":\"action-begin\""));

  gst_util_set_object_arg (G_OBJECT (harness->element), "lines", "results");
  gst_harness_push_event (harness, action_event_new ("msnet-action-begin", "wave"));
  result.index = 1;
  push_frame (harness, 1, &result);
  fail_unless_equals_int (count_lines (harness), 1);
  g_free (line);
  line = pull_line (harness, NULL, NULL);
  fail_unless (g_str_has_prefix (line, "{\"type\":\"result\""));
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* The end of the line that result 0 makes with @measured; @wall as msnet tells it. */
static gchar *
measured_line (const gchar *measured, GstClockTime wall)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (0, "msnet0", "pan-left", 0);
  g_autofree gchar *line = NULL;
  gchar *end;

  gst_util_set_object_arg (G_OBJECT (harness->element), "measured", measured);
  result.wall = wall;
  push_frame (harness, 0, &result);
  line = pull_line (harness, NULL, NULL);
  end = strstr (line, "\"skipped\":0");
  fail_unless (end != NULL, "no end: %s", line);
  gst_harness_teardown (harness);
  return g_strdup (end + strlen ("\"skipped\":0"));
}

GST_START_TEST (test_measured_adds_what_differs)
{
  const GstClockTime wall = G_GUINT64_CONSTANT (1709210096500000000);
  const struct
  {
    const gchar *measured;
    GstClockTime wall;
    const gchar *end;
  } cases[] = {
    { "auto", GST_CLOCK_TIME_NONE, "}\n" },
    { "auto", wall, ",\"inference\":0.012,\"wall\":\"2024-02-29T12:34:56.500Z\"}\n" },
    { "always", GST_CLOCK_TIME_NONE, ",\"inference\":0.012}\n" },
    { "always", wall, ",\"inference\":0.012,\"wall\":\"2024-02-29T12:34:56.500Z\"}\n" },
    { "never", wall, "}\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *end = measured_line (cases[i].measured, cases[i].wall);
    fail_unless_equals_string (end, cases[i].end);
  }
}
GST_END_TEST;

GST_START_TEST (test_hostile_label_is_one_line)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (0, "ms\"net\\0", "\"}\n{\"type\":\"result\" наклон", 0);
  g_autofree gchar *line = NULL;

  push_frame (harness, 0, &result);
  line = pull_line (harness, NULL, NULL);
  fail_unless (strchr (line, '\n') == line + strlen (line) - 1, "more than one line: %s", line);
  fail_unless (strstr (line, "\"element\":\"ms\\\"net\\\\0\"") != NULL, "%s", line);
  fail_unless (
      strstr (line, "\"label\":\"\\\"}\\n{\\\"type\\\":\\\"result\\\" наклон\"") != NULL, "%s", line);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_half_an_event_is_ignored)
{
  GstHarness *harness = harness_new ();
  const gchar *names[] = { MSNET_RESULT_NAME, "msnet-action-begin", "msnet-action-end" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gst_harness_push_event (harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                                         gst_structure_new (names[i], "label", G_TYPE_INT, 3, NULL)));
  push_frame (harness, 0, NULL);
  fail_unless_equals_int (count_lines (harness), 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_foreign_event_passes)
{
  GstHarness *harness = harness_new ();
  GstEvent *event;
  gboolean passed = FALSE;

  gst_harness_push_event (
      harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("of-others")));
  while ((event = gst_harness_try_pull_event (harness)) != NULL) {
    passed |= gst_event_has_name (event, "of-others");
    gst_event_unref (event);
  }
  fail_unless (passed);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_flush_forgets_what_is_pending)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (4, "msnet0", "pan-left", 0);

  push_frame (harness, 0, &result);
  gst_buffer_unref (gst_harness_pull (harness));
  gst_harness_push_event (harness, action_event_new ("msnet-action-begin", "wave"));
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_harness_set_src_caps_str (harness, "video/x-raw,format=RGB,width=16,height=16,framerate=25/1");
  push_frame (harness, 0, NULL);
  fail_unless_equals_int (count_lines (harness), 0);
  result.index = 5;
  push_frame (harness, 1, &result);
  fail_unless_equals_int (count_lines (harness), 1);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Another element may have the name of the one before it, and counts for itself. */
GST_START_TEST (test_new_element_may_count_from_zero)
{
  GstHarness *harness = harness_new ();
  MsnetResult result = sample_result (4, "msnet0", "pan-left", 0);
  GstSegment segment;

  push_frame (harness, 0, &result);
  gst_harness_push_event (harness, gst_event_new_stream_start ("another"));
  gst_harness_set_src_caps_str (harness, "video/x-raw,format=RGB,width=16,height=16,framerate=25/1");
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  result.index = 0;
  result.element_id++;
  push_frame (harness, 0, &result);
  fail_unless_equals_int (count_lines (harness), 2);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Without GAP events the text sink never prerolls, the tee's other branch fills, and nothing ends. */
GST_START_TEST (test_tee_with_synchronised_sinks_prerolls)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (
      "videotestsrc num-buffers=40 ! video/x-raw,width=16,height=16,framerate=100/1 ! tee name=t "
      "t. ! queue max-size-buffers=3 ! fakesink sync=true "
      "t. ! queue max-size-buffers=3 ! msnetjson ! fakesink sync=true",
      NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (message != NULL, "no preroll in 20 s");
  fail_unless_equals_string (GST_MESSAGE_TYPE_NAME (message), "eos");
}
GST_END_TEST;

static Suite *
msnetjson_suite (void)
{
  Suite *suite = suite_create ("msnetjson");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_result_is_one_line);
  tcase_add_test (tests, test_caps_are_text);
  tcase_add_test (tests, test_held_result_is_told_once);
  tcase_add_test (tests, test_elements_are_told_apart);
  tcase_add_test (tests, test_frames_without_news_are_gaps);
  tcase_add_test (tests, test_result_of_eos_has_time_of_its_end);
  tcase_add_test (tests, test_result_of_eos_comes_through_others);
  tcase_add_test (tests, test_actions_ride_on_the_next_frame);
  tcase_add_test (tests, test_lines_chooses);
  tcase_add_test (tests, test_measured_adds_what_differs);
  tcase_add_test (tests, test_hostile_label_is_one_line);
  tcase_add_test (tests, test_half_an_event_is_ignored);
  tcase_add_test (tests, test_foreign_event_passes);
  tcase_add_test (tests, test_flush_forgets_what_is_pending);
  tcase_add_test (tests, test_new_element_may_count_from_zero);
  tcase_add_test (tests, test_tee_with_synchronised_sinks_prerolls);
  return suite;
}

GST_CHECK_MAIN (msnetjson);
