/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depthwise_conv2d.h"

#include "conv2d.h"

/* Sum over the part of the window from (top, left) on that is inside the frame. */
static gdouble
sum_window (const gfloat *frame, const gfloat *filter, const ReferenceDepthwise *sizes, gint top, gint left,
    guint channel)
{
  const gint kernel = sizes->kernel;
  gdouble sum = 0.0;

  for (gint y = 0; y < kernel; y++)
    for (gint x = 0; x < kernel; x++) {
      gint row = top + y, column = left + x;

      if (row >= 0 && row < (gint)sizes->height && column >= 0 && column < (gint)sizes->width)
        sum += (gdouble)filter[y * kernel + x]
               * frame[(row * sizes->width + column) * sizes->channels + channel];
    }
  return sum;
}

void
reference_depthwise_conv2d (gfloat *output, const gfloat *input, const gfloat *weights, const gfloat *bias,
    const ReferenceDepthwise *sizes)
{
  const gint stride = sizes->stride, height = sizes->height, width = sizes->width;
  const gsize frame_size = (gsize)height * width * sizes->channels;
  const gint top = reference_padding (sizes->padding, sizes->kernel, stride, height);
  const gint left = reference_padding (sizes->padding, sizes->kernel, stride, width);

  for (guint frame = 0; frame < sizes->frames; frame++)
    for (gint row = -top; row < height - top; row += stride)
      for (gint column = -left; column < width - left; column += stride)
        for (guint channel = 0; channel < sizes->channels; channel++) {
          gdouble sum = sum_window (input + frame * frame_size,
              weights + channel * sizes->kernel * sizes->kernel, sizes, row, column, channel);

          *output++ = reference_finish (sizes->epilogue, sum + bias[channel], 0.0);
        }
}
