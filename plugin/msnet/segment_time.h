/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Media time of a stream in the times that users see.
 *
 * For what reports.  Any thread. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Times of @pts, which was inside @segment when its frame came; the segment's stop may have moved before it
 * since.
 *
 * Returns: GST_CLOCK_TIME_NONE if the segment has no such time */
GstClockTime msnet_to_running_time (const GstSegment *segment, GstClockTime pts);
GstClockTime msnet_to_stream_time (const GstSegment *segment, GstClockTime pts);

G_END_DECLS
