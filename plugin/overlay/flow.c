/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flow.h"

#include <math.h>

#define LOWEST_CONFIDENCE 0.5 /* a cosine */
#define HIGHEST_CONFIDENCE 2.0
#define LOWEST_SPEED 0.01    /* of the fastest that can be measured */
#define HIGHEST_SPEED 1e4    /* frames a second: what is faster is no motion, whoever says so */
#define LEAST_AGREEMENT 0.35 /* how much of a group's speed the cells around it share */
#define MEDIUM_SPEED 0.35    /* heights of the frame a second: drawn with strength 1 - 1 / e */

typedef struct
{
  gfloat x;
  gfloat y;
  gfloat confidence;
} Cell;

static Cell
get_cell (const MsnetMotion *motion, guint column, guint row)
{
  const guint8 *data = g_bytes_get_data (motion->field, NULL);

  data += ((gsize)row * motion->width + column) * 3 * sizeof (gfloat);
  return (Cell){ GST_READ_FLOAT_LE (data), GST_READ_FLOAT_LE (data + 4), GST_READ_FLOAT_LE (data + 8) };
}

static gboolean
is_sure (Cell cell)
{
  return fabsf (cell.x) <= HIGHEST_SPEED && fabsf (cell.y) <= HIGHEST_SPEED
         && cell.confidence >= LOWEST_CONFIDENCE && cell.confidence <= HIGHEST_CONFIDENCE;
}

void
msnet_flow_get_groups (
    const MsnetCanvas *canvas, const MsnetMotion *motion, gdouble size, guint *columns, guint *rows)
{
  MsnetRectangle region = msnet_canvas_place (canvas, motion->region);

  *columns = CLAMP (round (region.width / size), 1.0, motion->width);
  *rows = CLAMP (round (region.height / size), 1.0, motion->height);
}

static guint
divide_up (guint dividend, guint divisor)
{
  return (dividend + divisor - 1) / divisor;
}

/* The mean of the sure cells in columns [@left, @right) and rows [@top, @bottom), as far as there are any;
 * FALSE if fewer than half are sure. */
static gboolean
get_mean (const MsnetMotion *motion, gint left, gint right, gint top, gint bottom, Cell *mean)
{
  guint n = 0, n_sure = 0;

  *mean = (Cell){ 0 };
  for (gint row = MAX (top, 0); row < MIN (bottom, motion->height); row++)
    for (gint column = MAX (left, 0); column < MIN (right, motion->width); column++) {
      Cell cell = get_cell (motion, column, row);
      n++;
      if (!is_sure (cell))
        continue;
      mean->x += cell.x * cell.confidence;
      mean->y += cell.y * cell.confidence;
      mean->confidence += cell.confidence;
      n_sure++;
    }
  if (n_sure == 0 || 2 * n_sure < n)
    return FALSE;
  mean->x /= mean->confidence;
  mean->y /= mean->confidence;
  return TRUE;
}

static gboolean
moves (const MsnetMotion *motion, Cell mean)
{
  return fabs (mean.x) > motion->limit[0] * LOWEST_SPEED || fabs (mean.y) > motion->limit[1] * LOWEST_SPEED;
}

/* What moves in a picture is larger than a cell; noise is not.  @around: the mean with the cells around. */
static gboolean
agree (Cell mean, Cell around)
{
  gdouble others = around.confidence - mean.confidence;
  gdouble x = (around.x * around.confidence - mean.x * mean.confidence) / others;
  gdouble y = (around.y * around.confidence - mean.y * mean.confidence) / others;

  return others <= 0.0 || mean.x * x + mean.y * y >= LEAST_AGREEMENT * (mean.x * mean.x + mean.y * mean.y);
}

gboolean
msnet_flow_get (const MsnetCanvas *canvas, const MsnetMotion *motion, guint column, guint columns, guint row,
    guint rows, MsnetFlow *flow)
{
  /* Groups share the cells that lie across their borders. */
  gint left = column * motion->width / columns, right = divide_up ((column + 1) * motion->width, columns);
  gint top = row * motion->height / rows, bottom = divide_up ((row + 1) * motion->height, rows);
  MsnetRectangle region = msnet_canvas_place (canvas, motion->region);
  Cell mean, around;

  if (!get_mean (motion, left, right, top, bottom, &mean) || !moves (motion, mean))
    return FALSE;
  if (get_mean (motion, left - 1, right + 1, top - 1, bottom + 1, &around) && !agree (mean, around))
    return FALSE;
  flow->x = region.x + region.width * (column + 0.5) / columns;
  flow->y = region.y + region.height * (row + 0.5) / rows;
  flow->speed_x = mean.x * canvas->width;
  flow->speed_y = mean.y * canvas->height;
  flow->strength = 1.0 - exp (-hypot (flow->speed_x, flow->speed_y) / (MEDIUM_SPEED * canvas->height));
  return TRUE;
}
