/* Why downstream refuses an event, told as it would be to a buffer: pushing an event answers yes or no alone.
 *
 * For msnetjson, which pushes more GAP events than buffers. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* @src_pad: an event that was pushed on it was refused
 *
 * Returns: what the next buffer would be told; GST_FLOW_OK where it would be taken: somebody downstream only does not
 *     like the event */
GstFlowReturn msnet_find_refusal (GstPad *src_pad);

G_END_DECLS
