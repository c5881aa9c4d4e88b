/* The motion field, drawn over the part of the frame that it is about.
 *
 * For msnetoverlay's scene. */
#pragma once

#include "canvas.h"
#include "options.h"
#include "meta/result_meta.h"

G_BEGIN_DECLS

/* Left out: cells that are flat or little sure, speeds too small to tell from noise, and cells that move
 * otherwise than those around them.
 * @taken: @n_taken boxes in which other things are drawn: arrows keep clear of them
 *
 * Returns: (transfer full) (nullable): NULL where nothing moves */
GstVideoOverlayRectangle *msnet_motion_draw (const MsnetCanvas *canvas, const MsnetMotion *motion,
    MsnetOverlayMotionStyle style, const MsnetRectangle *taken, guint n_taken);

G_END_DECLS
