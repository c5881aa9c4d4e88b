/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When `msnet` says that actions begin and end, with which fields, and what the properties do. */
#include "action_watch.h"

#include <string.h>

GST_START_TEST (test_before_the_buffer_that_decides)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());

  watch_push_begin (watch, 0);
  watch_push (watch, 1000, 0.5);
  watch_push (watch, 1250, 0.3);
  watch_push (watch, 1500, 0.9);
  watch_expect (
      watch, BEGIN " 1000* end!(0 375-875) end(0 375-875) 1250* begin!(0 1125) begin(0 1125) 1500*");
}
GST_END_TEST;

static GstEvent *
take_action (Watch *watch)
{
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (watch->harness.harness)) != NULL) {
    if (gst_event_has_name (event, MSNET_ACTION_BEGIN_NAME)
        || gst_event_has_name (event, MSNET_ACTION_END_NAME))
      return event;
    gst_event_unref (event);
  }
  return NULL;
}

static GstMessage *
take_action_message (Watch *watch)
{
  GstMessage *message;

  while ((message = msnet_harness_pop (&watch->harness, GST_MESSAGE_ELEMENT)) != NULL) {
    if (!gst_message_has_name (message, MSNET_RESULT_NAME))
      return message;
    gst_message_unref (message);
  }
  return NULL;
}

/* The next event holds exactly these fields and a number that is the element's own, and so does the next
 * message. */
static void
assert_fields (Watch *watch, const gchar *expected)
{
  g_autoptr (GstEvent) event = take_action (watch);
  g_autoptr (GstMessage) message = take_action_message (watch);
  g_autoptr (GstStructure) structure = NULL;
  g_autofree gchar *text = NULL;

  fail_unless (event != NULL && message != NULL);
  fail_unless (GST_EVENT_IS_SERIALIZED (event));
  structure = gst_structure_copy (gst_event_get_structure (event));
  fail_unless (gst_structure_has_field_typed (structure, "element-id", G_TYPE_UINT64));
  gst_structure_remove_field (structure, "element-id");
  text = gst_structure_to_string (structure);
  fail_unless_equals_string (text, expected);
  fail_unless (gst_structure_is_equal (gst_event_get_structure (event), gst_message_get_structure (message)));
}

GST_START_TEST (test_fields)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = 3 * GST_SECOND;
  segment.time = 10 * GST_SECOND;
  watch_push_event (watch, gst_event_new_segment (&segment));
  watch_push (watch, 0, 0);
  watch_push (watch, 250, 0);
  watch_push (watch, 500, 0);
  watch_push (watch, 750, 0.8);
  watch_push (watch, 1000, 1);
  watch_push (watch, 1250, 0);
  assert_fields (watch, "msnet-action-begin, element=(string)msnet, label=(string)class-0, class=(int)0, "
                        "score=(double)0.80000001192092896, start=(guint64)3375000000, "
                        "stream-start=(guint64)10375000000;");
  assert_fields (watch, "msnet-action-end, element=(string)msnet, label=(string)class-0, class=(int)0, "
                        "score=(double)1, start=(guint64)3375000000, stream-start=(guint64)10375000000, "
                        "end=(guint64)3875000000, stream-end=(guint64)10875000000;");
}
GST_END_TEST;

/* Classes 1 to 5 share what class 0 leaves. */
GST_START_TEST (test_several_at_once)
{
  GstElement *element = watch_make_element ();
  g_autoptr (Watch) watch = NULL;

  g_object_set (element, "enter", 0.19, "leave", 0.1, "post-messages", 0, NULL);
  watch = watch_new (element);
  for (guint pts = 0; pts <= 750; pts += 250)
    watch_push (watch, pts, 0);
  watch_expect (watch, "0 250 500 begin(1 375) begin(2 375) begin(3 375) begin(4 375) begin(5 375) 750*");
  watch_push (watch, 1000, 0.4);
  watch_expect (watch, "begin(0 625) 1000*");
  watch_push (watch, 1250, 0.9);
  watch_expect (watch, "end(1 375-875) end(2 375-875) end(3 375-875) end(4 375-875) end(5 375-875) 1250*");
}
GST_END_TEST;

