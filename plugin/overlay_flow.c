#include "overlay_flow.h"

#include <math.h>

#define LOWEST_CONFIDENCE 0.1
#define LOWEST_SPEED 0.01 /* of the fastest that can be measured */
#define MEDIUM_SPEED 0.35 /* heights of the frame a second: drawn with strength 1 - 1 / e */

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
  return isfinite (cell.x) && isfinite (cell.y) && cell.confidence >= LOWEST_CONFIDENCE
         && isfinite (cell.confidence);
}

MsnetBox
msnet_flow_get_region (const MsnetCanvas *canvas, const MsnetMotion *motion)
{
  return (MsnetBox){ motion->region[0] * canvas->width, motion->region[1] * canvas->height,
    motion->region[2] * canvas->width, motion->region[3] * canvas->height };
}

void
msnet_flow_get_groups (
    const MsnetCanvas *canvas, const MsnetMotion *motion, gdouble size, guint *columns, guint *rows)
{
  MsnetBox region = msnet_flow_get_region (canvas, motion);

  *columns = CLAMP (round (region.width / size), 1.0, motion->width);
  *rows = CLAMP (round (region.height / size), 1.0, motion->height);
}

static guint
divide_up (guint dividend, guint divisor)
{
  return (dividend + divisor - 1) / divisor;
}

static gboolean
moves (const MsnetMotion *motion, gdouble x, gdouble y)
{
  gdouble limit_x = motion->limit[0] * LOWEST_SPEED;
  gdouble limit_y = motion->limit[1] * LOWEST_SPEED;

  return fabs (x) > limit_x || fabs (y) > limit_y;
}

gboolean
msnet_flow_get (const MsnetCanvas *canvas, const MsnetMotion *motion, guint column, guint columns, guint row,
    guint rows, MsnetFlow *flow)
{
  /* Groups share the cells that lie across their borders. */
  guint left = column * motion->width / columns, right = divide_up ((column + 1) * motion->width, columns);
  guint top = row * motion->height / rows, bottom = divide_up ((row + 1) * motion->height, rows);
  MsnetBox region = msnet_flow_get_region (canvas, motion);
  gdouble x = 0.0, y = 0.0, weight = 0.0;
  guint n_sure = 0;

  for (guint j = top; j < bottom; j++)
    for (guint i = left; i < right; i++) {
      Cell cell = get_cell (motion, i, j);
      if (!is_sure (cell))
        continue;
      x += cell.x * cell.confidence;
      y += cell.y * cell.confidence;
      weight += cell.confidence;
      n_sure++;
    }
  if (n_sure == 0 || 2 * n_sure < (right - left) * (bottom - top) || !moves (motion, x / weight, y / weight))
    return FALSE;
  flow->x = region.x + region.width * (column + 0.5) / columns;
  flow->y = region.y + region.height * (row + 0.5) / rows;
  flow->speed_x = x / weight * canvas->width;
  flow->speed_y = y / weight * canvas->height;
  flow->strength = 1.0 - exp (-hypot (flow->speed_x, flow->speed_y) / (MEDIUM_SPEED * canvas->height));
  return TRUE;
}
