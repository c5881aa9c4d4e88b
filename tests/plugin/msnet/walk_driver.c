/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lets `msnet`, over a fake device, go through walks that are read from stdin, and prints what comes out,
 * for test_msnet_walks.py.  Times are ns; "-" is unknown.
 *
 *     walk POLICY WINDOW HOP MODE AT LENGTH           a new element; MODE: clip or stream; AT: start or
 *                                                     centre, of points; LENGTH: of the stream, if each
 *                                                     window is a whole clip
 *     stream-start ID
 *     caps CAPS
 *     segment RATE START STOP BASE TIME POSITION
 *     buffer NUMBER PTS DURATION LEVEL                LEVEL: score of class 0, 0 to 255
 *     gap PTS DURATION | flush | eos | reconfigure | qos | custom
 *     set PROPERTY VALUE
 *     delay MICROSECONDS                              of the device
 *     restart STATE                                   through that state and back
 *     end                                             answered by a line "end"
 *
 * Each line is answered by "flow NAME" where that is not OK, what comes out (walk_text.h), of streams
 * "history NUMBER ..." for each window that was recognised (fake_device.h), and "." */
#include "common/msnet_harness.h"
#include "fake_device.h"
#include "walk_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static guint64
parse_time (const gchar *text)
{
  return g_str_equal (text, "-") ? GST_CLOCK_TIME_NONE : g_ascii_strtoull (text, NULL, 10);
}

/* @pushed: (nullable): what went in last */
typedef struct
{
  MsnetHarness harness;
  GstBuffer *pushed;
} Walk;

static void
begin (MsnetHarness *harness, gchar **words)
{
  g_autofree gchar *model = msnet_test_model (g_str_equal (words[5], "centre") ? "tiny-centre" : "tiny-four");
  GstElement *element = msnet_test_element ();
  guint64 length = parse_time (words[6]);

  g_object_set (element, "model", model, NULL);
  gst_util_set_object_arg (G_OBJECT (element), "policy", words[1]);
  if (length == GST_CLOCK_TIME_NONE)
    g_object_set (element, "window", parse_time (words[2]), "hop", parse_time (words[3]), NULL);
  else
    gst_util_set_object_arg (G_OBJECT (element), "span", "clip");
  fake_device_set_delay (0);
  fake_device_set_stream (g_str_equal (words[4], "stream"));
  *harness = msnet_harness_new (element, NULL);
  if (length != GST_CLOCK_TIME_NONE)
    msnet_harness_set_duration (harness, length);
}

static void
push_caps (MsnetHarness *harness, const gchar *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  gst_harness_push_event (harness->harness, gst_event_new_caps (caps));
}

static void
push_segment (MsnetHarness *harness, gchar **words)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = g_ascii_strtod (words[1], NULL);
  segment.start = parse_time (words[2]);
  segment.stop = parse_time (words[3]);
  segment.base = parse_time (words[4]);
  segment.time = parse_time (words[5]);
  segment.position = parse_time (words[6]);
  gst_harness_push_event (harness->harness, gst_event_new_segment (&segment));
}

static void
push_buffer (Walk *walk, gchar **words)
{
  MsnetHarness *harness = &walk->harness;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->harness->srcpad);
  guint64 number = GUINT64_TO_LE (parse_time (words[1]));
  guint8 level = atoi (words[4]);
  GstBuffer *buffer;
  GstVideoInfo info;
  GstFlowReturn flow;

  gst_video_info_from_caps (&info, caps);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, level, info.size);
  gst_buffer_fill (buffer, 0, &number, sizeof number);
  GST_BUFFER_PTS (buffer) = parse_time (words[2]);
  GST_BUFFER_DURATION (buffer) = parse_time (words[3]);
  gst_clear_buffer (&walk->pushed);
  walk->pushed = gst_buffer_copy_deep (buffer);
  flow = gst_harness_push (harness->harness, buffer);
  if (flow != GST_FLOW_OK)
    printf ("flow %s\n", gst_flow_get_name (flow));
}

static void
restart (MsnetHarness *harness, const gchar *state)
{
  gst_element_set_state (harness->element, g_str_equal (state, "NULL") ? GST_STATE_NULL : GST_STATE_READY);
  gst_element_set_state (harness->element, GST_STATE_PLAYING);
}

