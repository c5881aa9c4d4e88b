/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How drawings reach the picture: attached to the buffer if downstream takes
 * GstVideoOverlayCompositionMeta, otherwise blended into the pixels.
 *
 * For msnetoverlay.  From the pads' query and event functions. */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* What both pads can do: any raw video that blending knows, and any format at all if drawings are
 * attached. */
GstCaps *msnet_negotiation_get_template (void);

/* What @pad can do, given what the peer of @other can do.
 * @filter: (nullable)
 * @sink: whether @pad is the sink pad
 *
 * Returns: (transfer full) */
GstCaps *msnet_negotiation_get_caps (GstPad *pad, GstPad *other, GstCaps *filter, gboolean sink);

/* Chooses for video of @caps whether to attach or to blend, and sends caps downstream through @src_pad.
 * @attach: set to whether drawings are attached
 *
 * Returns: FALSE if downstream takes neither */
gboolean msnet_negotiation_choose (GstPad *src_pad, GstCaps *caps, gboolean *attach);

G_END_DECLS