GST_START_TEST (test_background)
{
  GstElement *element = watch_make_element ();
  g_autofree gchar *model = msnet_test_model ("tiny-background");
  g_autoptr (Watch) watch = NULL;

  g_object_set (element, "model", model, "enter", 0.19, "leave", 0.1, "post-messages", 0, NULL);
  watch = watch_new (element);
  for (guint pts = 0; pts <= 750; pts += 250)
    watch_push (watch, pts, 0.04);
  /* class-0 and class-3 are background. */
  watch_expect (watch, "0 250 500 begin(1 375) begin(2 375) begin(4 375) begin(5 375) 750*");
  watch_push (watch, 1000, 0.8);
  watch_expect (watch, "end(1 375-625) end(2 375-625) end(4 375-625) end(5 375-625) 1000*");
}
GST_END_TEST;

GST_START_TEST (test_smoothing)
{
  GstElement *element = watch_make_element ();
  g_autoptr (Watch) watch = NULL;

  g_object_set (element, "smoothing", 250 * GST_MSECOND, NULL);
  watch = watch_new (element);
  for (guint pts = 0; pts <= 750; pts += 250)
    watch_push (watch, pts, 0);
  /* 1 - exp (-1) is 0.63, of 0.9 it is 0.57; then 1 - exp (-2) is 0.86. */
  watch_push (watch, 1000, 0.9);
  watch_push (watch, 1250, 0.9);
  watch_expect (watch, "0 250 500 750* 1000* begin!(0 875) begin(0 875) 1250*");
}
GST_END_TEST;

GST_START_TEST (test_results_under_the_threshold_count)
{
  GstElement *element = watch_make_element ();
  g_autoptr (Watch) watch = NULL;

  g_object_set (element, "threshold", 0.95, NULL);
  watch = watch_new (element);
  watch_push_begin (watch, 0);
  watch_push (watch, 1000, 0.3);
  watch_expect (watch, "0 250 500 begin!(0 375) begin(0 375) 750 end!(0 375-625) end(0 375-625) 1000");
}
GST_END_TEST;

GST_START_TEST (test_no_messages)
{
  GstElement *element = watch_make_element ();
  g_autoptr (Watch) watch = NULL;

  gst_util_set_object_arg (G_OBJECT (element), "post-messages", "none");
  watch = watch_new (element);
  watch_push_begin (watch, 0);
  watch_push (watch, 1000, 0.3);
  watch_expect (watch, "0 250 500 begin(0 375) 750* end(0 375-625) 1000*");
}
GST_END_TEST;

/* Until a device that the stream does not wait for has taken or returned a window. */
static void
wait_for_device (void)
{
  g_usleep (G_USEC_PER_SEC / 5);
}

GST_START_TEST (test_latest)
{
  GstElement *element = watch_make_element ();
  g_autoptr (Watch) watch = NULL;

  gst_util_set_object_arg (G_OBJECT (element), "policy", "latest");
  watch = watch_new (element);
  fake_device_hang (TRUE);
  watch_push_begin (watch, 0);
  wait_for_device ();
  watch_push (watch, 1000, 0.9);
  watch_expect (watch, "0 250 500 750 1000");
  fake_device_hang (FALSE);
  wait_for_device ();
  watch_push (watch, 1250, 0.9);
  watch_expect (watch, "begin!(0 375) begin(0 375) 1250*");
}
GST_END_TEST;

GST_START_TEST (test_properties_while_playing)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());
  GstElement *element = watch->harness.element;

  g_object_set (element, "min-duration", GST_SECOND, NULL);
  watch_push_begin (watch, 0);
  watch_expect (watch, "0 250 500 750*");
  g_object_set (element, "min-duration", 200 * GST_MSECOND, NULL);
  watch_push (watch, 1000, 0.9);
  watch_expect (watch, "begin!(0 375) begin(0 375) 1000*");
  g_object_set (element, "enter", 0.95, "leave", 0.92, NULL);
  watch_push (watch, 1250, 0.9);
  watch_expect (watch, "end!(0 375-875) end(0 375-875) 1250*");
  g_object_set (element, "leave", 0.4, "enter", 0.5, "smoothing", 3600 * GST_SECOND, NULL);
  watch_push (watch, 1500, 0);
  watch_expect (watch, "1500*");
}
GST_END_TEST;

