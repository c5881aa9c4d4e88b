/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes the channels of each pixel a vector of length 1:
 *
 *   output[t, y, x, :] = input[t, y, x, :] / sqrt (sum over c of input[t, y, x, c]^2 + 1e-6)
 *
 * output, input: [T, H, W, C]; they may be the same tensor.
 *
 * A work-item makes one pixel.  Global size: (pixels). */

#include "geometry.h"

kernel void
normalize_channels (global float *output, MsnetGeometry out, global const float *input, MsnetGeometry in,
    int frames, int height, int width)
{
  const Position position = get_position (get_global_id (0), height, width);
  float sum = 1e-6f;
  float length;

  if (position.frame >= frames)
    return;
  input += get_pixel (in, position);
  output += get_pixel (out, position);
  for (int channel = 0; channel < in.channels; channel++)
    sum += input[channel] * input[channel];
  length = sqrt (sum);
  for (int channel = 0; channel < in.channels; channel++)
    output[channel] = input[channel] / length;
}
