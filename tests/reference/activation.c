/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "activation.h"

/* The last of @grid parts of @size that begins at @at or before. */
static gsize
find_part (gsize at, gsize size, guint grid)
{
  gsize part = grid - 1;

  while (part * size / grid > at)
    part--;
  return part;
}

void
reference_activation (
    gfloat *output, const gfloat *input, const gfloat *weights, const MsnetShape *shape, guint grid)
{
  const gsize width = shape->width, cells = shape->height * width, channels = shape->channels;
  const gsize parts = (gsize)grid * grid;

  for (gsize cell = 0; cell < cells; cell++) {
    const gsize part
        = find_part (cell / width, shape->height, grid) * grid + find_part (cell % width, width, grid);
    gdouble sum = 0.0;

    for (gsize t = 0; t < shape->frames; t++)
      for (gsize c = 0; c < channels; c++)
        sum += weights[(t * parts + part) * channels + c] * (gdouble)input[(t * cells + cell) * channels + c];
    output[cell] = sum;
  }
}