/* An application with two sliders: one is moved before the other, and results may come in between. */
GST_START_TEST (test_thresholds_in_any_order)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());
  GstElement *element = watch->harness.element;
  gdouble enter, leave;

  g_object_set (element, "enter", 0.3, NULL);
  g_object_set (element, "leave", 0.2, NULL);
  g_object_set (element, "leave", 0.92, NULL);
  g_object_set (element, "enter", 0.95, NULL);
  g_object_get (element, "enter", &enter, "leave", &leave, NULL);
  fail_unless_equals_float (enter, 0.95);
  fail_unless_equals_float (leave, 0.92);
  watch_push_begin (watch, 0);
  fail_if (msnet_harness_pop (&watch->harness, GST_MESSAGE_WARNING));
}
GST_END_TEST;

GST_START_TEST (test_leave_above_enter_ends_at_enter)
{
  g_autoptr (Watch) watch = watch_new (watch_make_element ());
  GstElement *element = watch->harness.element;

  g_object_set (element, "leave", 0.95, NULL);
  watch_push_begin (watch, 0); /* a mean of 0.9: below "leave", above "enter" */
  watch_expect (watch, BEGIN);
  msnet_harness_expect (&watch->harness, GST_MESSAGE_WARNING,
      "\"leave\" is 0.95, above \"enter\", 0.6 (the default): actions end below 0.6");
  watch_push (watch, 1000, 0.9);
  watch_expect (watch, "1000*");
  fail_if (msnet_harness_pop (&watch->harness, GST_MESSAGE_WARNING));
}
GST_END_TEST;

/* Of the file tiny-proposals: 0.3, 0.2 and 1 s. */
static GstElement *
make_with_proposals (void)
{
  GstElement *element = watch_make_element ();
  g_autofree gchar *model = msnet_test_model ("tiny-proposals");

  g_object_set (element, "model", model, NULL);
  return element;
}

GST_START_TEST (test_the_model_proposes_thresholds)
{
  g_autoptr (Watch) watch = watch_new (make_with_proposals ());

  watch_push_begin (watch, 0);
  watch_expect (watch, BEGIN);
  watch_push (watch, 1000, 0.25);
  watch_expect (watch, "1000*");
  watch_push (watch, 1250, 0.15);
  watch_expect (watch, "end!(0 375-875) end(0 375-875) 1250*");
  watch_push (watch, 1500, 0.35);
  watch_expect (watch, "begin!(0 1125) begin(0 1125) 1500*");
  g_object_set (watch->harness.element, "leave", 0.5, "enter", 0.5, NULL);
  watch_push (watch, 1750, 0.35);
  watch_expect (watch, "end!(0 1125-1375) end(0 1125-1375) 1750*");
  g_object_set (watch->harness.element, "leave", -1.0, "enter", -1.0, NULL);
  watch_push (watch, 2000, 0.35);
  watch_expect (watch, "begin!(0 1625) begin(0 1625) 2000*");
}
GST_END_TEST;

/* The mean is 0, 0.2 and 0.35; with the usual 500 ms it would be 0.35 at once. */
GST_START_TEST (test_the_model_proposes_smoothing)
{
  GstElement *element = make_with_proposals ();
  g_autoptr (Watch) watch = NULL;

  g_object_set (element, "smoothing", G_GINT64_CONSTANT (-1), NULL);
  watch = watch_new (element);
  for (guint pts = 0; pts <= 750; pts += 250)
    watch_push (watch, pts, 0);
  watch_push (watch, 1000, 0.9);
  watch_expect (watch, "0 250 500 750* 1000*");
  watch_push (watch, 1250, 0.9);
  watch_expect (watch, "begin!(0 875) begin(0 875) 1250*");
}
GST_END_TEST;

/* @part: of the error */
static void
expect_no_start (GstElement *made, const gchar *part)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (made);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_bus (element, bus);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS));
  fail_unless (strstr (error->message, part) != NULL, "%s", error->message);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
}

