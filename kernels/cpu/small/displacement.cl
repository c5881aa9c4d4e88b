/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/displacement.cl (formulas and source are there), for a CPU, eight displacements at a time;
 * patch >= 3.
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

/* x, y: the displacement in steps, not yet divided by the sum of the weights; z: that sum.
 *
 * The last vector of a row reaches into the next row, and that of the last row starts further left: only
 * what belongs to the row and was not there before counts.  Of gauss, up to eight values before and after
 * the ones that belong to `s` are read, and do not count. */
OUT_OF_LINE float3
sum_weights (global const float *s, global const float *gauss, int patch, float best, float sharpness)
{
  const float8 lanes = (float8)(0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f);
  const int last = patch * patch - 8; /* where the last vector starts */
  float8 sum = 0.0f;
  float8 sum_x = 0.0f;
  float8 sum_y = 0.0f;

  for (int y = 0; y < patch; y++)
    for (int begin = 0; begin < patch; begin += 8) {
      const int x = min (begin, last - y * patch);
      const float8 scores = vload8 (0, s + y * patch + x);
      const float8 columns = lanes + (float)x;
      float8 weight = exp (fma (scores, vload8 (0, gauss + y * (2 * patch - 1) + x), -best) * sharpness);

      if (begin + 8 > patch)
        weight = select ((float8)(0.0f), weight, columns >= (float)begin && columns < (float)patch);
      sum += weight;
      sum_x = fma (weight, columns - (float)(patch / 2), sum_x);
      sum_y = fma (weight, (float8)(y - patch / 2), sum_y);
    }
  return (float3)(sum_8 (sum_x), sum_8 (sum_y), sum_8 (sum));
}

/* gauss: with `margin` values before and after it */
kernel void
displacement (global float *output, MsnetGeometry out, global const float *scores, MsnetGeometry in,
    global const float *gauss, int margin, int pairs, int width, int patch, float sharpness, int confidence)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);

  gauss += margin;
  scores += get_row (in, min (frame, pairs - 1), row);
  output += get_row (out, frame, row);
  for (int column = 0; column < width; column++, scores += patch * patch, output += out.channels) {
    const int best = find_best (scores, patch * patch);
    global const float *around
        = gauss + (patch - 1 - best / patch) * (2 * patch - 1) + patch - 1 - best % patch;
    const float3 sums = sum_weights (scores, around, patch, scores[best], sharpness);

    output[0] = sums.x / (sums.z * (float)(patch / 2));
    output[1] = sums.y / (sums.z * (float)(patch / 2));
    if (confidence)
      output[2] = scores[best];
  }
}
