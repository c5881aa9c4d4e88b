/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depthwise_conv2d.h"

/* Sum over the part of the window around (row, column) that is inside the frame. */
static gdouble
sum_window (const gfloat *frame, const gfloat *filter, const MsnetShape *shape, gint row, gint column,
    guint channel, gint kernel)
{
  gdouble sum = 0.0;

  for (gint y = 0; y < kernel; y++)
    for (gint x = 0; x < kernel; x++) {
      gint in_row = row + y - kernel / 2;
      gint in_column = column + x - kernel / 2;
      if (in_row >= 0 && in_row < (gint)shape->height && in_column >= 0 && in_column < (gint)shape->width)
        sum += (gdouble)filter[y * kernel + x]
               * frame[(in_row * shape->width + in_column) * shape->channels + channel];
    }
  return sum;
}

void
reference_depthwise_conv2d (gfloat *output, const gfloat *input, const gfloat *weights, const gfloat *bias,
    const MsnetShape *shape, guint kernel)
{
  gsize frame_size = (gsize)shape->height * shape->width * shape->channels;

  for (guint frame = 0; frame < shape->frames; frame++)
    for (guint row = 0; row < shape->height; row++)
      for (guint column = 0; column < shape->width; column++)
        for (guint channel = 0; channel < shape->channels; channel++) {
          gdouble sum = sum_window (input + frame * frame_size, weights + channel * kernel * kernel, shape,
              row, column, channel, kernel);
          *output++ = MAX (sum + bias[channel], 0.0);
        }
}
