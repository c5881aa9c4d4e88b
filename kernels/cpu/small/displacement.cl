/* As plain/displacement.cl, for a CPU; 8 <= patch <= 16: a row of displacements is two vectors of eight that
 * overlap.  A work-item makes one row of one frame: global (height, frames). */

/* Index of the first maximum of s[0 .. count - 1], count >= 8. */
OUT_OF_LINE int
find_best (global const float *s, int count)
{
  float8 best = vload8 (0, s + count - 8);
  for (int p = 0; p + 8 <= count; p += 8)
    best = max (best, vload8 (0, s + p));
  float maximum = max_8 (best);

  int p = 0;
  while (p + 8 <= count && !any (vload8 (0, s + p) == maximum))
    p += 8;
  while (p < count - 1 && s[p] != maximum)
    p++;
  return p;
}

/* x, y: the displacement in cells, not yet divided by the sum of the weights; z: that sum. */
OUT_OF_LINE float3
sum_weights (global const float *s, global const float *around, int patch, float best, float sharpness)
{
  float8 lanes = (float8) (0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f);
  float8 first_x = lanes - (float) (patch / 2);
  float8 second_x = first_x + (float) (patch - 8);
  float8 second_mask = select ((float8) (0.0f), (float8) (1.0f), lanes >= (float) (16 - patch));
  float8 sum = 0.0f;
  float8 sum_x = 0.0f;
  float8 sum_y = 0.0f;
  for (int y = 0; y < patch; y++, s += patch, around += 2 * patch - 1) {
    float8 first = exp (fma (vload8 (0, s), vload8 (0, around), -best) * sharpness);
    float8 second = exp (fma (vload8 (0, s + patch - 8), vload8 (0, around + patch - 8), -best) * sharpness)
        * second_mask;
    sum += first + second;
    sum_x = fma (first, first_x, fma (second, second_x, sum_x));
    sum_y = fma (first + second, (float8) (y - patch / 2), sum_y);
  }
  return (float3) (sum_8 (sum_x), sum_8 (sum_y), sum_8 (sum));
}

kernel void
displacement (global float *output, Geometry out, global const float *scores, Geometry in,
    global const float *gauss, int pairs, int width, int patch, float sharpness)
{
  int row = get_global_id (0);
  int frame = get_global_id (1);
  global const float *s = scores + get_row (in, min (frame, pairs - 1), row);
  global float *to = output + get_row (out, frame, row);

  for (int column = 0; column < width; column++, s += patch * patch, to += out.channels) {
    int best = find_best (s, patch * patch);
    global const float *around
        = gauss + (patch - 1 - best / patch) * (2 * patch - 1) + patch - 1 - best % patch;
    float3 sums = sum_weights (s, around, patch, s[best], sharpness);
    to[0] = sums.x / (sums.z * (float) (patch / 2));
    to[1] = sums.y / (sums.z * (float) (patch / 2));
    if (out.channels == 3)
      to[2] = s[best];
  }
}
