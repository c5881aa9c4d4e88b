/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kernel-soft-argmax: where the content of each cell lies in the other frame, as the mean of all
 * displacements, weighted by a softmax of their scores around the best one (docs/MSNET.md 3; Lee et al.,
 * "SFNet: Learning Object-aware Semantic Correspondence", 2019).  With s = scores[pair, y, x, :], p* its
 * first maximum, R = P / 2:
 *
 *   g(p) = exp (-|p - p*|^2 / (2 sigma^2))
 *   w(p) = softmax over p of s(p) g(p) / temperature
 *   d    = sum over p of w(p) p / R
 *
 * Plain soft-argmax is the same with g(p) = 1.
 *
 * The exponents are taken less that of p*, s(p*): so none overflows, and the softmax is the same.
 *
 * With a low temperature the nearest weights outweigh all others, and the mean is drawn to whole cells;
 * src/clip/camera.c (undo_rounding) makes good for it.
 *
 * displacement: [T, H, W, ...]: d_x, d_y and, if `confidence`, s(p*); scores: [pairs, H, W, P P]; frame t
 * reads pair min (t, pairs - 1).  gauss: [2P-1][2P-1], exp (-(dy^2 + dx^2) / (2 sigma^2)) with (0, 0) in its
 * middle.  P: `patch`; sharpness: 1 / temperature.
 *
 * A work-item makes one cell.  Global size: (cells). */

#include "geometry.h"

/* Index of the first maximum of s[0 .. count - 1]. */
static int
find_best (global const float *s, int count)
{
  int best = 0;

  for (int p = 1; p < count; p++)
    if (s[p] > s[best])
      best = p;
  return best;
}

kernel void
displacement (global float *output, MsnetGeometry out, global const float *scores, MsnetGeometry in,
    global const float *gauss, int frames, int pairs, int height, int width, int patch, float sharpness,
    int confidence)
{
  const Position to = get_position (get_global_id (0), height, width);
  const Position from = { min (to.frame, pairs - 1), to.row, to.column };
  global const float *s = scores + get_pixel (in, from);
  const int gauss_pitch = 2 * patch - 1;
  float sum = 0.0f;
  float sum_x = 0.0f;
  float sum_y = 0.0f;

  if (to.frame >= frames)
    return;

  const int best = find_best (s, patch * patch);

  gauss += (patch - 1 - best / patch) * gauss_pitch + patch - 1 - best % patch;
  for (int y = 0; y < patch; y++) {
    float row = 0.0f; /* sums of sums: so many values would not add up exactly enough one by one */
    float row_x = 0.0f;

    for (int x = 0; x < patch; x++) {
      const float weight = exp ((s[y * patch + x] * gauss[y * gauss_pitch + x] - s[best]) * sharpness);

      row += weight;
      row_x += weight * (float)(x - patch / 2);
    }
    sum += row;
    sum_x += row_x;
    sum_y += row * (float)(y - patch / 2);
  }

  output += get_pixel (out, to);
  output[0] = sum_x / (sum * (float)(patch / 2));
  output[1] = sum_y / (sum * (float)(patch / 2));
  if (confidence)
    output[2] = s[best];
}
