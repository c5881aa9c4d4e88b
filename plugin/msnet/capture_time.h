/* When a live frame was captured. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * msnet_capture_time:
 * @element: tells clock and base time
 * @running_time: of @buffer
 *
 * Returns: ns since the epoch (UTC): by the buffer's GstReferenceTimestampMeta (Unix or NTP time), else
 *     by the clocks: now, less the time that passed since the buffer's running time
 */
GstClockTime msnet_capture_time (GstElement *element, GstBuffer *buffer, GstClockTime running_time);

G_END_DECLS
