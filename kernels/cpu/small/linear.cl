/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As linear of plain/linear.cl, for a CPU; channels a multiple of 8.
 *
 * A work-item makes one class for all frames, so that its weights are read from memory once.  Global size:
 * (classes). */

#include "cpu/vector.h"
#include "geometry.h"

kernel void
linear (global float *output, MsnetGeometry out, global const float *input, MsnetGeometry in,
    global const float *weights, global const float *bias, int frames)
{
  const int class_index = get_global_id (0);
  const int channels = in.channels;

  weights += class_index * channels;
  for (int frame = 0; frame < frames; frame++) {
    global const float *values = input + get_row (in, frame, 0);
    float8 even = 0.0f;
    float8 odd = 0.0f;
    int channel = 0;

    for (; channel + 16 <= channels; channel += 16) {
      even = fma (vload8 (0, weights + channel), vload8 (0, values + channel), even);
      odd = fma (vload8 (0, weights + channel + 8), vload8 (0, values + channel + 8), odd);
    }
    if (channel < channels)
      even = fma (vload8 (0, weights + channel), vload8 (0, values + channel), even);
    output[get_row (out, frame, 0) + class_index] = bias[class_index] + sum_8 (even + odd);
  }
}
