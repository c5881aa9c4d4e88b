/* The panel with label and score of each element, in a corner of the frame.
 *
 * For msnetoverlay's scene. */
#pragma once

#include "canvas.h"
#include "options.h"
#include "meta/result_meta.h"

G_BEGIN_DECLS

/* @results: n > 0, one for each element; the first few are drawn
 * @bottom: where the free part of the frame ends, in display pixels
 *
 * Returns: (transfer full) (nullable): NULL if the frame has no room for text */
GstVideoOverlayRectangle *msnet_label_draw (const MsnetCanvas *canvas, const MsnetResult *results, guint n,
    MsnetOverlayPosition position, gdouble bottom);

/* Another string if, and only if, the panel would look different. */
gchar *msnet_label_describe (const MsnetResult *results, guint n);

G_END_DECLS
