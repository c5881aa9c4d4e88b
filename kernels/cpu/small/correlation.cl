/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/correlation.cl, for a CPU; patch <= 31.  In two steps: `transpose_features` turns the searched
 * frames to [T][row][C][column] with zeros beside them, so that neighbouring columns are neighbours in
 * memory; `correlation` then makes a tile of 2 pixels x `rows` rows of displacements x `lanes` columns at a
 * time: the displacements of two neighbouring pixels together touch patch + 1 <= lanes columns.
 *
 * With a dilation D, a pixel's displacements touch every Dth column.  The columns of a transposed row
 * therefore lie in D groups, those that are equal modulo D, and two pixels are neighbours if they are D
 * apart: then all is as without.
 *
 * plane: floats of a transposed frame, >= (height + (rows - 1) D) C pitch; pitch: floats of a channel's row,
 * D groups of >= width / D + 1 + lanes. */

#include "cpu/vector.h"
#include "geometry.h"

#define MOST_SUMS (2 * 3 * 16) /* of a tile */

/* transposed[t][y][c][x % D][P / 2 + x / D] = features[t, y, x, c].  A work-item makes one row.  Global size:
 * (height, frames). */
kernel void
transpose_features (global float *transposed, global const float *features, MsnetGeometry in, int width,
    int patch, int dilation, int plane, int pitch)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);
  const int channels = in.channels;

  features += get_row (in, frame, row);
  transposed += frame * plane + row * channels * pitch + patch / 2;
  for (int phase = 0; phase < dilation; phase++)
    for (int channel = 0; channel < channels; channel++) {
      global float *to = transposed + channel * pitch + phase * (pitch / dilation);

      for (int column = phase; column < width; column += dilation)
        *to++ = features[column * channels + channel];
    }
}

/* Where a tile starts.  left, right: the two pixels; window: what the first row of displacements touches;
 * below: from there to the next row. */
typedef struct
{
  global const float *left;
  global const float *right;
  global const float *window;
  int channels;
  int pitch;
  int below;
} Tile;

/* A function that makes the sums of a tile: to[pixel][row][lane]. */
#define DEFINE_TILE(lanes, width, rows)                                                                      \
  OUT_OF_LINE void multiply_##lanes##_##rows (float *to, const Tile *tile)                                   \
  {                                                                                                          \
    WIDE (float, width) sums[2 * rows * lanes / width];                                                      \
    global const float *window = tile->window;                                                               \
                                                                                                             \
    _Pragma ("unroll") for (int i = 0; i < 2 * rows * lanes / width; i++) sums[i] = 0.0f;                    \
    for (int channel = 0; channel < tile->channels; channel++, window += tile->pitch) {                      \
      const WIDE (float, width) left = tile->left[channel];                                                  \
      const WIDE (float, width) right = tile->right[channel];                                                \
                                                                                                             \
      _Pragma ("unroll") for (int i = 0; i < rows * lanes / width; i++)                                      \
      {                                                                                                      \
        const WIDE (float, width) searched                                                                   \
            = WIDE (vload, width) (i % (lanes / width), window + i / (lanes / width) * tile->below);         \
                                                                                                             \
        sums[i] = fma (left, searched, sums[i]);                                                             \
        sums[i + rows * lanes / width] = fma (right, searched, sums[i + rows * lanes / width]);              \
      }                                                                                                      \
    }                                                                                                        \
    _Pragma ("unroll") for (int i = 0; i < 2 * rows * lanes / width; i++)                                    \
        WIDE (vstore, width) (fmax (sums[i], 0.0f), i, to);                                                  \
  }

DEFINE_TILE (8, 8, 4)
DEFINE_TILE (16, 16, 3)
DEFINE_TILE (24, 8, 2)
DEFINE_TILE (32, 16, 1)

static void
multiply (float *to, const Tile *tile, int lanes)
{
  if (lanes == 8)
    multiply_8_4 (to, tile);
  else if (lanes == 16)
    multiply_16_3 (to, tile);
  else if (lanes == 24)
    multiply_24_2 (to, tile);
  else
    multiply_32_1 (to, tile);
}

static void
clear (global float *to, int n)
{
  int i = 0;

  for (; i + 8 <= n; i += 8)
    vstore8 ((float8)(0.0f), 0, to + i);
  for (; i < n; i++)
    to[i] = 0.0f;
}

/* @n rows of a patch, from rows of `lanes`. */
static void
store_rows (global float *to, const float *sums, int n, int patch, int lanes)
{
  for (int row = 0; row < n; row++, to += patch, sums += lanes) {
    int i = 0;

    for (; i + 8 <= patch; i += 8)
      vstore8 (vload8 (0, sums + i), 0, to + i);
    for (; i < patch; i++)
      to[i] = sums[i];
  }
}

/* A work-item makes one row of one pair.  Global size: (height, pairs).
 *
 * lanes, rows: as a tile is defined for, lanes > patch */
kernel void
correlation (global float *scores, MsnetGeometry out, global const float *features, MsnetGeometry in,
    global const float *transposed, int height, int width, int patch, int dilation, int plane, int pitch,
    int step, int lanes, int rows)
{
  const int row = get_global_id (0);
  const int pair = get_global_id (1);
  const int channels = in.channels;
  const int line = channels * pitch; /* from a row of `transposed` to the next */
  const int begin = max (patch / 2 - row / dilation, 0);
  const int end = min (patch / 2 + (height - 1 - row) / dilation, patch - 1) + 1; /* rows inside the map */
  float sums[MOST_SUMS];

  features += get_row (in, pair, row);
  scores += get_row (out, pair, row);
  transposed += max (pair + step, 0) * plane;
  for (int column = 0; column < width; column++) {
    clear (scores + column * patch * patch, begin * patch);
    clear (scores + (column * patch + end) * patch, (patch - end) * patch);
  }
  for (int dy = begin; dy < end; dy += rows)
    for (int phase = 0; phase < dilation; phase++)
      for (int column = phase; column < width; column += 2 * dilation) {
        const int next = min (column + dilation, width - 1);
        global const float *window = transposed + (row + (dy - patch / 2) * dilation) * line;
        const int n = min (rows, end - dy);
        const Tile tile = { features + column * channels, features + next * channels,
          window + phase * (pitch / dilation) + column / dilation, channels, pitch, dilation * line };

        multiply (sums, &tile, lanes);
        store_rows (scores + (column * patch + dy) * patch, sums, n, patch, lanes);
        if (next == column + dilation)
          store_rows (scores + (next * patch + dy) * patch, sums + rows * lanes + 1, n, patch, lanes);
      }
}
