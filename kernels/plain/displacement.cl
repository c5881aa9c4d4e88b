/* Kernel-soft-argmax: where the content of each cell lies in the other frame.  With s = scores[pair, y, x, :],
 * p* its first maximum, R = P / 2:
 *     w(p) = softmax_p (s(p) exp (-|p - p*|^2 / (2 sigma^2)) / temperature),  d = sum_p w(p) p / R
 * displacement: [T, H, W, 2 or 3]: d_x, d_y and, where there is a third channel, s(p*); scores: [pairs, H, W, P P];
 * frame t reads pair min (t, pairs - 1).  gauss: [2P-1][2P-1], exp (-(dy^2 + dx^2) / (2 sigma^2)) with 0 in its
 * middle.  A work-item makes one cell. */
kernel void
displacement (global float *output, Geometry out, global const float *scores, Geometry in,
    global const float *gauss, int frames, int pairs, int height, int width, int patch, float sharpness)
{
  int index = get_global_id (0);
  if (index >= frames * height * width)
    return;
  int column = index % width;
  int row = index / width % height;
  int frame = index / width / height;
  global const float *s = scores + get_row (in, min (frame, pairs - 1), row) + column * in.channels;

  int best = 0;
  for (int p = 1; p < patch * patch; p++)
    if (s[p] > s[best])
      best = p;

  int gauss_pitch = 2 * patch - 1;
  global const float *around
      = gauss + (patch - 1 - best / patch) * gauss_pitch + patch - 1 - best % patch;
  float sum = 0.0f;
  float sum_x = 0.0f;
  float sum_y = 0.0f;
  for (int y = 0; y < patch; y++)
    for (int x = 0; x < patch; x++) {
      float weight = exp ((s[y * patch + x] * around[y * gauss_pitch + x] - s[best]) * sharpness);
      sum += weight;
      sum_x += weight * (float) (x - patch / 2);
      sum_y += weight * (float) (y - patch / 2);
    }

  global float *to = output + get_row (out, frame, row) + column * out.channels;
  to[0] = sum_x / (sum * (float) (patch / 2));
  to[1] = sum_y / (sum * (float) (patch / 2));
  if (out.channels == 3)
    to[2] = s[best];
}
