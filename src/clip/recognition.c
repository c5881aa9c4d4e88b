/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recognition.h"

#include <string.h>

MsnetField *
msnet_field_new (guint size, const gdouble region[4], guint64 start, guint64 end)
{
  MsnetField *field = g_new0 (MsnetField, 1);

  field->size = size;
  field->step = 1;
  field->cells = g_new0 (gfloat, size * size * 3);
  field->start = start;
  field->end = end;
  memcpy (field->region, region, sizeof field->region);
  return field;
}

void
msnet_field_free (MsnetField *field)
{
  if (field == NULL)
    return;
  g_free (field->cells);
  g_free (field);
}

void
msnet_field_scale (MsnetField *field, guint reach)
{
  gdouble seconds = (field->end - field->start) / 1e9;
  gdouble scale[2];

  for (guint axis = 0; axis < 2; axis++) {
    scale[axis] = field->region[2 + axis] / field->size / seconds;
    field->limit[axis] = reach * scale[axis];
  }
  for (guint i = 0; i < field->size * field->size; i++)
    for (guint axis = 0; axis < 2; axis++)
      field->cells[3 * i + axis] *= scale[axis];
}

/* Whether the middle of cells number @at along @axis lies in the frame. */
static gboolean
is_inside (const MsnetField *field, guint axis, guint at)
{
  gdouble middle = field->region[axis] + field->region[2 + axis] * (at + 0.5) / field->size;

  return middle >= 0.0 && middle <= 1.0;
}

void
msnet_field_clear_outside (MsnetField *field)
{
  for (guint i = 0; i < field->size * field->size; i++)
    if (!is_inside (field, 0, i % field->size) || !is_inside (field, 1, i / field->size))
      memset (field->cells + 3 * i, 0, 3 * sizeof *field->cells);
}

/* Which cell of the upright picture, of @size cells a side, is cell @i in memory. */
static guint
find_upright (MsnetTurn turn, guint size, guint i)
{
  const guint at[] = { i % size, i / size };
  guint upright[2];

  for (guint axis = 0; axis < 2; axis++) {
    upright[axis] = at[axis ^ !!turn.transposed];
    if (turn.mirrored[axis])
      upright[axis] = size - 1 - upright[axis];
  }
  return upright[1] * size + upright[0];
}

static void
turn_region (MsnetTurn turn, gdouble region[4])
{
  const gdouble upright[] = { region[0], region[1], region[2], region[3] };

  for (guint axis = 0; axis < 2; axis++) {
    guint in_memory = axis ^ !!turn.transposed;
    region[in_memory] = turn.mirrored[axis] ? 1.0 - upright[axis] - upright[2 + axis] : upright[axis];
    region[2 + in_memory] = upright[2 + axis];
  }
}

/* Cell @to becomes what cell @from is in the upright picture. */
static void
turn_cell (MsnetTurn turn, gfloat to[3], const gfloat from[3])
{
  for (guint axis = 0; axis < 2; axis++)
    to[axis ^ !!turn.transposed] = turn.mirrored[axis] ? 0 - from[axis] : from[axis];
  to[2] = from[2];
}

void
msnet_field_turn_back (MsnetField *field)
{
  const gdouble limit[] = { field->limit[0], field->limit[1] };
  guint n = field->size * field->size;
  gfloat *cells = g_new (gfloat, n * 3);

  for (guint i = 0; i < n; i++)
    turn_cell (field->turn, cells + 3 * i, field->cells + 3 * find_upright (field->turn, field->size, i));
  g_free (field->cells);
  field->cells = cells;
  turn_region (field->turn, field->region);
  for (guint axis = 0; axis < 2; axis++)
    field->limit[axis ^ !!field->turn.transposed] = limit[axis];
  if (field->turn.transposed)
    field->aspect = 1.0 / field->aspect;
}

MsnetActivationMap *
msnet_activation_map_new (guint size, const gdouble region[4])
{
  MsnetActivationMap *map = g_new0 (MsnetActivationMap, 1);

  map->size = size;
  map->cells = g_new0 (gfloat, size * size);
  memcpy (map->region, region, sizeof map->region);
  return map;
}

void
msnet_activation_map_free (MsnetActivationMap *map)
{
  if (map == NULL)
    return;
  g_free (map->cells);
  g_free (map);
}

void
msnet_activation_map_turn_back (MsnetActivationMap *map)
{
  const guint n = map->size * map->size;
  gfloat *cells = g_new (gfloat, n);

  for (guint i = 0; i < n; i++)
    cells[i] = map->cells[find_upright (map->turn, map->size, i)];
  g_free (map->cells);
  map->cells = cells;
  turn_region (map->turn, map->region);
}

MsnetRecognition *
msnet_recognition_new (guint n_classes)
{
  MsnetRecognition *recognition = g_new0 (MsnetRecognition, 1);

  recognition->n_classes = n_classes;
  recognition->probabilities = g_new0 (gfloat, n_classes);
  return recognition;
}

void
msnet_recognition_free (MsnetRecognition *recognition)
{
  if (recognition == NULL)
    return;
  msnet_activation_map_free (recognition->activation);
  msnet_field_free (recognition->field);
  g_free (recognition->probabilities);
  g_free (recognition);
}
