/* What the camera does, as signs with numbers: an arrow for pan and tilt, a diagonal for zoom, an arc for
 * roll.
 *
 * For msnetoverlay's scene. */
#pragma once

#include "canvas.h"
#include "options.h"
#include "meta/result_meta.h"

G_BEGIN_DECLS

/* Draws those numbers of @motion that are more than noise, if most cells agree on them.
 * @position: the label's corner; the signs are in the other corner at the same edge of the frame
 * @label: what the label's panel covers; width 0: there is none
 * @bottom: where the free part of the frame ends, in display pixels
 *
 * Returns: (transfer full) (nullable): NULL if the camera is still, or the frame has no room beside the
 *     label */
GstVideoOverlayRectangle *msnet_camera_draw (const MsnetCanvas *canvas, const MsnetMotion *motion,
    MsnetOverlayPosition position, MsnetRectangle label, gdouble bottom);

/* Another string if, and only if, the signs would look different in the same place. */
gchar *msnet_camera_describe (const MsnetCanvas *canvas, const MsnetMotion *motion);

G_END_DECLS
