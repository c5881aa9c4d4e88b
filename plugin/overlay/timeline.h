/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The strip along the foot of the frame: which label was on in the last ten seconds, as spans in the
 * colours of their classes over marks of stream time.
 *
 * For msnetoverlay's scene and picture. */
#pragma once

#include "layer.h"

G_BEGIN_DECLS

#define MSNET_TIMELINE_LENGTH (10 * GST_SECOND)

/* Each result that is on now goes on, paler, from the end of its element's lane.  Nothing is drawn if there
 * are no lanes, or no room. */
extern const MsnetOverlayLayer msnet_timeline_layer;

G_END_DECLS
