/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the camera does, as signs with numbers: an arrow for pan and tilt, a diagonal for zoom, an arc for
 * roll.
 *
 * For msnetoverlay's picture. */
#pragma once

#include "layer.h"

G_BEGIN_DECLS

/* Those numbers that are more than noise, if most cells agree upon them.  They are in the other corner at
 * the label's edge of the frame; nothing is drawn if the camera is still, or the frame has no room beside
 * the label. */
extern const MsnetOverlayLayer msnet_camera_layer;

G_END_DECLS
