/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/displacement.cl (formula and source are there), for a CPU; 8 <= patch <= 16: a row of
 * displacements is two vectors of eight that overlap.
 *
 * A work-item makes one row of one frame.  Global size: (height, frames). */

#include "cpu/vector.h"
#include "geometry.h"

/* Index of the first maximum of s[0 .. count - 1], count >= 8. */
OUT_OF_LINE int
find_best (global const float *s, int count)
{
  float8 best = vload8 (0, s + count - 8);
  float maximum;
  int p = 0;

  for (int i = 0; i + 8 <= count; i += 8)
    best = max (best, vload8 (0, s + i));
  maximum = max_8 (best);
  while (p + 8 <= count && !any (vload8 (0, s + p) == maximum))
    p += 8;
  while (p < count - 1 && s[p] != maximum)
    p++;
  return p;
}

/* x, y: the displacement in cells, not yet divided by the sum of the weights; z: that sum. */
OUT_OF_LINE float3
sum_weights (global const float *s, global const float *gauss, int patch, float best, float sharpness)
{
  const float8 lanes = (float8)(0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f);
  const float8 first_x = lanes - (float)(patch / 2);
  const float8 second_x = first_x + (float)(patch - 8);
  const float8 second_mask = select ((float8)(0.0f), (float8)(1.0f), lanes >= (float)(16 - patch));
  float8 sum = 0.0f;
  float8 sum_x = 0.0f;
  float8 sum_y = 0.0f;

  for (int y = 0; y < patch; y++, s += patch, gauss += 2 * patch - 1) {
    const float8 first = exp (fma (vload8 (0, s), vload8 (0, gauss), -best) * sharpness);
    const float8 second
        = exp (fma (vload8 (0, s + patch - 8), vload8 (0, gauss + patch - 8), -best) * sharpness)
          * second_mask;

    sum += first + second;
    sum_x = fma (first, first_x, fma (second, second_x, sum_x));
    sum_y = fma (first + second, (float8)(y - patch / 2), sum_y);
  }
  return (float3)(sum_8 (sum_x), sum_8 (sum_y), sum_8 (sum));
}

kernel void
displacement (global float *output, MsnetGeometry out, global const float *scores, MsnetGeometry in,
    global const float *gauss, int pairs, int width, int patch, float sharpness)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);

  scores += get_row (in, min (frame, pairs - 1), row);
  output += get_row (out, frame, row);
  for (int column = 0; column < width; column++, scores += patch * patch, output += out.channels) {
    const int best = find_best (scores, patch * patch);
    global const float *around
        = gauss + (patch - 1 - best / patch) * (2 * patch - 1) + patch - 1 - best % patch;
    const float3 sums = sum_weights (scores, around, patch, scores[best], sharpness);

    output[0] = sums.x / (sums.z * (float)(patch / 2));
    output[1] = sums.y / (sums.z * (float)(patch / 2));
    if (out.channels == 3)
      output[2] = scores[best];
  }
}
