/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pool.h"

static gfloat
find_maximum (const gfloat *frame, const MsnetShape *shape, gint row, gint column, guint channel)
{
  gfloat best = 0.0f;

  for (gint y = MAX (row - 1, 0); y <= MIN (row + 1, (gint)shape->height - 1); y++)
    for (gint x = MAX (column - 1, 0); x <= MIN (column + 1, (gint)shape->width - 1); x++)
      best = MAX (best, frame[(y * shape->width + x) * shape->channels + channel]);
  return best;
}

void
reference_max_pool (gfloat *output, const gfloat *input, const MsnetShape *shape)
{
  gsize frame_size = (gsize)shape->height * shape->width * shape->channels;

  for (guint frame = 0; frame < shape->frames; frame++)
    for (guint row = 0; row < shape->height; row += 2)
      for (guint column = 0; column < shape->width; column += 2)
        for (guint channel = 0; channel < shape->channels; channel++)
          *output++ = find_maximum (input + frame * frame_size, shape, row, column, channel);
}

void
reference_average_pool (gfloat *output, const gfloat *input, const MsnetShape *shape, guint grid)
{
  const guint channels = shape->channels;

  for (guint frame = 0; frame < shape->frames; frame++)
    for (guint part = 0; part < grid * grid; part++)
      for (guint channel = 0; channel < channels; channel++) {
        gdouble sum = 0.0;
        guint pixels = 0;

        for (guint row = part / grid * shape->height / grid; row < (part / grid + 1) * shape->height / grid;
             row++)
          for (guint column = part % grid * shape->width / grid;
               column < (part % grid + 1) * shape->width / grid; column++, pixels++)
            sum += input[(((gsize)frame * shape->height + row) * shape->width + column) * channels + channel];
        *output++ = sum / pixels;
      }
}
