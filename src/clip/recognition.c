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

/* The cell of the upright picture that is cell @i in memory. */
static const gfloat *
find_upright (const MsnetField *field, guint i)
{
  const guint at[] = { i % field->size, i / field->size };
  guint upright[2];

  for (guint axis = 0; axis < 2; axis++) {
    upright[axis] = at[axis ^ !!field->turn.transposed];
    if (field->turn.mirrored[axis])
      upright[axis] = field->size - 1 - upright[axis];
  }
  return field->cells + 3 * (upright[1] * field->size + upright[0]);
}

static void
turn_region (MsnetField *field)
{
  const gdouble region[] = { field->region[0], field->region[1], field->region[2], field->region[3] };
  const gdouble limit[] = { field->limit[0], field->limit[1] };

  for (guint axis = 0; axis < 2; axis++) {
    guint in_memory = axis ^ !!field->turn.transposed;
    field->region[in_memory]
        = field->turn.mirrored[axis] ? 1.0 - region[axis] - region[2 + axis] : region[axis];
    field->region[2 + in_memory] = region[2 + axis];
    field->limit[in_memory] = limit[axis];
  }
}

void
msnet_field_turn_back (MsnetField *field)
{
  guint n = field->size * field->size;
  gfloat *cells = g_new (gfloat, n * 3);

  for (guint i = 0; i < n; i++) {
    const gfloat *from = find_upright (field, i);
    for (guint axis = 0; axis < 2; axis++)
      cells[3 * i + (axis ^ !!field->turn.transposed)]
          = field->turn.mirrored[axis] ? 0 - from[axis] : from[axis];
    cells[3 * i + 2] = from[2];
  }
  g_free (field->cells);
  field->cells = cells;
  turn_region (field);
  if (field->turn.transposed)
    field->aspect = 1.0 / field->aspect;
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
  msnet_field_free (recognition->field);
  g_free (recognition->probabilities);
  g_free (recognition);
}