static void
push_event (MsnetHarness *harness, gchar **words)
{
  GstHarness *h = harness->harness;

  if (g_str_equal (words[0], "stream-start"))
    gst_harness_push_event (h, gst_event_new_stream_start (words[1]));
  else if (g_str_equal (words[0], "gap"))
    gst_harness_push_event (h, gst_event_new_gap (parse_time (words[1]), parse_time (words[2])));
  else if (g_str_equal (words[0], "eos"))
    gst_harness_push_event (h, gst_event_new_eos ());
  else if (g_str_equal (words[0], "reconfigure"))
    gst_harness_push_upstream_event (h, gst_event_new_reconfigure ());
  else if (g_str_equal (words[0], "qos"))
    gst_harness_push_upstream_event (h, gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 2, 1, 0));
  else if (g_str_equal (words[0], "custom"))
    gst_harness_push_event (
        h, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("somebody-elses")));
  else if (g_str_equal (words[0], "flush")) {
    gst_harness_push_event (h, gst_event_new_flush_start ());
    gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
  }
}

static void
obey (Walk *walk, const gchar *line)
{
  MsnetHarness *harness = &walk->harness;
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (g_str_equal (words[0], "walk"))
    begin (harness, words);
  else if (g_str_equal (words[0], "caps"))
    push_caps (harness, line + strlen ("caps "));
  else if (g_str_equal (words[0], "segment"))
    push_segment (harness, words);
  else if (g_str_equal (words[0], "buffer"))
    push_buffer (walk, words);
  else if (g_str_equal (words[0], "set"))
    gst_util_set_object_arg (G_OBJECT (harness->element), words[1], words[2]);
  else if (g_str_equal (words[0], "delay"))
    fake_device_set_delay (atoi (words[1]));
  else if (g_str_equal (words[0], "restart"))
    restart (harness, words[1]);
  else
    push_event (harness, words);
}

/* Whether @buffer holds the same pixels as @other, at the same time. */
static gboolean
is_same (GstBuffer *buffer, GstBuffer *other)
{
  GstMapInfo map;
  gboolean same;

  if (!gst_buffer_map (other, &map, GST_MAP_READ))
    g_error ("a buffer cannot be read");
  same = gst_buffer_get_size (buffer) == map.size && gst_buffer_memcmp (buffer, 0, map.data, map.size) == 0
         && GST_BUFFER_PTS (buffer) == GST_BUFFER_PTS (other)
         && GST_BUFFER_DURATION (buffer) == GST_BUFFER_DURATION (other);
  gst_buffer_unmap (other, &map);
  return same;
}

static void
add_buffer (GString *text, GstBuffer *buffer, GstBuffer *pushed)
{
  guint64 number;

  gst_buffer_extract (buffer, 0, &number, sizeof number);
  walk_text_add_buffer (text, GUINT64_FROM_LE (number), buffer);
  if (!is_same (buffer, pushed))
    g_string_append (text, "changed\n");
}

static void
print_outcome (Walk *walk)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree gchar *histories = NULL;
  MsnetHarness *harness = &walk->harness;
  GstBuffer *buffer;
  GstEvent *event;
  GstMessage *message;

  while ((buffer = gst_harness_try_pull (harness->harness)) != NULL) {
    add_buffer (text, buffer, walk->pushed);
    gst_buffer_unref (buffer);
  }
  while ((event = gst_harness_try_pull_event (harness->harness)) != NULL) {
    walk_text_add_event (text, event);
    gst_event_unref (event);
  }
  while ((event = gst_harness_try_pull_upstream_event (harness->harness)) != NULL)
    gst_event_unref (event);
  while ((message = msnet_harness_pop (harness, GST_MESSAGE_ANY)) != NULL) {
    walk_text_add_message (text, message);
    gst_message_unref (message);
  }
  walk_text_add_stats (text, harness->element);
  histories = fake_device_take_histories ();
  printf ("%s%s.\n", histories, text->str);
}

/* Within a test, because what checks needs one. */
GST_START_TEST (follow_walks)
{
  Walk walk = { 0 };
  char line[512];

  while (fgets (line, sizeof line, stdin) != NULL) {
    g_strstrip (line);
    if (g_str_equal (line, "end")) {
      msnet_harness_clear (&walk.harness);
      g_free (fake_device_take_histories ()); /* of what nobody waited for */
      gst_clear_buffer (&walk.pushed);
      printf ("end\n");
      continue;
    }
    obey (&walk, line);
    print_outcome (&walk);
  }
  fail_unless_equals_int (fake_device_count_engines (), 0);
}
GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite;
  TCase *tests;

  gst_check_init (&argc, &argv);
  fake_device_register_elements ();
  msnet_test_require_device ();
  suite = suite_create ("walk");
  tests = tcase_create ("walk");
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, follow_walks);
  tcase_set_timeout (tests, 0);
  return gst_check_run_suite (suite, "walk", __FILE__);
}