GST_START_TEST (test_leave_above_enter_does_not_start)
{
  GstElement *element = watch_make_element ();

  g_object_set (element, "enter", 0.2, NULL);
  expect_no_start (element, "\"leave\" is 0.4 (the default), above \"enter\", 0.2: actions would end");
  element = make_with_proposals ();
  g_object_set (element, "leave", 0.5, NULL);
  expect_no_start (element, "\"leave\" is 0.5, above \"enter\", 0.3 (the model's): actions would end");
}
GST_END_TEST;

static GstElement *
make_bin (const gchar *lines)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *launch = g_strdup_printf (
      "msnet name=msnet model=%s hop=250000000 smoothing=0 top-k=1 ! msnetjson lines=%s", model, lines);
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (launch, TRUE, &error);

  fail_unless (bin != NULL, "%s", error ? error->message : "");
  return bin;
}

/* The lines that have come, without the results' own fields. */
static gchar *
take_lines (Watch *watch)
{
  GString *text = g_string_new (NULL);
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (watch->harness.harness)) != NULL) {
    GstMapInfo map;
    gst_buffer_map (buffer, &map, GST_MAP_READ);
    g_string_append_len (text, (gchar *)map.data, map.size);
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  return g_string_free (text, FALSE);
}

#define ACTION                                                                                               \
  "\"element\":\"msnet\",\"label\":\"class-0\",\"class\":0,\"score\":0.9020,\"start\":0.375,\"stream-"       \
  "start\":0.375"
#define BEGIN_LINE "{\"type\":\"action-begin\"," ACTION "}\n"
#define END_LINE "{\"type\":\"action-end\"," ACTION ",\"end\":0.625,\"stream-end\":0.625}\n"

GST_START_TEST (test_lines)
{
  g_autoptr (Watch) watch = watch_new (make_bin ("actions"));
  g_autofree gchar *text = NULL;

  watch_push_begin (watch, 0);
  watch_push (watch, 1000, 0.3);
  text = take_lines (watch);
  fail_unless_equals_string (text, BEGIN_LINE END_LINE);
}
GST_END_TEST;

GST_START_TEST (test_lines_stand_before_their_result)
{
  g_autoptr (Watch) watch = watch_new (make_bin ("results+actions"));
  g_autofree gchar *text = NULL;

  watch_push_begin (watch, 0);
  text = take_lines (watch);
  fail_unless (g_str_has_prefix (text, BEGIN_LINE "{\"type\":\"result\",\"index\":0,"), "%s", text);
}
GST_END_TEST;

GST_START_TEST (test_lines_of_the_end)
{
  g_autoptr (Watch) watch = watch_new (make_bin ("actions"));
  g_autofree gchar *text = NULL;

  watch_push_begin (watch, 0);
  watch_push_event (watch, gst_event_new_eos ());
  text = take_lines (watch);
  fail_unless_equals_string (
      text, BEGIN_LINE "{\"type\":\"action-end\"," ACTION ",\"end\":0.750,\"stream-end\":0.750}\n");
}
GST_END_TEST;

static void
recover (void)
{
  fake_device_hang (FALSE);
}

static Suite *
msnet_actions_suite (void)
{
  Suite *suite = suite_create ("msnet_actions");
  TCase *tests = tcase_create ("actions");

  fake_device_register_elements ();
  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_checked_fixture (tests, NULL, recover);
  tcase_add_test (tests, test_before_the_buffer_that_decides);
  tcase_add_test (tests, test_fields);
  tcase_add_test (tests, test_several_at_once);
  tcase_add_test (tests, test_background);
  tcase_add_test (tests, test_smoothing);
  tcase_add_test (tests, test_results_under_the_threshold_count);
  tcase_add_test (tests, test_no_messages);
  tcase_add_test (tests, test_latest);
  tcase_add_test (tests, test_properties_while_playing);
  tcase_add_test (tests, test_thresholds_in_any_order);
  tcase_add_test (tests, test_leave_above_enter_ends_at_enter);
  tcase_add_test (tests, test_the_model_proposes_thresholds);
  tcase_add_test (tests, test_the_model_proposes_smoothing);
  tcase_add_test (tests, test_leave_above_enter_does_not_start);
  tcase_add_test (tests, test_lines);
  tcase_add_test (tests, test_lines_stand_before_their_result);
  tcase_add_test (tests, test_lines_of_the_end);
  return suite;
}

GST_CHECK_MAIN (msnet_actions);
