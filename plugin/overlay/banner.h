/* The banners beside the label: a ribbon in its class's colour for each action that is on, with how long it
 * has been on; a dark one, with how long it was, for each that has just ended.
 *
 * For msnetoverlay's scene. */
#pragma once

#include "canvas.h"
#include "ongoing.h"
#include "options.h"

G_BEGIN_DECLS

#define MSNET_BANNER_MOST 4 /* so many at once; further ones wait until one is gone */

/**
 * MsnetBanner: what is shown, and where.
 * @element: of which actions are shown; NULL: of all
 * @position: the corner
 * @label: what the label's panel covers, there; width 0: there is none
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

/* Returns: (transfer full) (nullable): NULL where nothing is on, or the frame has no room */
GstVideoOverlayRectangle *msnet_banner_draw (const MsnetCanvas *canvas, const MsnetBanner *banner);

/* Another string where, and only where, the banners would look different. */
gchar *msnet_banner_describe (const MsnetBanner *banner);

G_END_DECLS
