/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in the picture the score comes from, as heat over the part of the frame that the network sees.
 *
 * For msnetoverlay's picture. */
#pragma once

#include "layer.h"

G_BEGIN_DECLS

/* Cells that speak for the class more than the average of the frame's, from transparent to warm, up to the
 * one that does most.  Nothing is drawn where the others are, or if all cells speak alike. */
extern const MsnetOverlayLayer msnet_activation_layer;

G_END_DECLS
