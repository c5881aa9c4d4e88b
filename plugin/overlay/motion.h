/* The motion field, drawn over the part of the frame that it covers.
 *
 * For msnetoverlay's scene. */
#pragma once

#include "canvas.h"
#include "options.h"
#include "meta/result_meta.h"

G_BEGIN_DECLS

/* Leaves out cells that are flat or have little confidence, speeds too small to distinguish from noise, and
 * cells that move otherwise than those around them.
 * @taken: @n_taken boxes in which other things are drawn; arrows keep clear of them
 *
 * Returns: (transfer full) (nullable): NULL if nothing moves */
GstVideoOverlayRectangle *msnet_motion_draw (const MsnetCanvas *canvas, const MsnetMotion *motion,
    MsnetOverlayMotionStyle style, const MsnetRectangle *taken, guint n_taken);

G_END_DECLS
