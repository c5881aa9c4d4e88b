/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All layers over a frame, as they were drawn last: what looks as before is not drawn again.
 *
 * For msnetoverlay's scene.  One thread at a time. */
#pragma once

#include "layer.h"

G_BEGIN_DECLS

typedef struct _MsnetPicture MsnetPicture;

MsnetPicture *msnet_picture_new (void);
void msnet_picture_free (MsnetPicture *picture);

/* Another canvas or other options: each layer will be drawn anew. */
void msnet_picture_forget (MsnetPicture *picture);

/* Draws what looks different in @view, whose room is found here.
 *
 * Returns: (transfer none) (nullable): the same object while nothing changes; NULL: nothing to draw */
GstVideoOverlayComposition *msnet_picture_update (MsnetPicture *picture, MsnetView view);

G_END_DECLS
