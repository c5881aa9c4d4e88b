/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The motion field, drawn over the part of the frame that it covers.
 *
 * For msnetoverlay's picture. */
#pragma once

#include "layer.h"

G_BEGIN_DECLS

/* Left out: cells that are flat or little sure, speeds no larger than noise, and cells that move otherwise
 * than those around them.  Arrows keep clear of what the layers in front cover.  Nothing is drawn if nothing
 * moves. */
extern const MsnetOverlayLayer msnet_motion_layer;

G_END_DECLS
