/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segment_time.h"

/* The full forms know times after the segment's stop. */
GstClockTime
msnet_to_running_time (const GstSegment *segment, GstClockTime pts)
{
  guint64 time;

  return gst_segment_to_running_time_full (segment, GST_FORMAT_TIME, pts, &time) > 0 ? time
                                                                                     : GST_CLOCK_TIME_NONE;
}

GstClockTime
msnet_to_stream_time (const GstSegment *segment, GstClockTime pts)
{
  guint64 time;

  return gst_segment_to_stream_time_full (segment, GST_FORMAT_TIME, pts, &time) > 0 ? time
                                                                                    : GST_CLOCK_TIME_NONE;
}
