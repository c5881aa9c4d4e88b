/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds out why downstream refuses an event.  Pushing an event returns only yes or no; pushing a buffer
 * would return the reason.
 *
 * For msnetjson, which pushes more GAP events than buffers. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* @src_pad: an event that was pushed on it was refused
 *
 * Returns: what pushing the next buffer would return; GST_FLOW_OK if it would be taken, because an element
 *     downstream refuses only the event */
GstFlowReturn msnet_find_refusal (GstPad *src_pad);

G_END_DECLS
