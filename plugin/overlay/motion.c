/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "motion.h"

#include "flow.h"

#include <math.h>

#define ARROW_SPACING (1.0 / 13.0) /* of the frame's height */
#define ARROW_LONGEST 0.95         /* of the spacing */
#define ARROW_SHORTEST 0.28        /* of the spacing */
#define ARROW_LEAST 0.07           /* weaker motion would be dots */
#define DENSEST 0.7                /* opacity of the fastest colour */

static gdouble
get_spacing (const MsnetCanvas *canvas)
{
  return MAX (canvas->height * ARROW_SPACING, 12.0);
}

/* Along the x axis, around the origin: a shaft that widens, and a head. */
static void
arrow_path (cairo_t *cairo, gdouble length, gdouble spacing)
{
  gdouble head = MIN (length * 0.6, spacing * 0.36);
  gdouble half_head = MAX (head * 0.52, spacing * 0.06);
  gdouble half_shaft = half_head * 0.34;
  gdouble tip = length * 0.5;

  cairo_move_to (cairo, -tip, -half_shaft * 0.45);
  cairo_line_to (cairo, tip - head, -half_shaft);
  cairo_line_to (cairo, tip - head, -half_head);
  cairo_line_to (cairo, tip, 0.0);
  cairo_line_to (cairo, tip - head, half_head);
  cairo_line_to (cairo, tip - head, half_shaft);
  cairo_line_to (cairo, -tip, half_shaft * 0.45);
  cairo_close_path (cairo);
}

static void
draw_arrow (cairo_t *cairo, const MsnetFlow *flow, gdouble spacing)
{
  gdouble length = spacing * MAX (ARROW_LONGEST * flow->strength, ARROW_SHORTEST);

  cairo_save (cairo);
  cairo_translate (cairo, flow->x, flow->y);
  cairo_rotate (cairo, atan2 (flow->speed_y, flow->speed_x));
  arrow_path (cairo, length, spacing);
  cairo_restore (cairo);
  /* The dark outline is for bright pictures. */
  cairo_set_source_rgba (cairo, 0.0, 0.0, 0.0, 0.65);
  cairo_set_line_width (cairo, MAX (spacing * 0.055, 1.3));
  cairo_stroke_preserve (cairo);
  msnet_canvas_set_colour (cairo, msnet_colour_of_direction (flow->speed_x, flow->speed_y), 1.0);
  cairo_fill (cairo);
}

static gboolean
is_taken (const MsnetView *view, const MsnetFlow *flow, gdouble around)
{
  for (guint i = 0; i < view->n_taken; i++) {
    const MsnetRectangle *box = &view->taken[i];
    if (flow->x > box->x - around && flow->x < box->x + box->width + around && flow->y > box->y - around
        && flow->y < box->y + box->height + around)
      return TRUE;
  }
  return FALSE;
}

static void
draw_arrows (cairo_t *cairo, const MsnetCanvas *canvas, gconstpointer drawing)
{
  const MsnetView *view = drawing;
  gdouble spacing = get_spacing (canvas);
  guint columns, rows;
  MsnetFlow flow;

  cairo_set_line_join (cairo, CAIRO_LINE_JOIN_ROUND);
  msnet_flow_get_groups (canvas, view->motion, spacing, &columns, &rows);
  for (guint row = 0; row < rows; row++)
    for (guint column = 0; column < columns; column++)
      if (msnet_flow_get (canvas, view->motion, column, columns, row, rows, &flow)
          && flow.strength >= ARROW_LEAST && !is_taken (view, &flow, spacing * ARROW_LONGEST * 0.5))
        draw_arrow (cairo, &flow, spacing);
}

/* One pixel of cairo's ARGB32. */
static guint32
get_pixel (const MsnetFlow *flow, MsnetOverlayMotionStyle style)
{
  MsnetColour colour = style == MSNET_OVERLAY_MOTION_STYLE_HEAT
                           ? msnet_colour_of_heat (flow->strength)
                           : msnet_colour_of_direction (flow->speed_x, flow->speed_y);
  /* Heat shows speed by colour, so that it may be dense from the start. */
  gdouble density = flow->strength * (style == MSNET_OVERLAY_MOTION_STYLE_HEAT ? 5.0 : 1.6);
  gdouble alpha = DENSEST * MIN (density, 1.0) * 255.0;

  return (guint32)lround (alpha) << 24 | (guint32)lround (alpha * colour.red) << 16
         | (guint32)lround (alpha * colour.green) << 8 | (guint32)lround (alpha * colour.blue);
}

