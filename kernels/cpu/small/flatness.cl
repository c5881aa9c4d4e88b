/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/flatness.cl, for a CPU, eight scores at a time; the bisection ends as soon as it has cut the
 * scores at the rank that is looked for.
 *
 * A work-item makes one row of one pair.  Global size: (height, pairs). */

#include "cpu/vector.h"
#include "geometry.h"

/* How many displacements along one axis stay inside [0, length) from `position`. */
static int
count_inside (int position, int length, int patch, int dilation)
{
  return min (patch / 2, (length - 1 - position) / dilation) + min (patch / 2, position / dilation) + 1;
}

/* The largest of s[0 .. count - 1] that is not above limit, and 0. */
OUT_OF_LINE float
find_largest (global const float *s, int count, float limit)
{
  float8 best = 0.0f;
  float largest;
  int p = 0;

  for (; p + 8 <= count; p += 8) {
    const float8 values = vload8 (0, s + p);

    best = max (best, select ((float8)(0.0f), values, values <= limit));
  }
  largest = max_8 (best);
  for (; p < count; p++)
    if (s[p] <= limit)
      largest = max (largest, s[p]);
  return largest;
}

/* How many of s[0 .. count - 1] are not above limit. */
static int
count_up_to (global const float *s, int count, float limit)
{
  int8 found = 0;
  int4 found4;
  int2 found2;
  int sum;
  int p = 0;

  for (; p + 8 <= count; p += 8)
    found -= vload8 (0, s + p) <= limit; /* -1 where it is true */
  found4 = found.lo + found.hi;
  found2 = found4.lo + found4.hi;
  sum = found2.x + found2.y;
  for (; p < count; p++)
    sum += s[p] <= limit;
  return sum;
}

/* The score that has `rank` others before it in ascending order. */
OUT_OF_LINE float
find_quantile (global const float *s, int count, int rank, float best)
{
  int low = 0;
  int high = as_int (best);

  while (low < high) {
    const int middle = low + (high - low) / 2;
    const int below = count_up_to (s, count, as_float (middle));

    if (below == rank + 1)
      return find_largest (s, count, as_float (middle));
    if (below > rank)
      high = middle;
    else
      low = middle + 1;
  }
  return as_float (low);
}

kernel void
flatness (global float *output, MsnetGeometry out, global const float *scores, MsnetGeometry in, int height,
    int width, int patch, int dilation)
{
  const int row = get_global_id (0);
  const int pair = get_global_id (1);
  const int count = patch * patch;

  scores += get_row (in, pair, row);
  output += get_row (out, pair, row);
  for (int column = 0; column < width; column++, scores += count) {
    const float best = find_largest (scores, count, INFINITY);
    const int inside
        = count_inside (row, height, patch, dilation) * count_inside (column, width, patch, dilation);
    const int rank = count - inside + (inside - 1) / 2;

    output[column] = best - find_quantile (scores, count, rank, best);
  }
}
