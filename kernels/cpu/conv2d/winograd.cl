/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Convolution 3x3, stride 1, by Winograd's F(4x4, 3x3): 36 products instead of 144 for 4 x 4 outputs; or
 * with PIECE = 2 by F(2x2, 3x3): 16 instead of 36 for 2 x 2, with less than half of the weights.  How: see
 * winograd.h; the temporal shift as in plain/conv2d.cl.
 *
 * Two forms: a kernel a step, where weights are many and pieces share them; or all steps in one kernel,
 * piece by piece, where the weights and some pieces fit into a core's own cache.
 *
 * F(4x4, 3x3), points 0, 1, -1, 2, -2 and infinity (Lavin and Gray, 4.3):
 *
 *         4  0 -5  0  1  0            1/4     0     0
 *         0 -4 -4  1  1  0           -1/6  -1/6  -1/6                1  1  1  1  1  0
 *   B^T = 0  4 -4 -1  1  0      G =  -1/6   1/6  -1/6          A^T = 0  1 -1  2 -2  0
 *         0 -2 -1  2  1  0           1/24  1/12   1/6                0  1  1  4  4  0
 *         0  2 -1 -2  1  0           1/24 -1/12   1/6                0  1 -1  8 -8  1
 *         0  4  0 -5  0  1              0     0     1
 *
 * F(2x2, 3x3), points 0, 1, -1 and infinity (Lavin and Gray, 4.1):
 *
 *         1  0 -1  0              1    0    0
 *   B^T = 0  1  1  0      G =   1/2  1/2  1/2          A^T = 1  1  1  0
 *         0 -1  1  0            1/2 -1/2  1/2                0  1 -1 -1
 *         0  1  0 -1              0    0    1
 *
 * PIECE                       4 (default) or 2: rows and columns of the output that are made of one piece
 * VECTOR_WIDTH                8 or 16, in conv2d_winograd_input 4 as well; see cpu/vector.h.  Divides the
 *                             channels, in conv2d_winograd_input the ends of the shift as well
 * ROWS, VECTORS               see cpu/conv2d/tile.h
 * INPUT_BF16, OUTPUT_BF16     see storage.h */

#include "cpu/vector.h"

#ifndef PIECE
#define PIECE 4
#endif
#define POINTS (PIECE + 2)
typedef vector input_vector;

#include "cpu/conv2d/winograd.h"

#if PIECE == 2
static inline Inputs
transform_input (Inputs d)
{
  return (Inputs){ { d.value[0] - d.value[2], d.value[1] + d.value[2], d.value[2] - d.value[1],
      d.value[1] - d.value[3] } };
}

static inline Results
transform_output (Products m)
{
  return (Results){ { m.value[0] + m.value[1] + m.value[2], m.value[1] - m.value[2] - m.value[3] } };
}
#else
static inline Inputs
transform_input (Inputs d)
{
  vector even = d.value[4] - 4.0f * d.value[2];
  vector odd = d.value[3] - 4.0f * d.value[1];
  vector even2 = d.value[4] - d.value[2];
  vector odd2 = 2.0f * (d.value[3] - d.value[1]);

  return (Inputs){ { 4.0f * d.value[0] - 5.0f * d.value[2] + d.value[4], even + odd, even - odd, even2 + odd2,
      even2 - odd2, 4.0f * d.value[1] - 5.0f * d.value[3] + d.value[5] } };
}

static inline Results
transform_output (Products m)
{
  vector sum = m.value[1] + m.value[2];
  vector difference = m.value[1] - m.value[2];
  vector sum2 = m.value[3] + m.value[4];
  vector difference2 = m.value[3] - m.value[4];

  return (Results){ { m.value[0] + sum + sum2, difference + 2.0f * difference2, sum + 4.0f * sum2,
      difference + 8.0f * difference2 + m.value[5] } };
}
#endif

