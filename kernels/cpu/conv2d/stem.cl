/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first convolution of a ResNet, 7x7, stride 2, of 3 channels, by Winograd's F(5x5, 4x4): 64 x 12
 * products instead of 25 x 147 for 5 x 5 outputs.
 *
 * Two rows of two pixels of three channels are taken for one pixel of 12 channels; the filter, with a row
 * and a column of zeros behind it, is then one of 4x4 with stride 1.  How: see winograd.h; points 0, 1,
 * -1, 2, -2, 1/2, -1/2 and infinity:
 *
 *         1     0 -21/4     0  21/4     0    -1  0               1      0     0     0
 *         0     1     1 -17/4 -17/4     1     1  0            -2/9   -2/9  -2/9  -2/9
 *         0    -1     1  17/4 -17/4    -1     1  0            -2/9    2/9  -2/9   2/9
 *   B^T = 0   1/2   1/4  -5/2  -5/4     2     1  0      G =   1/90   2/90  4/90  8/90
 *         0  -1/2   1/4   5/2  -5/4    -2     1  0            1/90  -2/90  4/90 -8/90
 *         0     2     4  -5/2    -5   1/2     1  0           32/45  16/45  8/45  4/45
 *         0    -2     4   5/2    -5  -1/2     1  0           32/45 -16/45  8/45 -4/45
 *         0    -1     0  21/4     0 -21/4     0  1               0      0     0     1
 *
 *         1     1     1     1     1     1     1  0
 *         0     1    -1     2    -2   1/2  -1/2  0
 *   A^T = 0     1     1     4     4   1/4   1/4  0
 *         0     1    -1     8    -8   1/8  -1/8  0
 *         0     1     1    16    16  1/16  1/16  1
 *
 * PIECE, POINTS               of F(5x5, 4x4)
 * DEPTH                       channels of V
 * PAIR                        values of two pixels of three channels
 * VECTOR_WIDTH                8 or 16, of the products; see cpu/vector.h
 * ROWS, VECTORS               see cpu/conv2d/tile.h
 * INPUT_BF16, OUTPUT_BF16     see storage.h */

#include "arguments/conv2d.h"

#define PIECE MSNET_STEM_PIECE
#define POINTS MSNET_STEM_POINTS
#define DEPTH MSNET_STEM_DEPTH
#define PAIR (DEPTH / 2)
typedef float8 input_vector; /* a pair, and two zeros */

#include "cpu/conv2d/winograd.h"

static inline Inputs
transform_input (Inputs d)
{
  float8 even = d.value[2] + d.value[6] - 4.25f * d.value[4];
  float8 odd = d.value[1] + d.value[5] - 4.25f * d.value[3];
  float8 even2 = 0.25f * d.value[2] - 1.25f * d.value[4] + d.value[6];
  float8 odd2 = 0.5f * d.value[1] - 2.5f * d.value[3] + 2.0f * d.value[5];
  float8 even_half = 4.0f * d.value[2] - 5.0f * d.value[4] + d.value[6];
  float8 odd_half = 2.0f * d.value[1] - 2.5f * d.value[3] + 0.5f * d.value[5];

  return (Inputs){ { d.value[0] - d.value[6] + 5.25f * (d.value[4] - d.value[2]), even + odd, even - odd,
      even2 + odd2, even2 - odd2, even_half + odd_half, even_half - odd_half,
      d.value[7] - d.value[1] + 5.25f * (d.value[3] - d.value[5]) } };
}

static inline Results
transform_output (Products m)
{
  vector sum = m.value[1] + m.value[2];
  vector difference = m.value[1] - m.value[2];
  vector sum2 = m.value[3] + m.value[4];
  vector difference2 = m.value[3] - m.value[4];
  vector sum_half = m.value[5] + m.value[6];
  vector difference_half = m.value[5] - m.value[6];

  return (Results){ { m.value[0] + sum + sum2 + sum_half,
      difference + 2.0f * difference2 + 0.5f * difference_half, sum + 4.0f * sum2 + 0.25f * sum_half,
      difference + 8.0f * difference2 + 0.125f * difference_half,
      sum + 16.0f * sum2 + 0.0625f * sum_half + m.value[7] } };
}

/* Six values, and two zeros: nothing is read beyond them, where the tensor may end. */
static inline float8
load_pair (global const input_element *from)
{
#ifdef INPUT_BF16
  return (float8)(GET_INPUT (from, 0), GET_INPUT (from, 1), GET_INPUT (from, 2), GET_INPUT (from, 3),
      GET_INPUT (from, 4), GET_INPUT (from, 5), 0.0f, 0.0f);
#else
  return (float8)(vload4 (0, from), vload2 (2, from), 0.0f, 0.0f);
#endif
}

/* V of one piece, for the upper rows of the pairs and for the lower.  Beyond the halo, where only outputs
 * outside the map and zeros of the filter reach, the halo is read again.  What is stored behind six values
 * is stored over next: pieces and rows come in order. */
OUT_OF_LINE void
transform_piece (
    global float *transformed, global const input_element *input, MsnetWinogradArguments self, Position place)
{
  const MsnetGeometry in = self.conv.input;
  const int last_row
      = self.input_height + 5; /* from the first tap on: three rows above the map, three below */
  const int last_column = self.input_width + 4; /* and the one before the last, of a pair */

  input += get_row (in, place.frame, 0);
  for (int lower = 0; lower < 2; lower++) {
    Inputs columns[POINTS];

#pragma unroll
    for (int x = 0; x < POINTS; x++) {
      const int column = min (2 * (place.column + x), last_column);
      Inputs values;

#pragma unroll
      for (int y = 0; y < POINTS; y++) {
        const int row = min (2 * (place.row + y) + lower, last_row);

        values.value[y] = load_pair (input + row * in.row + column * (PAIR / 2));
      }
      columns[x] = transform_input (values);
    }
    store_transformed (transformed + lower * PAIR, columns, self.in_plane);
  }
}

/* All steps.  A work-item takes one group of `group_pieces` pieces, a multiple of ROWS, after the other, and
 * has V and M of one in a part of `scratch` that is its own:
 * [work-items][POSITIONS * (in_plane + out_plane)].  The epilogue adds nothing.  Global size: (any). */
VECTOR_KERNEL void
conv2d_stem (global output_element *output, global float *scratch, global int *next,
    global const input_element *input, global const float *weights, global const float *bias,
    MsnetWinogradArguments self)
{
  const int out_channels = self.conv.output.channels;
  const int item = get_global_id (0);
  const int n_groups = (self.n_pieces + self.group_pieces - 1) / self.group_pieces;
  global float *transformed = scratch + item * POSITIONS * (self.in_plane + self.out_plane);
  global float *products = transformed + POSITIONS * self.in_plane;

  for (int group = take_group (next, n_groups); group < n_groups; group = take_group (next, n_groups)) {
    const int first = group * self.group_pieces;
    const int n = min (self.group_pieces, self.n_pieces - first);

    for (int piece = 0; piece < n; piece++)
      transform_piece (transformed + piece * DEPTH, input, self, find_piece (first + piece, self.conv));
    for (int position = 0; position < POSITIONS; position++)
      for (int channel = 0; channel < out_channels; channel += COLUMNS)
        multiply_pieces (products + position * self.out_plane + channel,
            transformed + position * self.in_plane, weights + (position * out_channels + channel) * DEPTH,
            out_channels, DEPTH, 0, n, self.group_pieces);
    for (int piece = 0; piece < n; piece++)
      finish_piece (
          output, products + piece * out_channels, bias, output, self, find_piece (first + piece, self.conv));
  }
}
