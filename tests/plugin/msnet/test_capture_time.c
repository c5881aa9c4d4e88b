/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a frame was captured: by its own reference, else by the clocks. */
#include "msnet/capture_time.h"

#include <gst/check/gstcheck.h>

static GstBuffer *
make_buffer (const gchar *media_type, GstClockTime timestamp)
{
  GstBuffer *buffer = gst_buffer_new ();
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (media_type);

  gst_buffer_add_reference_timestamp_meta (buffer, caps, timestamp, GST_CLOCK_TIME_NONE);
  return buffer;
}

GST_START_TEST (test_references)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (gst_element_factory_make ("identity", NULL));
  g_autoptr (GstBuffer) unix_time = make_buffer ("timestamp/x-unix", 1700000000 * GST_SECOND + 5);
  g_autoptr (GstBuffer) ntp_time
      = make_buffer ("timestamp/x-ntp", (1700000000 + G_GUINT64_CONSTANT (2208988800)) * GST_SECOND + 7);

  fail_unless_equals_uint64 (msnet_capture_time (element, unix_time, 0), 1700000000 * GST_SECOND + 5);
  fail_unless_equals_uint64 (msnet_capture_time (element, ntp_time, 0), 1700000000 * GST_SECOND + 7);
}
GST_END_TEST;

GST_START_TEST (test_clocks)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (gst_element_factory_make ("identity", NULL));
  g_autoptr (GstBuffer) buffer = make_buffer ("timestamp/x-something-else", 1);
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  GstClockTime before = g_get_real_time () * GST_USECOND, after, time;

  gst_element_set_clock (element, clock);
  gst_element_set_base_time (element, gst_clock_get_time (clock) - 10 * GST_SECOND);
  time = msnet_capture_time (element, buffer, 8 * GST_SECOND); /* two seconds ago */
  after = g_get_real_time () * GST_USECOND;
  fail_unless (time + 3 * GST_SECOND > before && time + 2 * GST_SECOND <= after);
}
GST_END_TEST;

static Suite *
capture_time_suite (void)
{
  Suite *suite = suite_create ("capture_time");
  TCase *tests = tcase_create ("times");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_references);
  tcase_add_test (tests, test_clocks);
  return suite;
}

GST_CHECK_MAIN (capture_time)
