/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Convolution of each channel by itself, stride 1, with ReLU:
 *
 *   output[t, y, x, c] = max (0, bias[c] + sum over ky, kx of
 *       weights[ky, kx, c] input[t, y + ky - K/2, x + kx - K/2, c])
 *
 * output, input: [T, H, W, C], the input with a halo of zeros of K/2 or more; weights: [K][K][pitch],
 * pitch >= C. K: `size`.
 *
 * A work-item makes one value.  Global size: (values). */

#include "geometry.h"

kernel void
depthwise_conv2d (global float *output, MsnetGeometry out, global const float *input, MsnetGeometry in,
    global const float *weights, global const float *bias, int frames, int height, int width, int size,
    int pitch)
{
  const int index = get_global_id (0);
  const int channels = in.channels;
  const int channel = index % channels;
  const Position position = get_position (index / channels, height, width);
  float sum;

  if (position.frame >= frames)
    return;
  input += get_pixel (in, position) - size / 2 * (in.row + channels) + channel;
  sum = bias[channel];
  for (int y = 0; y < size; y++)
    for (int x = 0; x < size; x++)
      sum += weights[(y * size + x) * pitch + channel] * input[y * in.row + x * channels];
  output[get_pixel (out, position) + channel] = max (sum, 0.0f);
}
