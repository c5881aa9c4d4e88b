/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far the best score of a cell stands out: best minus median of those scores whose displacement stays
 * inside the map; the lower of the two middle ones if their number is even.
 *
 * Scores are never negative and are 0 outside, so the median of the inside ones is a quantile of all.  It
 * is found by bisection over the bits of a float, which are in the order of its values.
 *
 * flatness: [pairs, H, W, 1]; scores: [pairs, H, W, P P].  P: `patch`; D: `dilation`,
 * cells from one displacement to the next.
 *
 * A work-item makes one cell.  Global size: (cells). */

#include "geometry.h"

/* How many displacements along one axis stay inside [0, length) from `position`. */
static int
count_inside (int position, int length, int patch, int dilation)
{
  return min (patch / 2, (length - 1 - position) / dilation) + min (patch / 2, position / dilation) + 1;
}

/* The score that has `rank` others before it in ascending order. */
static float
find_quantile (global const float *s, int count, int rank, float best)
{
  int low = 0;
  int high = as_int (best);

  while (low < high) {
    const int middle = low + (high - low) / 2;
    int below = 0;

    for (int p = 0; p < count; p++)
      below += s[p] <= as_float (middle);
    if (below > rank)
      high = middle;
    else
      low = middle + 1;
  }
  return as_float (low);
}

kernel void
flatness (global float *output, MsnetGeometry out, global const float *scores, MsnetGeometry in, int pairs,
    int height, int width, int patch, int dilation)
{
  const Position position = get_position (get_global_id (0), height, width);
  const int count = patch * patch;
  const int inside = count_inside (position.row, height, patch, dilation)
                     * count_inside (position.column, width, patch, dilation);
  const int rank = count - inside + (inside - 1) / 2;
  global const float *s = scores + get_pixel (in, position);
  float best;

  if (position.frame >= pairs)
    return;
  best = s[0];
  for (int p = 1; p < count; p++)
    best = max (best, s[p]);
  output[get_pixel (out, position)] = best - find_quantile (s, count, rank, best);
}
