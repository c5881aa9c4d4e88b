/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An inverted residual at once: a 1x1 convolution that widens, a depthwise one, and a 1x1 convolution that
 * narrows, as plain/conv2d.cl and plain/depthwise_conv2d.cl define them.  What lies between them, the largest
 * tensors of such a network, never leaves a core's own cache.
 *
 * A work-item, a work-group of its own, takes one band after the other, `band_rows` rows of a frame, and
 * makes `group_rows` at a time:
 *
 *   widen       the rows that the depthwise convolution reads and that are not there yet, into a ring of
 *               `ring_rows` rows, with zeros left and right of them
 *   depthwise   of the ring
 *   narrow      of that; then the residual is added
 *
 * Global size: (any).  Scratch of a work-item: the ring, [ring_rows][pitch][inner], and behind it
 * what depthwise makes, [group_rows][W'][inner], as bfloat16 with PRODUCTS_BF16.
 *
 * Weights: widening [inner/(WIDE_VECTORS * VECTOR_WIDTH)][depth][that many], depthwise [K][K][inner],
 * narrowing [panels][inner][columns of a tile].  The last panel of the output's channels overlaps the one
 * before it instead of being narrower.  With PRODUCTS_BF16, depth and inner count pairs.  Needs ROWS pixels
 * in a row of the input and in a group of rows, PIXELS in a row of the output, and a tile's columns of it.
 *
 * WIDENS                         defined: it widens; undefined: depthwise reads the input
 * WIDE_VECTORS, NARROW_VECTORS   vectors of output channels of a tile, default 2
 * NARROW_HALF                    1: and half a vector more.  Where a CPU makes two halves of each vector of
 *                                16, that takes half the time; default 0
 * NARROW_ROWS                    pixels of such a tile, at most ROWS, default 6
 * VECTOR_WIDTH, ROWS             see cpu/conv2d/tile.h
 * TAPS, STRIDE, PIXELS           see cpu/depthwise_tile.h
 * INPUT_BF16, OUTPUT_BF16        see storage.h
 * PRODUCTS_BF16                  see cpu/product.h */

#include "arguments/inverted_residual.h"
#include "cpu/conv2d/tile.h"
#include "cpu/depthwise_tile.h"
#include "cpu/epilogue.h"
#include "cpu/take.h"
#include "geometry.h"

#undef VECTORS
#ifndef WIDE_VECTORS
#define WIDE_VECTORS 2
#endif
#ifndef NARROW_VECTORS
#define NARROW_VECTORS 2
#endif
#ifndef NARROW_HALF
#define NARROW_HALF 0
#endif
#ifndef NARROW_ROWS
#define NARROW_ROWS 6
#endif

/* What depthwise reads and makes, and narrowing multiplies. */
#ifdef WIDENS
typedef float ring_element;
#define LOAD_RING LOAD
#else
typedef input_element ring_element;
#define LOAD_RING LOAD_INPUT
#endif
#ifdef PRODUCTS_BF16
typedef ushort made_element;
typedef uint made_product;
#define PAIR 2
#define STORE_MADE(value, to) (*(global stored_bf16 *)(to) = narrow (value))
#else
typedef float made_element;
typedef float made_product;
#define PAIR 1
#define STORE_MADE(value, to) STORE (value, 0, to)
#endif

/* The next pixel of rows of `width`. */
static inline void
advance (Position *position, int width)
{
  if (++position->column < width)
    return;
  position->column = 0;
  position->row++;
}

#ifdef WIDENS
#define VECTORS WIDE_VECTORS

static inline global float *
get_slot (global float *ring, int row, MsnetInvertedArguments self)
{
  return ring + (row + self.top) % self.ring_rows * self.pitch * self.inner;
}

/* Rows `begin` to `end` of the map, which lie inside it. */
OUT_OF_LINE void
widen_rows (global float *ring, global const product_element *input, global const product_element *previous,
    global const float *weights, global const float *bias, int frame, int begin, int end,
    MsnetInvertedArguments self)
{
  const MsnetConv2dArguments conv = self.widen;
  const Range range = get_range (conv.epilogue);
  const int n_pixels = (end - begin) * conv.width;
  /* Before the first frame and after the last there are zeros, which add nothing. */
  const int n_next = frame == conv.frames - 1 ? 0 : conv.next_end;
  const int all_previous = conv.previous_end - self.previous_begin;
  const int n_previous = frame == 0 && !self.has_previous ? 0 : all_previous;

  for (int channel = 0; channel < self.inner; channel += COLUMNS)
    for (int tile = 0; tile < n_pixels; tile += ROWS) {
      const int first = min (tile, n_pixels - ROWS);
      Position position = { frame, begin + first / conv.width, first % conv.width };
      global float *slot = get_slot (ring, position.row, self) + self.left * self.inner + channel;
      global const float *panel = weights + channel * self.depth;
      global const product_element *rows[ROWS];
      global float *targets[ROWS];
      vector sums[ROWS][VECTORS];

#pragma unroll
      for (int i = 0; i < ROWS; i++) {
        rows[i] = input + get_pixel (conv.input, position);
        targets[i] = slot + position.column * self.inner;
#pragma unroll
        for (int j = 0; j < VECTORS; j++)
          sums[i][j] = LOAD (j, bias + channel);
        advance (&position, conv.width);
        if (position.column == 0)
          slot = get_slot (ring, position.row, self) + self.left * self.inner + channel;
      }
      if (conv.previous_end > 0) {
        global const product_element *previous_rows[ROWS];

        position = (Position){ frame, begin + first / conv.width, first % conv.width };
#pragma unroll
        for (int i = 0; i < ROWS; i++) {
          previous_rows[i] = previous + get_pixel (conv.previous, position);
          advance (&position, conv.width);
        }
        MULTIPLY_RUN (rows, conv.input.frame, n_next, panel, 0)
        panel += (conv.next_end - n_next) * COLUMNS;
        MULTIPLY_RUN (previous_rows, self.previous_begin, n_previous, panel, 0)
        panel += (all_previous - n_previous) * COLUMNS;
      }
      MULTIPLY_RUN (rows, self.own_begin, conv.input.channels - self.own_begin, panel, 0)
#pragma unroll
      for (int i = 0; i < ROWS; i++)
#pragma unroll
        for (int j = 0; j < VECTORS; j++)
          STORE (cut_off (sums[i][j], range), j, targets[i]);
    }
}

OUT_OF_LINE void
clear (global float *values, int n)
{
  for (int i = 0; i < n; i += VECTOR_WIDTH)
    STORE ((vector)(0.0f), 0, values + i);
}

/* Zeros left and right of all rows of the ring. */
OUT_OF_LINE void
clear_margins (global float *ring, MsnetInvertedArguments self)
{
  const int right = self.left + self.widen.width;

  for (int row = 0; row < self.ring_rows; row++, ring += self.pitch * self.inner) {
    clear (ring, self.left * self.inner);
    clear (ring + right * self.inner, (self.pitch - right) * self.inner);
  }
}

/* Rows `begin` to `end` into the ring; beyond the map there are zeros. */
OUT_OF_LINE void
fill_ring (global float *ring, global const product_element *input, global const product_element *previous,
    global const float *weights, global const float *bias, int frame, int begin, int end,
    MsnetInvertedArguments self)
{
  const int height = self.widen.height;

  for (int row = begin; row < end; row++)
    if (row < 0 || row >= height)
      clear (get_slot (ring, row, self) + self.left * self.inner, self.widen.width * self.inner);
  begin = max (begin, 0);
  end = min (end, height);
  if (begin < end)
    widen_rows (ring, input, previous, weights, bias, frame, begin, end, self);
}

#undef VECTORS
#endif

/* A row of the output.  `rows`: what each row of the filter reads first */
OUT_OF_LINE void
convolve_row (global made_element *made, global const ring_element *rows[TAPS], global const float *weights,
    global const float *bias, MsnetInvertedArguments self)
{
  const int width = self.narrow.width;
  const Range range = get_range (self.epilogue);

  for (int tile = 0; tile < width; tile += PIXELS) {
    const int column = min (tile, width - PIXELS);

    for (int channel = 0; channel < self.inner; channel += VECTOR_WIDTH) {
      vector sums[PIXELS];

#pragma unroll
      for (int i = 0; i < PIXELS; i++)
        sums[i] = LOAD (0, bias + channel);
      for (int ky = 0; ky < TAPS; ky++) {
        global const ring_element *row = rows[ky] + column * STRIDE * self.inner + channel;

#ifndef WIDENS
        /* What the next tile will read first of all, in the order of memory: hardware does not foresee it. */
#pragma unroll
        for (int x = 0; x < PIXELS * STRIDE; x++)
          if (ky >= TAPS - STRIDE)
            PREFETCH (rows[ky] + ((column + PIXELS) * STRIDE + TAPS - STRIDE) * self.inner
                      + channel * PIXELS * STRIDE + x * VECTOR_WIDTH);
#endif
        ADD_FILTER_ROW (sums, row, weights + ky * TAPS * self.inner + channel, self.inner, LOAD_RING)
      }
#pragma unroll
      for (int i = 0; i < PIXELS; i++)
        STORE_MADE (cut_off (sums[i], range), made + (column + i) * self.inner + channel);
    }
  }
}

/* Tiles of narrowing: of other sizes, with half a vector behind the others where NARROW_HALF is 1. */
#undef ROWS
#undef COLUMNS
#undef MULTIPLY
#define ROWS NARROW_ROWS
#define VECTORS NARROW_VECTORS
#define COLUMNS (VECTORS * VECTOR_WIDTH + NARROW_HALF * HALF_WIDTH)
#ifndef PRODUCTS_BF16
#undef SPREAD
#define SPREAD(from, i) (vector) ((from)[i])
#endif

#if VECTOR_WIDTH == 16
#define HALF_WIDTH 8
#else
#define HALF_WIDTH 4
#endif
typedef WIDE (float, HALF_WIDTH) half_vector;
#define LOAD_HALF WIDE (vload, HALF_WIDTH)

/* As in cpu/conv2d/tile.h. */
#define MULTIPLY(rows, offset, panel, k)                                                                     \
  {                                                                                                          \
    vector factors[VECTORS];                                                                                 \
    half_vector factor;                                                                                      \
    _Pragma ("unroll") for (int j = 0; j < VECTORS; j++) factors[j] = LOAD (j, panel + (k)*COLUMNS);         \
    if (NARROW_HALF)                                                                                         \
      factor = LOAD_HALF (0, panel + (k)*COLUMNS + VECTORS * VECTOR_WIDTH);                                  \
    _Pragma ("unroll") for (int i = 0; i < ROWS; i++)                                                        \
    {                                                                                                        \
      vector value = SPREAD (rows[i], offset + (k));                                                         \
      _Pragma ("unroll") for (int j = 0; j < VECTORS; j++) ADD_PRODUCT (sums[i][j], value, factors[j]);      \
      if (NARROW_HALF)                                                                                       \
        ADD_PRODUCT (halves[i], value.lo, factor);                                                           \
    }                                                                                                        \
  }

/* `n_rows` rows of the output from `row` on.  `made`: what depthwise made of them */
OUT_OF_LINE void
narrow_rows (global output_element *output, global const output_element *residual,
    global const made_product *made, global const float *weights, global const float *bias, int frame,
    int row, int n_rows, MsnetInvertedArguments self)
{
  const MsnetConv2dArguments conv = self.narrow;
  const int channels = conv.output.channels;
  const int n_pixels = n_rows * conv.width;
  const int depth = self.inner / PAIR;

  for (int begin = 0; begin < channels; begin += COLUMNS, weights += depth * COLUMNS)
    for (int tile = 0; tile < n_pixels; tile += ROWS) {
      const int channel = min (begin, channels - COLUMNS);
      const int first = min (tile, n_pixels - ROWS);
      global const float *panel = weights;
      global const made_product *rows[ROWS];
      Position position = { frame, row + first / conv.width, first % conv.width };
      vector sums[ROWS][VECTORS];
      half_vector halves[ROWS];

#pragma unroll
      for (int i = 0; i < ROWS; i++) {
        rows[i] = made + (first + i) * depth;
#pragma unroll
        for (int j = 0; j < VECTORS; j++)
          sums[i][j] = LOAD (j, bias + channel);
        if (NARROW_HALF)
          halves[i] = LOAD_HALF (0, bias + channel + VECTORS * VECTOR_WIDTH);
      }
      MULTIPLY_RUN (rows, 0, depth, panel, 0)
#pragma unroll
      for (int i = 0; i < ROWS; i++) {
        global output_element *target = output + get_pixel (conv.output, position) + channel;
        global const output_element *addend = residual + get_pixel (conv.residual, position) + channel;

#pragma unroll
        for (int j = 0; j < VECTORS; j++)
          STORE_OUTPUT (finish (sums[i][j], addend + j * VECTOR_WIDTH, conv.epilogue), j, target);
        /* A whole vector, half of which was stored before. */
        if (NARROW_HALF) {
          const int last = COLUMNS - VECTOR_WIDTH;

          STORE_OUTPUT (finish ((vector)(sums[i][VECTORS - 1].hi, halves[i]), addend + last, conv.epilogue),
              0, target + last);
        }
        advance (&position, conv.width);
      }
    }
}

/* Band `band` of a frame. */
OUT_OF_LINE void
make_band (global output_element *output, global const product_element *input,
    global const product_element *previous, global const output_element *residual, global float *ring,
    global const float *wide_weights, global const float *wide_bias, global const float *weights,
    global const float *bias, global const float *narrow_weights, global const float *narrow_bias, int frame,
    int band, MsnetInvertedArguments self)
{
  const int begin = band * self.band_rows;
  const int end = min (begin + self.band_rows, self.narrow.height);
  global made_element *made = (global made_element *)(ring + self.ring_rows * self.pitch * self.inner);
#ifdef WIDENS
  int there = begin * STRIDE - self.top;
#endif

  for (int row = begin; row < end; row += self.group_rows) {
    const int n_rows = min (self.group_rows, end - row);

#ifdef WIDENS
    const int needed = (row + n_rows - 1) * STRIDE - self.top + TAPS;

    fill_ring (ring, input, previous, wide_weights, wide_bias, frame, there, needed, self);
    there = needed;
#endif
    for (int i = 0; i < n_rows; i++) {
      global const ring_element *rows[TAPS];

      for (int ky = 0; ky < TAPS; ky++)
#ifdef WIDENS
        rows[ky] = get_slot (ring, (row + i) * STRIDE - self.top + ky, self);
#else
        rows[ky] = (global const input_element *)input
                   + get_row (self.widen.input, frame, (row + i) * STRIDE + ky);
#endif
      convolve_row (made + i * self.narrow.width * self.inner, rows, weights, bias, self);
    }
    narrow_rows (output, residual, (global const made_product *)made, narrow_weights, narrow_bias, frame, row,
        n_rows, self);
  }
}

VECTOR_KERNEL void
inverted_residual (global output_element *output, global const product_element *input,
    global const product_element *previous, global const output_element *residual, global float *scratch,
    global int *next, global const float *wide_weights, global const float *wide_bias,
    global const float *weights, global const float *bias, global const float *narrow_weights,
    global const float *narrow_bias, MsnetInvertedArguments self)
{
  const int n_bands = (self.narrow.height + self.band_rows - 1) / self.band_rows;
  const int n_groups = self.narrow.frames * n_bands;
  global float *ring = scratch + get_global_id (0) * self.item_scratch;

#ifdef WIDENS
  clear_margins (ring, self);
#endif
  for (int group = take_group (next, n_groups); group < n_groups; group = take_group (next, n_groups))
    make_band (output, input, previous, residual, ring, wide_weights, wide_bias, weights, bias,
        narrow_weights, narrow_bias, group / n_bands, group % n_bands, self);
}
