/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where drawings go: boxes of a frame, painted with cairo, that become rectangles of a
 * GstVideoOverlayComposition; and text in sizes that suit the frame.
 *
 * Coordinates are display pixels: as high as the frame's lines, and square whatever the video's pixels are.
 * For the drawings of msnetoverlay.  Any thread, one at a time. */
#pragma once

#include "palette.h"

#include <gst/video/video-overlay-composition.h>
#include <pango/pangocairo.h>

G_BEGIN_DECLS

/**
 * MsnetCanvas: a frame to draw on.
 * @width, @height: in display pixels
 * @frame_width, @frame_height: in the video's own pixels
 * @em: height of the label's font; @small: of all other text
 * @margin: kept free along the frame's border
 * @font: of the label
 * @opacity: of the whole drawing
 */
typedef struct
{
  gdouble width;
  gdouble height;
  gint frame_width;
  gint frame_height;
  gdouble em;
  gdouble small;
  gdouble margin;
  PangoFontDescription *font;
  gdouble opacity;
} MsnetCanvas;

typedef struct
{
  gdouble x;
  gdouble y;
  gdouble width;
  gdouble height;
} MsnetRectangle;

/* @font: Pango description; its size, if any, counts in pixels of a picture of 480 lines */
void msnet_canvas_init (MsnetCanvas *canvas, const GstVideoInfo *info, const gchar *font, gdouble opacity);
void msnet_canvas_clear (MsnetCanvas *canvas);

/* @region: x, y, width, height in fractions of the frame; a model that pads a picture sees more than it.
 *
 * Returns: FALSE if nothing of it lies in the frame, or it is larger than what anybody looks at */
gboolean msnet_canvas_shows (const gdouble region[4]);

/* Returns: where @region lies, in display pixels */
MsnetRectangle msnet_canvas_place (const MsnetCanvas *canvas, const gdouble region[4]);

typedef void (*MsnetDraw) (cairo_t *cairo, const MsnetCanvas *canvas, gconstpointer drawing);

/* Has @draw paint on a transparent surface that covers @box, in display pixels of the frame.
 *
 * Returns: (transfer full) (nullable): NULL if @box lies outside the frame or cannot be painted */
GstVideoOverlayRectangle *msnet_canvas_draw (
    const MsnetCanvas *canvas, MsnetRectangle box, MsnetDraw draw, gconstpointer drawing);

/* One line of text (UTF-8) in font size @size, cut after 256 characters, and with an ellipsis at @width (<
 * 0: never). */
PangoLayout *msnet_canvas_text (const MsnetCanvas *canvas, const gchar *text, gdouble size, gdouble width);

/* Returns: pixels; 0 for no @layout */
gdouble msnet_canvas_get_text_width (PangoLayout *layout);

/* As people write times: 1:02, or 1:00:02 for an hour or more. */
gchar *msnet_canvas_format_clock (guint64 seconds);

/* Paints @layout with its left edge at @x and the middle of its line at @y. */
void msnet_canvas_show (cairo_t *cairo, PangoLayout *layout, gdouble x, gdouble y);

void msnet_canvas_set_colour (cairo_t *cairo, MsnetColour colour, gdouble alpha);
void msnet_canvas_rounded (cairo_t *cairo, MsnetRectangle box, gdouble radius);

/* The dark translucent ground on which text can be read over any picture. */
void msnet_canvas_panel (cairo_t *cairo, const MsnetCanvas *canvas, MsnetRectangle box);

G_END_DECLS
