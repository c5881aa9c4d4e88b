/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a live frame was captured. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * msnet_capture_time:
 * @element: has the clock and the base time
 * @running_time: of @buffer
 *
 * Returns: ns since the epoch (UTC): by the buffer's GstReferenceTimestampMeta (Unix or NTP time),
 *     otherwise by the clocks: now, less the time that has passed since the buffer's running time
 */
GstClockTime msnet_capture_time (GstElement *element, GstBuffer *buffer, GstClockTime running_time);

G_END_DECLS
