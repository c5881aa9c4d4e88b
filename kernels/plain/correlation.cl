/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How well each pixel of a frame matches those around the same place in another frame (docs/MSNET.md 3):
 *
 *   scores[pair, y, x, (i + R) P + j + R] = max (0, <features[t, y, x, :], searched[s, y + D i, x + D j, :]>)
 *
 * for i, j in -R .. R, R = P / 2; 0 if (y + D i, x + D j) is outside the map.  Frame t = pair is compared
 * with s = max (pair + step, 0).
 *
 * scores: [pairs, H, W, P P]; features: [T, H, W, C]; searched: the same tensor, or the one frame that a
 * stream had before.  P: `patch`; D: `dilation`.
 *
 * A work-item makes one value.  Global size: (values). */

#include "geometry.h"

kernel void
correlation (global float *scores, MsnetGeometry out, global const float *features, MsnetGeometry in,
    global const float *searched, MsnetGeometry other, int pairs, int height, int width, int patch,
    int dilation, int step)
{
  const int index = get_global_id (0);
  const int cell = index % (patch * patch);
  const Position here = get_position (index / (patch * patch), height, width);
  const Position there = { max (here.frame + step, 0), here.row + dilation * (cell / patch - patch / 2),
    here.column + dilation * (cell % patch - patch / 2) };
  float sum = 0.0f;

  if (here.frame >= pairs)
    return;
  if (there.row >= 0 && there.row < height && there.column >= 0 && there.column < width) {
    features += get_pixel (in, here);
    searched += get_pixel (other, there);
    for (int channel = 0; channel < in.channels; channel++)
      sum += features[channel] * searched[channel];
  }
  scores[get_pixel (out, here) + cell] = fmax (sum, 0.0f);
}
