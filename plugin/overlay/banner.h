/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The banners beside the label.  Each action that is on has a ribbon in its class's colour, which counts
 * how long it has been on.  Each action that has just ended has a dark one, which shows how long it was.
 *
 * For msnetoverlay's picture. */
#pragma once

#include "layer.h"

G_BEGIN_DECLS

/* A few at once; further ones wait until one is gone.  Nothing is drawn if nothing is on, or the frame
 * has no room. */
extern const MsnetOverlayLayer msnet_banner_layer;

G_END_DECLS
