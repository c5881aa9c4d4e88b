/* scores[pair, y, x, (dy + R) P + dx + R] = max (0, <features[t, y, x, :], searched[s, y + dy, x + dx, :]>) for
 * dy, dx in -R .. R, R = P / 2; 0 where y + dy, x + dx is outside the map.  Frame t = pair is compared with
 * s = max (pair + direction, 0), direction 1 or -1.  scores: [pairs, H, W, P P]; features: [T, H, W, C]; searched:
 * the same tensor, or the one frame that a stream had before.
 * A work-item makes one value. */
kernel void
correlation (global float *scores, int scores_origin, int scores_row, int scores_frame,
    global const float *features, int features_origin, int features_row, int features_frame,
    global const float *searched, int searched_origin, int searched_row, int searched_frame, int pairs,
    int height, int width, int channels, int patch, int direction)
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
    global const float *here
        = features + features_origin + pair * features_frame + row * features_row + column * channels;
    global const float *there = searched + searched_origin + max (pair + direction, 0) * searched_frame
        + other_row * searched_row + other_column * channels;
    for (int channel = 0; channel < channels; channel++)
      sum += here[channel] * there[channel];
  }
  scores[scores_origin + pair * scores_frame + row * scores_row + column * patch * patch + cell]
      = fmax (sum, 0.0f);
}
