/* flatness[pair, y, x] = best minus median of the scores of a cell whose displacement stays inside the map; the
 * lower of the two middle ones where their number is even.  Scores are never negative and are 0 outside, so
 * the median of the inside ones is a quantile of all, found by bisection over the bits of a float, which
 * are in the order of its values.  flatness: [pairs, H, W, 1]; scores: [pairs, H, W, P P].
 * A work-item makes one cell. */

/* How many displacements of a patch stay inside [0, length) from `position`. */
static int
count_inside (int position, int length, int patch)
{
  return min (patch / 2, length - 1 - position) - max (-(patch / 2), -position) + 1;
}

kernel void
flatness (global float *output, Geometry out, global const float *scores, Geometry in, int pairs, int height,
    int width, int patch)
{
  int index = get_global_id (0);
  if (index >= pairs * height * width)
    return;
  int column = index % width;
  int row = index / width % height;
  int pair = index / width / height;
  int count = patch * patch;
  global const float *s = scores + get_row (in, pair, row) + column * count;

  float best = s[0];
  for (int p = 1; p < count; p++)
    best = max (best, s[p]);

  int inside = count_inside (row, height, patch) * count_inside (column, width, patch);
  int rank = count - inside + (inside - 1) / 2;
  int low = 0;
  int high = as_int (best);
  while (low < high) {
    int middle = low + (high - low) / 2;
    int below = 0;
    for (int p = 0; p < count; p++)
      below += s[p] <= as_float (middle);
    if (below > rank)
      high = middle;
    else
      low = middle + 1;
  }
  output[get_row (out, pair, row) + column] = best - as_float (low);
}