/* V of one piece.  Beyond the halo, where only outputs outside the map reach, the halo is read again. */
OUT_OF_LINE void
transform_piece (global float *transformed, global const input_element *input,
    global const input_element *previous, MsnetWinogradArguments self, Position place)
{
  const MsnetConv2dArguments conv = self.conv;
  const int last_row = self.input_height + 1;
  const int last_column = self.input_width + 1;

  input += get_row (conv.input, place.frame, 0);
  previous += get_row (conv.previous, place.frame, 0);
  for (int channel = 0; channel < conv.input.channels; channel += VECTOR_WIDTH) {
    const bool is_next = channel < conv.next_end;
    const bool is_previous = !is_next && channel < conv.previous_end;
    const MsnetGeometry in = is_previous ? conv.previous : conv.input;
    global const input_element *source = is_previous ? previous : is_next ? input + in.frame : input;
    Inputs columns[POINTS];

#pragma unroll
    for (int x = 0; x < POINTS; x++) {
      global const input_element *top = source + channel + min (place.column + x, last_column) * in.channels;
      Inputs values;

#pragma unroll
      for (int y = 0; y < POINTS; y++)
        values.value[y] = LOAD_INPUT (0, top + min (place.row + y, last_row) * in.row);
      columns[x] = transform_input (values);
    }
    store_transformed (transformed + channel, columns, self.in_plane);
  }
}

/* Global size: (pieces, from `first_piece` on). */
VECTOR_KERNEL void
conv2d_winograd_input (global float *transformed, global const input_element *input,
    global const input_element *previous, MsnetWinogradArguments self)
{
  const int piece = get_global_id (0);

  transform_piece (transformed + piece * self.conv.input.channels, input, previous, self,
      find_piece (self.first_piece + piece, self.conv));
}

/* Global size: (panels, groups of pieces, positions). */
VECTOR_KERNEL void
conv2d_winograd_multiply (global float *products, global const float *transformed,
    global const float *weights, MsnetWinogradArguments self)
{
  const int in_channels = self.conv.input.channels;
  const int out_channels = self.conv.output.channels;
  const int first_channel = get_global_id (0) * COLUMNS;
  const int begin = get_global_id (1) * self.group_pieces;
  const int position = get_global_id (2);

  multiply_pieces (products + position * self.out_plane + first_channel,
      transformed + position * self.in_plane,
      weights + (position * out_channels + first_channel) * in_channels, out_channels, in_channels, begin,
      min (begin + self.group_pieces, self.n_pieces), self.n_pieces);
}

/* Global size: (pieces, from `first_piece` on). */
VECTOR_KERNEL void
conv2d_winograd_output (global output_element *output, global const float *products, global const float *bias,
    global const output_element *residual, MsnetWinogradArguments self)
{
  const int piece = get_global_id (0);

  finish_piece (output, products + piece * self.conv.output.channels, bias, residual, self,
      find_piece (self.first_piece + piece, self.conv));
}

/* All steps.  A work-item takes one group of `group_pieces` pieces after the other, and has V and M of one
 * in a part of `scratch` that is its own: [work-items][POSITIONS * (in_plane + out_plane)].
 * Global size: (any). */
VECTOR_KERNEL void
conv2d_winograd_fused (global output_element *output, global float *scratch, global int *next,
    global const input_element *input, global const input_element *previous, global const float *weights,
    global const float *bias, global const output_element *residual, MsnetWinogradArguments self)
{
  const int in_channels = self.conv.input.channels;
  const int out_channels = self.conv.output.channels;
  const int item = get_global_id (0);
  const int n_groups = (self.n_pieces + self.group_pieces - 1) / self.group_pieces;
  global float *transformed = scratch + item * POSITIONS * (self.in_plane + self.out_plane);
  global float *products = transformed + POSITIONS * self.in_plane;

  for (int group = take_group (next, n_groups); group < n_groups; group = take_group (next, n_groups)) {
    const int first = group * self.group_pieces;
    const int n = min (self.group_pieces, self.n_pieces - first);

    for (int piece = 0; piece < n; piece++)
      transform_piece (
          transformed + piece * in_channels, input, previous, self, find_piece (first + piece, self.conv));
    for (int position = 0; position < POSITIONS; position++)
      for (int channel = 0; channel < out_channels; channel += COLUMNS)
        multiply_pieces (products + position * self.out_plane + channel,
            transformed + position * self.in_plane,
            weights + (position * out_channels + channel) * in_channels, out_channels, in_channels, 0, n,
            self.group_pieces);
    for (int piece = 0; piece < n; piece++)
      finish_piece (output, products + piece * out_channels, bias, residual, self,
          find_piece (first + piece, self.conv));
  }
}
