/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The panel with label and score of each element, in a corner of the frame.
 *
 * For msnetoverlay's picture. */
#pragma once

#include "layer.h"

G_BEGIN_DECLS

/* The first few results; nothing is drawn if there is none, or the frame has no room for text. */
extern const MsnetOverlayLayer msnet_label_layer;

G_END_DECLS
