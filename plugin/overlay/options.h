/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties of msnetoverlay. */
#pragma once

#include "meta/properties.h"

G_BEGIN_DECLS

typedef enum
{
  MSNET_OVERLAY_POSITION_TOP_LEFT,
  MSNET_OVERLAY_POSITION_TOP_RIGHT,
  MSNET_OVERLAY_POSITION_BOTTOM_LEFT,
  MSNET_OVERLAY_POSITION_BOTTOM_RIGHT,
} MsnetOverlayPosition;

typedef enum
{
  MSNET_OVERLAY_MOTION_STYLE_NONE,
  MSNET_OVERLAY_MOTION_STYLE_ARROWS,
  MSNET_OVERLAY_MOTION_STYLE_WHEEL,
  MSNET_OVERLAY_MOTION_STYLE_HEAT,
} MsnetOverlayMotionStyle;

#define MSNET_TYPE_OVERLAY_POSITION (msnet_overlay_position_get_type ())
GType msnet_overlay_position_get_type (void);

#define MSNET_TYPE_OVERLAY_MOTION_STYLE (msnet_overlay_motion_style_get_type ())
GType msnet_overlay_motion_style_get_type (void);

/**
 * MsnetOverlayOptions:
 * @element: name of the element whose results are drawn; NULL: of all
 * @font: Pango description; a size in it counts in pixels of a picture of 480 lines
 * @position: corner of the label
 * @timeline: draw the last ten seconds
 * @camera: draw what the camera does
 * @activation: draw where the best class's score comes from
 * @motion_style: how the motion field is drawn
 * @opacity: of the whole drawing, [0, 1]
 */
typedef struct
{
  gchar *element;
  gchar *font;
  MsnetOverlayPosition position;
  gboolean timeline;
  gboolean camera;
  gboolean activation;
  MsnetOverlayMotionStyle motion_style;
  gdouble opacity;
} MsnetOverlayOptions;

gboolean msnet_overlay_position_is_right (MsnetOverlayPosition position);
gboolean msnet_overlay_position_is_low (MsnetOverlayPosition position);

void msnet_overlay_options_install (GObjectClass *klass);

void msnet_overlay_options_copy (MsnetOverlayOptions *to, const MsnetOverlayOptions *from);
gboolean msnet_overlay_options_equal (const MsnetOverlayOptions *a, const MsnetOverlayOptions *b);
void msnet_overlay_options_clear (MsnetOverlayOptions *options);

G_END_DECLS
