/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "capture_time.h"

#define NTP_TO_UNIX (G_GUINT64_CONSTANT (2208988800) * GST_SECOND) /* from 1900 to 1970 */

static GstClockTime
get_reference (GstBuffer *buffer, const gchar *media_type)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (media_type);
  GstReferenceTimestampMeta *meta = gst_buffer_get_reference_timestamp_meta (buffer, caps);

  return meta != NULL ? meta->timestamp : GST_CLOCK_TIME_NONE;
}

/* How long ago @running_time was, by the pipeline's clock. */
static GstClockTime
get_delay (GstElement *element, GstClockTime running_time)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (element);
  GstClockTime now;

  if (clock == NULL || !GST_CLOCK_TIME_IS_VALID (running_time))
    return 0;
  now = gst_clock_get_time (clock) - gst_element_get_base_time (element);
  return now > running_time ? now - running_time : 0;
}

GstClockTime
msnet_capture_time (GstElement *element, GstBuffer *buffer, GstClockTime running_time)
{
  GstClockTime unix_time = get_reference (buffer, "timestamp/x-unix");
  GstClockTime ntp_time = get_reference (buffer, "timestamp/x-ntp");

  if (GST_CLOCK_TIME_IS_VALID (unix_time))
    return unix_time;
  if (GST_CLOCK_TIME_IS_VALID (ntp_time) && ntp_time >= NTP_TO_UNIX)
    return ntp_time - NTP_TO_UNIX;
  return g_get_real_time () * GST_USECOND - get_delay (element, running_time);
}
