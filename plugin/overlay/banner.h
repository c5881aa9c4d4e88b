/* The banners beside the label.  Each action that is on has a ribbon in its class's colour, which counts
 * how long it has been on.  Each action that has just ended has a dark one, which shows how long it was.
 *
 * For msnetoverlay's scene. */
#pragma once

#include "canvas.h"
#include "ongoing.h"
#include "options.h"

G_BEGIN_DECLS

#define MSNET_BANNER_MOST 4 /* so many at once; others wait until one is gone */

/**
 * MsnetBanner: what is shown, and where.
 * @element: whose actions are shown; NULL: those of all
 * @position: the corner
 * @label: what the label's panel covers in that corner; width 0: there is none
 * @bottom: where the free part of the frame ends, in display pixels
 */
typedef struct
{
  const MsnetOngoing *ongoing;
  const gchar *element;
  MsnetOverlayPosition position;
  MsnetRectangle label;
  gdouble bottom;
} MsnetBanner;

/* Returns: (transfer full) (nullable): NULL if no action is on, or the frame has no room */
GstVideoOverlayRectangle *msnet_banner_draw (const MsnetCanvas *canvas, const MsnetBanner *banner);

/* Another string if, and only if, the banners would look different. */
gchar *msnet_banner_describe (const MsnetBanner *banner);

G_END_DECLS
