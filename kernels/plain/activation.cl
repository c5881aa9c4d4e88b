/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in its frames a logit comes from:
 *
 *   map[y, x] = sum over t and c of weights[t, p, c] input[t, y, x, c]
 *
 * where p is the part of the map, of grid x grid, in which the cell lies (plain/pool.cl).
 *
 * output: [1, height, width, 1]; input: [T, height, width, C]; weights: [T, 1, 1, grid * grid * C].
 *
 * A work-item makes one cell.  Global size: (cells).
 *
 * INPUT_BF16   see storage.h */

#include "geometry.h"
#include "storage.h"

kernel void
activation (global float *output, MsnetGeometry out, global const input_element *input, MsnetGeometry in,
    global const float *weights, MsnetGeometry shares, int frames, int height, int width, int grid)
{
  Position cell = get_position (get_global_id (0), height, width);
  float sum = 0.0f;

  if (cell.frame > 0)
    return;
  output += get_pixel (out, cell);
  weights += get_part (cell, height, width, grid) * in.channels;
  for (; cell.frame < frames; cell.frame++) {
    global const float *factors = weights + get_row (shares, cell.frame, 0);
    const int place = get_pixel (in, cell);

    for (int channel = 0; channel < in.channels; channel++)
      sum += factors[channel] * GET_INPUT (input, place + channel);
  }
  *output = sum;
}
