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
 * VECTOR_WIDTH                8 or 16, for winograd_input also 4; see cpu/vector.h.  It must divide the
 *                             channels, for winograd_input also those at which the shift changes frame
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
    global const input_element *previous, MsnetGeometry in, MsnetGeometry before, int height, int width,
    int next_end, int previous_end, int plane, Position place)
{
  const int row = place.row - 1;
  const int column = place.column - 1;

  input += in.origin + place.frame * in.frame;
  previous += before.origin + place.frame * before.frame;
  for (int channel = 0; channel < in.channels; channel += VECTOR_WIDTH) {
    const bool is_previous = channel >= next_end && channel < previous_end;
    global const input_element *source = is_previous          ? previous
                                         : channel < next_end ? input + in.frame
                                                              : input;
    const int row_stride = is_previous ? before.row : in.row;
    const int pixel_stride = is_previous ? before.channels : in.channels;
    Inputs columns[POINTS];

#pragma unroll
    for (int x = 0; x < POINTS; x++) {
      global const input_element *top = source + channel + min (column + x, width) * pixel_stride;
      Inputs values;

#pragma unroll
      for (int y = 0; y < POINTS; y++)
        values.value[y] = LOAD_INPUT (0, top + min (row + y, height) * row_stride);
      columns[x] = transform_input (values);
    }
    store_transformed (transformed + channel, columns, plane);
  }
}

/* Global size: (pieces, from `first_piece` on). */
VECTOR_KERNEL void
winograd_input (global float *transformed, global const input_element *input,
    global const input_element *previous, MsnetGeometry in, MsnetGeometry before, int height, int width,
    int next_end, int previous_end, int plane, int first_piece)
{
  const int piece = get_global_id (0);

  transform_piece (transformed + piece * in.channels, input, previous, in, before, height, width, next_end,
      previous_end, plane, find_piece (first_piece + piece, height, width));
}

/* Global size: (panels, groups of pieces, positions). */
VECTOR_KERNEL void
winograd_multiply (global float *products, global const float *transformed, global const float *weights,
    int out_channels, int in_channels, int products_plane, int transformed_plane, int n_pieces,
    int group_pieces)
{
  const int first_channel = get_global_id (0) * COLUMNS;
  const int begin = get_global_id (1) * group_pieces;
  const int position = get_global_id (2);

  multiply_pieces (products + position * products_plane + first_channel,
      transformed + position * transformed_plane,
      weights + (position * out_channels + first_channel) * in_channels, out_channels, in_channels, begin,
      min (begin + group_pieces, n_pieces), n_pieces);
}

/* Global size: (pieces, from `first_piece` on). */
VECTOR_KERNEL void
winograd_output (global output_element *output, global const float *products, global const float *bias,
    global const output_element *residual, MsnetGeometry out, MsnetGeometry add, int height, int width,
    int epilogue, int plane, int first_piece)
{
  const int piece = get_global_id (0);

  finish_piece (output, products + piece * out.channels, bias, residual, out, add, height, width, epilogue, 0,
      plane, find_piece (first_piece + piece, height, width));
}

/* All steps.  A work-item takes one group of `group_pieces` pieces after the other, and has V and M of one
 * in a part of `scratch` that is its own: [work-items][POSITIONS * (in_plane + out_plane)]. */
VECTOR_KERNEL void
winograd_fused (global output_element *output, global float *scratch, global int *next,
    global const input_element *input, global const input_element *previous, global const float *weights,
    global const float *bias, global const output_element *residual, MsnetGeometry out, MsnetGeometry in,
    MsnetGeometry add, MsnetGeometry before, int height, int width, int next_end, int previous_end,
    int epilogue, int out_plane, int in_plane, int n_pieces, int group_pieces)
{
  const int item = get_global_id (0);
  const int n_groups = (n_pieces + group_pieces - 1) / group_pieces;
  global float *transformed = scratch + item * POSITIONS * (in_plane + out_plane);
  global float *products = transformed + POSITIONS * in_plane;

  for (int group = take_group (next, n_groups); group < n_groups; group = take_group (next, n_groups)) {
    const int first = group * group_pieces;
    const int n = min (group_pieces, n_pieces - first);

    for (int piece = 0; piece < n; piece++)
      transform_piece (transformed + piece * in.channels, input, previous, in, before, height, width,
          next_end, previous_end, in_plane, find_piece (first + piece, height, width));
    for (int position = 0; position < POSITIONS; position++)
      for (int channel = 0; channel < out.channels; channel += COLUMNS)
        multiply_pieces (products + position * out_plane + channel, transformed + position * in_plane,
            weights + (position * out.channels + channel) * in.channels, out.channels, in.channels, 0, n,
            group_pieces);
    for (int piece = 0; piece < n; piece++)
      finish_piece (output, products + piece * out.channels, bias, residual, out, add, height, width,
          epilogue, 0, out_plane, find_piece (first + piece, height, width));
  }
}
