/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/correlation.cl, for a CPU; patch <= 15.  In two steps: `transpose_features` turns the searched
 * frames to [T][row][C][column] with zeros around, so that neighbouring columns are neighbours in memory;
 * `correlation` then takes 2 pixels x 3 rows of displacements x 16 columns at a time, six vectors of sums:
 * the displacements of two neighbouring pixels together touch patch + 1 <= 16 columns. */

#include "cpu/vector.h"
#include "geometry.h"

/* transposed[t][R + y][c][R + x] = features[t, y, x, c].  A work-item makes one row.  Global size:
 * (height, frames).
 *
 * plane: floats of a frame; pitch: floats of a channel's row, >= width + 15; both >= what correlation
 * reads */
kernel void
transpose_features (global float *transposed, global const float *features, MsnetGeometry in, int width,
    int patch, int plane, int pitch)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);
  const int channels = in.channels;

  features += get_row (in, frame, row);
  transposed += frame * plane + (row + patch / 2) * channels * pitch + patch / 2;
  for (int channel = 0; channel < channels; channel++)
    for (int column = 0; column < width; column++)
      transposed[channel * pitch + column] = features[column * channels + channel];
}

/* Writes the scores of one pixel and one dy: `patch` columns of `sums`, from `first` on. */
static void
store_scores (global float *to, float16 sums, int first, int patch)
{
  float columns[16];

  vstore16 (fmax (sums, 0.0f), 0, columns);
  for (int i = 0; i < patch; i++)
    to[i] = columns[first + i];
}

/* A work-item makes one row of one pair.  Global size: (height, pairs). */
kernel void
correlation (global float *scores, MsnetGeometry out, global const float *features, MsnetGeometry in,
    global const float *transposed, int width, int patch, int plane, int pitch, int direction)
{
  const int row = get_global_id (0);
  const int pair = get_global_id (1);
  const int channels = in.channels;
  const int below = channels * pitch; /* from a row of `transposed` to the next */

  features += get_row (in, pair, row);
  transposed += max (pair + direction, 0) * plane + row * below;
  scores += get_row (out, pair, row);
  for (int dy = 0; dy < patch; dy += 3)
    for (int column = 0; column < width; column += 2) {
      const int next = min (column + 1, width - 1);
      global const float *window = transposed + dy * below + column;
      float16 left0 = 0.0f, left1 = 0.0f, left2 = 0.0f;
      float16 right0 = 0.0f, right1 = 0.0f, right2 = 0.0f;

      for (int channel = 0; channel < channels; channel++, window += pitch) {
        const float16 searched0 = vload16 (0, window);
        const float16 searched1 = vload16 (0, window + below);
        const float16 searched2 = vload16 (0, window + 2 * below);
        const float16 left = features[column * channels + channel];
        const float16 right = features[next * channels + channel];

        left0 = fma (left, searched0, left0);
        left1 = fma (left, searched1, left1);
        left2 = fma (left, searched2, left2);
        right0 = fma (right, searched0, right0);
        right1 = fma (right, searched1, right1);
        right2 = fma (right, searched2, right2);
      }

      const float16 sums[2][3] = { { left0, left1, left2 }, { right0, right1, right2 } };

      for (int pixel = column; pixel <= next; pixel++)
        for (int y = 0; y < 3 && dy + y < patch; y++)
          store_scores (
              scores + (pixel * patch + dy + y) * patch, sums[pixel - column][y], pixel - column, patch);
    }
}
