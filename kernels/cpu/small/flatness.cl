/* As plain/flatness.cl, for a CPU, eight scores at a time; the bisection ends as soon as it has cut the scores at
 * the rank that is looked for.  A work-item makes one row of one pair: global (height, pairs). */

static int
count_inside (int position, int length, int patch)
{
  return min (patch / 2, length - 1 - position) - max (-(patch / 2), -position) + 1;
}

/* The largest of s[0 .. count - 1] that is not above limit, and 0. */
OUT_OF_LINE float
find_largest (global const float *s, int count, float limit)
{
  float8 best = 0.0f;
  int p = 0;
  for (; p + 8 <= count; p += 8) {
    float8 v = vload8 (0, s + p);
    best = max (best, select ((float8) (0.0f), v, v <= limit));
  }
  float largest = max_8 (best);
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
  int p = 0;
  for (; p + 8 <= count; p += 8)
    found -= vload8 (0, s + p) <= limit;
  int4 found4 = found.lo + found.hi;
  int2 found2 = found4.lo + found4.hi;
  int sum = found2.x + found2.y;
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
    int middle = low + (high - low) / 2;
    int below = count_up_to (s, count, as_float (middle));
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
flatness (global float *output, Geometry out, global const float *scores, Geometry in, int height, int width,
    int patch)
{
  int row = get_global_id (0);
  int pair = get_global_id (1);
  int count = patch * patch;
  global const float *s = scores + get_row (in, pair, row);
  global float *to = output + get_row (out, pair, row);

  for (int column = 0; column < width; column++, s += count) {
    float best = find_largest (s, count, INFINITY);
    int inside = count_inside (row, height, patch) * count_inside (column, width, patch);
    int rank = count - inside + (inside - 1) / 2;
    to[column] = best - find_quantile (s, count, rank, best);
  }
}
