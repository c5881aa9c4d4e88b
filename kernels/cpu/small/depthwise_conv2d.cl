/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/depthwise_conv2d.cl, for a CPU, with any number of channels: a row is one string of width *
 * channels values, taken eight at a time.
 *
 * weights [K][K][pitch] and bias [pitch] repeat their channels up to `pitch`, the least common multiple of
 * channels and 8, so that eight neighbours always find their eight weights in a row.
 *
 * A work-item makes one row of one frame.  Global size: (height, frames). */

#include "geometry.h"

kernel void
depthwise_conv2d (global float *output, MsnetGeometry out, global const float *input, MsnetGeometry in,
    global const float *weights, global const float *bias, int width, int size, int pitch)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);
  const int channels = in.channels;
  const int values = width * channels;
  int i = 0;

  output += get_row (out, frame, row);
  input += get_row (in, frame, row - size / 2) - size / 2 * channels;
  for (int phase = 0; i + 8 <= values; i += 8) {
    float8 sum = vload8 (0, bias + phase);

    for (int y = 0; y < size; y++)
      for (int x = 0; x < size; x++)
        sum = fma (vload8 (0, weights + (y * size + x) * pitch + phase),
            vload8 (0, input + y * in.row + x * channels + i), sum);
    vstore8 (max (sum, 0.0f), 0, output + i);
    phase = phase + 8 < pitch ? phase + 8 : 0;
  }
  for (; i < values; i++) {
    float sum = bias[i % pitch];

    for (int y = 0; y < size; y++)
      for (int x = 0; x < size; x++)
        sum += weights[(y * size + x) * pitch + i % pitch] * input[y * in.row + x * channels + i];
    output[i] = max (sum, 0.0f);
  }
}
