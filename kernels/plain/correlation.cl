/* scores[pair, y, x, (dy + R) P + dx + R] = max (0, <features[t, y, x, :], searched[s, y + dy, x + dx, :]>) for
 * dy, dx in -R .. R, R = P / 2; 0 where y + dy, x + dx is outside the map.  Frame t = pair is compared with
 * s = max (pair + direction, 0), direction 1 or -1.  scores: [pairs, H, W, P P]; features: [T, H, W, C]; searched:
 * the same tensor, or the one frame that a stream had before.
 * A work-item makes one value. */
kernel void
correlation (global float *scores, Geometry out, global const float *features, Geometry in,
    global const float *searched, Geometry other, int pairs, int height, int width, int patch, int direction)
{
  int index = get_global_id (0);
  if (index >= pairs * height * width * patch * patch)
    return;
  int cell = index % (patch * patch);
  int column = index / (patch * patch) % width;
  int row = index / (patch * patch) / width % height;
  int pair = index / (patch * patch) / width / height;
  int other_row = row + cell / patch - patch / 2;
  int other_column = column + cell % patch - patch / 2;

  float sum = 0.0f;
  if (other_row >= 0 && other_row < height && other_column >= 0 && other_column < width) {
    global const float *here = features + get_row (in, pair, row) + column * in.channels;
    global const float *there
        = searched + get_row (other, max (pair + direction, 0), other_row) + other_column * other.channels;
    for (int channel = 0; channel < in.channels; channel++)
      sum += here[channel] * there[channel];
  }
  scores[get_row (out, pair, row) + column * out.channels + cell] = fmax (sum, 0.0f);
}