/* One pixel a cell, which cairo enlarges.  Without memory the surface is in error, and painting with it does
 * nothing. */
static cairo_surface_t *
draw_cells (const MsnetCanvas *canvas, const MsnetMotion *motion, MsnetOverlayMotionStyle style)
{
  cairo_surface_t *cells = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, motion->width, motion->height);
  guint8 *data = cairo_image_surface_get_data (cells);
  gint stride = cairo_image_surface_get_stride (cells);
  MsnetFlow flow;

  if (data == NULL)
    return cells;
  cairo_surface_flush (cells);
  for (gint row = 0; row < motion->height; row++) {
    guint32 *line = (guint32 *)(data + (gsize)row * stride);
    for (gint column = 0; column < motion->width; column++)
      if (msnet_flow_get (canvas, motion, column, motion->width, row, motion->height, &flow))
        line[column] = get_pixel (&flow, style);
  }
  cairo_surface_mark_dirty (cells);
  return cells;
}

static void
draw_dense (cairo_t *cairo, const MsnetCanvas *canvas, gconstpointer drawing)
{
  const MsnetView *view = drawing;
  const MsnetMotion *motion = view->motion;
  MsnetRectangle region = msnet_canvas_place (canvas, motion->region);
  cairo_surface_t *cells = draw_cells (canvas, motion, view->options->motion_style);

  cairo_translate (cairo, region.x, region.y);
  cairo_rectangle (cairo, 0.0, 0.0, region.width, region.height);
  cairo_clip (cairo);
  cairo_scale (cairo, region.width / motion->width, region.height / motion->height);
  cairo_set_source_surface (cairo, cells, 0.0, 0.0);
  cairo_pattern_set_filter (cairo_get_source (cairo), CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend (cairo_get_source (cairo), CAIRO_EXTEND_PAD);
  cairo_paint (cairo);
  cairo_surface_destroy (cells);
}

/* The smallest box that holds all cells that move, and what is drawn around them; FALSE: nothing moves. */
static gboolean
find_motion (const MsnetCanvas *canvas, const MsnetMotion *motion, MsnetRectangle *box)
{
  MsnetRectangle region = msnet_canvas_place (canvas, motion->region);
  gdouble around = get_spacing (canvas) + MAX (region.width / motion->width, region.height / motion->height);
  gdouble left = G_MAXDOUBLE, top = G_MAXDOUBLE, right = 0.0, bottom = 0.0;
  MsnetFlow flow;

  for (gint row = 0; row < motion->height; row++)
    for (gint column = 0; column < motion->width; column++)
      if (msnet_flow_get (canvas, motion, column, motion->width, row, motion->height, &flow)) {
        left = MIN (left, flow.x - around);
        right = MAX (right, flow.x + around);
        top = MIN (top, flow.y - around);
        bottom = MAX (bottom, flow.y + around);
      }
  *box = (MsnetRectangle){ left, top, right - left, bottom - top };
  return right > 0.0;
}

static GstVideoOverlayRectangle *
draw (const MsnetView *view)
{
  gboolean arrows = view->options->motion_style == MSNET_OVERLAY_MOTION_STYLE_ARROWS;
  MsnetRectangle box;

  if (!msnet_canvas_shows (view->motion->region) || !find_motion (view->canvas, view->motion, &box))
    return NULL;
  return msnet_canvas_draw (view->canvas, box, arrows ? draw_arrows : draw_dense, view);
}

static void
describe (const MsnetView *view, MsnetLook *look)
{
  if (view->motion->width == 0 || view->options->motion_style == MSNET_OVERLAY_MOTION_STYLE_NONE)
    return;
  msnet_look_add_uint64 (look, view->motion->element_id);
  msnet_look_add_uint64 (look, view->motion->index);
  for (guint i = 0; i < view->n_taken; i++) {
    msnet_look_add_double (look, view->taken[i].x);
    msnet_look_add_double (look, view->taken[i].y);
    msnet_look_add_double (look, view->taken[i].width);
    msnet_look_add_double (look, view->taken[i].height);
  }
}

const MsnetOverlayLayer msnet_motion_layer = { .describe = describe, .draw = draw };
