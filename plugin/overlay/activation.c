/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "activation.h"

#include <math.h>

#define FINEST 64       /* points on a side: cairo enlarges them without visible edges */
#define DENSEST 0.62    /* opacity of the warmest place */
#define COLDEST 0.25    /* what is less warm is not drawn; the average is 0, the warmest 1 */
#define FLATTEST 0.05   /* the warmest cell is so much above the average, of the largest value, at least */
#define FIRST_WARM 0.45 /* of the colours of heat */
#define TAPS 4

/* A grid of values over a region of the frame.
 * @seen: the region, and perhaps a part of a cell around it, which looks as the last cells do */
typedef struct
{
  MsnetRectangle region;
  MsnetRectangle seen;
  guint columns;
  guint rows;
  gdouble *values;
} Grid;

/* What is drawn. */
typedef struct
{
  Grid heat; /* 0: average or less, 1: the warmest place */
  cairo_surface_t *surface;
} Heat;

static gdouble
get_cell (const MsnetActivation *activation, guint column, guint row)
{
  const guint8 *data = g_bytes_get_data (activation->map, NULL);

  return GST_READ_FLOAT_LE (data + ((gsize)row * activation->width + column) * sizeof (gfloat));
}

/* Whether the middle of cell number @at of @n, from @begin on over @length frames, lies in the frame. */
static gboolean
is_inside (gdouble begin, gdouble length, guint at, guint n)
{
  gdouble middle = begin + length * (at + 0.5) / n;

  return middle >= 0.0 && middle <= 1.0;
}

static gboolean
is_in_frame (const MsnetActivation *activation, guint column, guint row)
{
  const gdouble *region = activation->region;

  return is_inside (region[0], region[2], column, activation->width)
         && is_inside (region[1], region[3], row, activation->height);
}

/* The average and the largest value of the cells in the frame; others count for neither.  FALSE: all are
 * alike, or one is no number. */
static gboolean
find_range (const MsnetActivation *activation, gdouble *average, gdouble *largest)
{
  gdouble sum = 0.0, farthest = 0.0;
  guint n = 0;

  *largest = -G_MAXDOUBLE;
  for (gint row = 0; row < activation->height; row++)
    for (gint column = 0; column < activation->width; column++) {
      gdouble value = get_cell (activation, column, row);
      if (!isfinite (value))
        return FALSE;
      if (!is_in_frame (activation, column, row))
        continue;
      sum += value;
      *largest = MAX (*largest, value);
      farthest = MAX (farthest, fabs (value));
      n++;
    }
  *average = n > 0 ? sum / n : 0.0;
  return n > 0 && *largest - *average > FLATTEST * farthest;
}

/* The cubic B-spline: of the @n cells around @place which four count, and how much.  Those beyond the border
 * are as the last ones. */
static void
get_taps (gdouble place, guint n, guint at[TAPS], gdouble share[TAPS])
{
  const gdouble first = floor (place), t = place - first;

  for (gint i = 0; i < TAPS; i++)
    at[i] = CLAMP (first + i - 1, 0.0, n - 1.0);
  share[0] = (1.0 - t) * (1.0 - t) * (1.0 - t) / 6.0;
  share[1] = (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0;
  share[3] = t * t * t / 6.0;
  share[2] = 1.0 - share[0] - share[1] - share[3];
}

/* Each cell's warmth, [0, 1]; beyond the frame none. */
static Grid
get_warmth (const MsnetActivation *activation, gdouble average, gdouble largest)
{
  Grid grid = { .columns = activation->width, .rows = activation->height };

  grid.values = g_new0 (gdouble, (gsize)grid.columns * grid.rows);
  for (guint row = 0; row < grid.rows; row++)
    for (guint column = 0; column < grid.columns; column++)
      if (is_in_frame (activation, column, row))
        grid.values[(gsize)row * grid.columns + column]
            = MAX ((get_cell (activation, column, row) - average) / (largest - average), 0.0);
  return grid;
}

/* Returns: @grid along one axis with @factor points for each, and the axes exchanged */
static Grid
enlarge (Grid grid, guint factor)
{
  Grid wide = { .columns = grid.rows, .rows = grid.columns * factor };

  wide.values = g_new0 (gdouble, (gsize)wide.columns * wide.rows);
  for (guint i = 0; i < wide.rows; i++) {
    guint at[TAPS];
    gdouble share[TAPS];

    get_taps ((i + 0.5) / factor - 0.5, grid.columns, at, share);
    for (guint k = 0; k < wide.columns; k++)
      for (guint tap = 0; tap < TAPS; tap++)
        wide.values[(gsize)i * wide.columns + k]
            += share[tap] * grid.values[(gsize)k * grid.columns + at[tap]];
  }
  return wide;
}

/* The spline blurs a single warm cell: what is warmest is 1 again. */
static void
stretch (Grid *grid)
{
  const gsize n = (gsize)grid->columns * grid->rows;
  gdouble largest = 0.0;

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, grid->values[i]);
  for (gsize i = 0; i < n && largest > 0.0; i++)
    grid->values[i] /= largest;
}

/* Moves @begin and @length where cells of @cell end less than one from the border of a frame of @size: what
 * lies between is seen by these cells, too. */
static void
reach_border (gdouble *begin, gdouble *length, gdouble cell, gdouble size)
{
  gdouble end = *begin + *length;

  if (*begin > 0.0 && *begin < cell)
    *begin = 0.0;
  if (end < size && end > size - cell)
    end = size;
  *length = end - *begin;
}

