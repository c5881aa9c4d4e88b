/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/activation.cl, for a CPU; channels a multiple of 8.
 *
 * A work-item makes one cell.  Global size: (width, height).
 *
 * INPUT_BF16   see storage.h */

#include "cpu/vector_storage.h"
#include "geometry.h"

kernel void
activation (global float *output, MsnetGeometry out, global const input_element *input, MsnetGeometry in,
    global const float *weights, MsnetGeometry shares, int frames, int height, int width, int grid)
{
  Position cell = { 0, get_global_id (1), get_global_id (0) };
  float8 even = 0.0f;
  float8 odd = 0.0f;

  output += get_pixel (out, cell);
  weights += get_part (cell, height, width, grid) * in.channels;
  for (; cell.frame < frames; cell.frame++) {
    global const input_element *values = input + get_pixel (in, cell);
    global const float *factors = weights + get_row (shares, cell.frame, 0);
    int channel = 0;

    for (; channel + 16 <= in.channels; channel += 16) {
      even = fma (vload8 (0, factors + channel), LOAD_INPUT (0, values + channel), even);
      odd = fma (vload8 (0, factors + channel + 8), LOAD_INPUT (0, values + channel + 8), odd);
    }
    if (channel < in.channels)
      even = fma (vload8 (0, factors + channel), LOAD_INPUT (0, values + channel), even);
  }
  *output = sum_8 (even + odd);
}
