/* How drawings reach the picture: attached to the buffer where downstream takes
 * GstVideoOverlayCompositionMeta, blended into the pixels elsewhere.
 *
 * For msnetoverlay.  From the pads' query and event functions. */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* What both pads can do: any raw video that blending knows, and any at all where drawings are attached. */
GstCaps *msnet_negotiation_get_template (void);

/* What @pad can do, given what the peer of @other can; @filter: (nullable).
 * @sink: whether @pad is the sink pad
 *
 * Returns: (transfer full) */
GstCaps *msnet_negotiation_get_caps (GstPad *pad, GstPad *other, GstCaps *filter, gboolean sink);

/* Chooses for video of @caps, and sends caps downstream through @src_pad.
 * @attach: set to whether drawings are attached
 *
 * Returns: FALSE where downstream takes neither */
gboolean msnet_negotiation_choose (GstPad *src_pad, GstCaps *caps, gboolean *attach);

G_END_DECLS