static MsnetRectangle
find_seen (const MsnetCanvas *canvas, const MsnetActivation *activation, MsnetRectangle region)
{
  reach_border (&region.x, &region.width, region.width / activation->width, canvas->width);
  reach_border (&region.y, &region.height, region.height / activation->height, canvas->height);
  return region;
}

static Grid
smooth (const MsnetCanvas *canvas, const MsnetActivation *activation, gdouble average, gdouble largest)
{
  Grid cells = get_warmth (activation, average, largest);
  Grid across = enlarge (cells, MAX (FINEST / cells.columns, 1));
  Grid grid = enlarge (across, MAX (FINEST / cells.rows, 1));

  stretch (&grid);
  grid.region = msnet_canvas_place (canvas, activation->region);
  grid.seen = find_seen (canvas, activation, grid.region);
  g_free (cells.values);
  g_free (across.values);
  return grid;
}

/* One pixel of cairo's ARGB32. */
static guint32
get_pixel (gdouble warmth)
{
  const gdouble part = CLAMP ((warmth - COLDEST) / (1.0 - COLDEST), 0.0, 1.0);
  const gdouble alpha = DENSEST * part * (2.0 - part) * 255.0;
  const MsnetColour colour = msnet_colour_of_heat (FIRST_WARM + (1.0 - FIRST_WARM) * part);

  return (guint32)lround (alpha) << 24 | (guint32)lround (alpha * colour.red) << 16
         | (guint32)lround (alpha * colour.green) << 8 | (guint32)lround (alpha * colour.blue);
}

/* One pixel a point, which cairo enlarges.  Without memory the surface is in error, and painting with it does
 * nothing. */
static cairo_surface_t *
paint_points (const Grid *grid)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, grid->columns, grid->rows);
  guint8 *data = cairo_image_surface_get_data (surface);
  const gint stride = cairo_image_surface_get_stride (surface);

  if (data == NULL)
    return surface;
  cairo_surface_flush (surface);
  for (guint row = 0; row < grid->rows; row++)
    for (guint column = 0; column < grid->columns; column++)
      ((guint32 *)(data + (gsize)row * stride))[column]
          = get_pixel (grid->values[(gsize)row * grid->columns + column]);
  cairo_surface_mark_dirty (surface);
  return surface;
}

static void
draw_heat (cairo_t *cairo, const MsnetCanvas *canvas, gconstpointer drawing)
{
  const Heat *heat = drawing;
  const Grid *grid = &heat->heat;

  cairo_rectangle (cairo, grid->seen.x, grid->seen.y, grid->seen.width, grid->seen.height);
  cairo_clip (cairo);
  cairo_translate (cairo, grid->region.x, grid->region.y);
  cairo_scale (cairo, grid->region.width / grid->columns, grid->region.height / grid->rows);
  cairo_set_source_surface (cairo, heat->surface, 0.0, 0.0);
  cairo_pattern_set_filter (cairo_get_source (cairo), CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend (cairo_get_source (cairo), CAIRO_EXTEND_PAD);
  cairo_paint (cairo);
}

/* From a region's begin and length to those of its points @first to @last, of @n, and a point around them;
 * the outermost ones reach to the ends of what is seen. */
static void
find_span (
    guint first, guint last, guint n, gdouble *begin, gdouble *length, gdouble seen, gdouble seen_length)
{
  const gdouble point = *length / n, seen_end = seen + seen_length;
  const gdouble start = first == 0 ? seen : *begin + (first - 1.0) * point;
  const gdouble end = last + 1 == n ? seen_end : *begin + (last + 2.0) * point;

  *begin = start;
  *length = end - start;
}

/* The smallest box that holds all that is warm. */
static MsnetRectangle
find_box (const Grid *grid)
{
  guint left = grid->columns, top = grid->rows, right = 0, bottom = 0;
  MsnetRectangle box = grid->region;

  for (guint row = 0; row < grid->rows; row++)
    for (guint column = 0; column < grid->columns; column++)
      if (grid->values[(gsize)row * grid->columns + column] > COLDEST) {
        left = MIN (left, column);
        right = MAX (right, column);
        top = MIN (top, row);
        bottom = MAX (bottom, row);
      }
  find_span (left, right, grid->columns, &box.x, &box.width, grid->seen.x, grid->seen.width);
  find_span (top, bottom, grid->rows, &box.y, &box.height, grid->seen.y, grid->seen.height);
  return box;
}

static GstVideoOverlayRectangle *
draw (const MsnetView *view)
{
  GstVideoOverlayRectangle *rectangle;
  gdouble average, largest;
  Heat heat;

  if (!msnet_canvas_shows (view->activation->region) || !find_range (view->activation, &average, &largest))
    return NULL;
  heat.heat = smooth (view->canvas, view->activation, average, largest);
  heat.surface = paint_points (&heat.heat);
  rectangle = msnet_canvas_draw (view->canvas, find_box (&heat.heat), draw_heat, &heat);
  cairo_surface_destroy (heat.surface);
  g_free (heat.heat.values);
  return rectangle;
}

static void
describe (const MsnetView *view, MsnetLook *look)
{
  if (view->activation->width == 0 || !view->options->activation)
    return;
  msnet_look_add_uint64 (look, view->activation->element_id);
  msnet_look_add_uint64 (look, view->activation->index);
}

const MsnetOverlayLayer msnet_activation_layer = { .describe = describe, .draw = draw };
