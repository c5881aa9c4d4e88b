/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the clip ends that a stream shows.
 *
 * For the stream. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * msnet_clip_find_end:
 * @sink_pad: where the stream comes in; upstream is asked
 * @segment: of the stream, in time
 *
 * Returns: the PTS at which the segment stops or the stream ends, whichever is first; GST_CLOCK_TIME_NONE if
 *     neither is known
 */
GstClockTime msnet_clip_find_end (GstPad *sink_pad, const GstSegment *segment);

G_END_DECLS
