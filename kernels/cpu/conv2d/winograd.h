/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What winograd.cl and stem.cl share: Winograd's minimal filtering F(m x m, r x r), which makes a piece of
 * m x m outputs of a filter of r x r taps with (m + r - 1)^2 products instead of m^2 r^2 (Lavin and Gray,
 * "Fast algorithms for convolutional neural networks", arXiv 1509.09308):
 *
 *   V = B^T d B        of each piece d of the input, (m + r - 1) x (m + r - 1); pieces overlap
 *   U = G g G^T        of each filter g; the host makes these
 *   M[i] = V[i] U[i]   for each of the (m + r - 1)^2 positions i a product of matrices, pieces x C by C x C'
 *   Y = A^T M A        the piece of m x m outputs; then bias and epilogue
 *
 * In one dimension it is Toom and Cook's: values d and taps g are polynomials, which are evaluated at m +
 * r - 2 points and infinity, multiplied there, and interpolated; B^T, G and A^T are determined by the
 * points, but for factors that rows of B^T, G and columns of A^T may pass to each other.
 *
 * Here both steps of store_transformed() are B^T of one column, both steps of finish_piece() A^T of one
 * column; the files that include this one say how, in transform_input() and transform_output(), with their
 * matrices.
 *
 * Pieces are numbered through over frames, rows, columns.  Memory: V: [POSITIONS][pieces][C],
 * U: [POSITIONS][C'/COLUMNS][C][COLUMNS], M: [POSITIONS][pieces][C'], V and M with `in_plane` and `out_plane`
 * floats from position to position.
 *
 * To be defined before this is included:
 *
 * PIECE          m: rows and columns of the output that are made of one piece
 * POINTS         m + r - 1: rows and columns of a piece of the input
 * input_vector   the type of the values of V that are made at once
 *
 * VECTOR_WIDTH                8 or 16; see cpu/vector.h
 * ROWS, VECTORS               see cpu/conv2d/tile.h; rows are pieces
 * INPUT_BF16, OUTPUT_BF16     see storage.h */
#pragma once

#include "arguments/conv2d.h"
#include "cpu/conv2d/tile.h"
#include "cpu/epilogue.h"
#include "cpu/take.h"
#include "geometry.h"

#define POSITIONS (POINTS * POINTS)

/* What is multiplied are floats, however the input is stored. */
#undef SPREAD
#define SPREAD(from, i) (vector) ((from)[i])

typedef struct
{
  input_vector value[POINTS];
} Inputs;

typedef struct
{
  vector value[POINTS];
} Products;

typedef struct
{
  vector value[PIECE];
} Results;

/* B^T d and A^T M, each of one column or row. */
static inline Inputs transform_input (Inputs d);
static inline Results transform_output (Products m);

/* Where a piece starts. */
static inline Position
find_piece (int piece, MsnetConv2dArguments conv)
{
  const int pieces_x = (conv.width + PIECE - 1) / PIECE;
  const int pieces_y = (conv.height + PIECE - 1) / PIECE;

  return (
      Position){ piece / pieces_x / pieces_y, piece / pieces_x % pieces_y * PIECE, piece % pieces_x * PIECE };
}

/* V of one piece whose columns are transformed already, for as many channels as input_vector has. */
static inline void
store_transformed (global float *transformed, const Inputs columns[POINTS], int plane)
{
  typedef input_vector __attribute__ ((aligned (4))) stored;

#pragma unroll
  for (int y = 0; y < POINTS; y++) {
    Inputs values;

#pragma unroll
    for (int x = 0; x < POINTS; x++)
      values.value[x] = columns[x].value[y];
    values = transform_input (values);
#pragma unroll
    for (int x = 0; x < POINTS; x++)
      *(global stored *)(transformed + (y * POINTS + x) * plane) = values.value[x];
  }
}

/* M of pieces `begin` to `end` for one position and one panel.  `n_pieces`, of which the last may be
 * multiplied again, are at least ROWS. */
OUT_OF_LINE void
multiply_pieces (global float *products, global const float *transformed, global const float *weights,
    int out_channels, int in_channels, int begin, int end, int n_pieces)
{
  for (int tile = begin; tile < end; tile += ROWS) {
    const int first = min (tile, n_pieces - ROWS);
    global const float *rows[ROWS];
    global const float *panel = weights;
    vector sums[ROWS][VECTORS];

#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      rows[i] = transformed + (first + i) * in_channels;
#pragma unroll
      for (int j = 0; j < VECTORS; j++)
        sums[i][j] = (vector)(0.0f);
    }
    MULTIPLY_RUN (rows, 0, in_channels, panel, 0)
#pragma unroll
    for (int i = 0; i < ROWS; i++)
#pragma unroll
      for (int j = 0; j < VECTORS; j++)
        STORE (sums[i][j], j, products + (first + i) * out_channels);
  }
}

/* Up to PIECE x PIECE pixels from one piece: those inside the map.  `products`: of the piece */
OUT_OF_LINE void
finish_piece (global output_element *output, global const float *products, global const float *bias,
    global const output_element *residual, MsnetWinogradArguments self, Position place)
{
  const MsnetConv2dArguments conv = self.conv;
  const int channels = conv.output.channels;

  output += get_pixel (conv.output, place);
  residual += get_pixel (conv.residual, place);
  for (int channel = 0; channel < channels; channel += VECTOR_WIDTH) {
    Results columns[POINTS];

#pragma unroll
    for (int x = 0; x < POINTS; x++) {
      Products values;

#pragma unroll
      for (int y = 0; y < POINTS; y++)
        values.value[y] = LOAD (0, products + (y * POINTS + x) * self.out_plane + channel);
      columns[x] = transform_output (values);
    }
#pragma unroll
    for (int y = 0; y < PIECE; y++) {
      Products values;
      Results pixels;

#pragma unroll
      for (int x = 0; x < POINTS; x++)
        values.value[x] = columns[x].value[y];
      pixels = transform_output (values);
#pragma unroll
      for (int x = 0; x < PIECE; x++) {
        global const output_element *addend = residual + y * conv.residual.row + x * channels + channel;
        global output_element *target = output + y * conv.output.row + x * channels + channel;

        if (place.row + y < conv.height && place.column + x < conv.width)
          store_output (finish (pixels.value[x] + LOAD (0, bias + channel), addend, conv.epilogue), target,
              conv.past_caches);
      }
    }
  }
}
