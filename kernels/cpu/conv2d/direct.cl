/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The convolution of plain/conv2d.cl for CPUs: explicit vectors, a tile of sums in registers.
 *
 * All output pixels of all frames are numbered through.  A work-item, a work-group of its own, computes
 * `group_pixels` of them, ROWS at a time, for one panel of COLUMNS output channels.  The last tile
 * overlaps the one before it instead of being shorter, and so does the last panel.  Global size: (panels,
 * groups of pixels): panels that read the same pixels follow each other.
 *
 * Weights: [panels][K][row_run][COLUMNS], `row_run` the K * C values that a row of the filter reads.
 * Needs at least COLUMNS output channels and ROWS pixels.  With PRODUCTS_BF16 what measures the input counts
 * pairs of values, and where K * C is odd the last weight of `row_run` is zero.
 *
 * VECTOR_WIDTH                8 or 16; see cpu/vector.h
 * ROWS, VECTORS               see cpu/conv2d/tile.h
 * INPUT_BF16, OUTPUT_BF16     see storage.h
 * PRODUCTS_BF16               see cpu/product.h */

#include "arguments/conv2d.h"
#include "cpu/conv2d/tile.h"
#include "cpu/epilogue.h"
#include "geometry.h"

static inline void
advance (Position *position, int height, int width)
{
  if (++position->column < width)
    return;
  position->column = 0;
  if (++position->row < height)
    return;
  position->row = 0;
  position->frame++;
}

/* Parts of the channels, by the frame that they are read from. */
enum
{
  NEXT,
  PREVIOUS,
  OWN
};

/* Pixels `begin` to `end` of one panel, where output, weights, bias and residual start. */
OUT_OF_LINE void
convolve (global output_element *output, global const product_element *input, global const float *weights,
    global const float *bias, global const output_element *residual, global const product_element *previous,
    int begin, int end, MsnetDirectArguments self)
{
  const MsnetConv2dArguments conv = self.conv;
  const Strides output_strides = get_strides (conv.output, 1);
  const Strides residual_strides = get_strides (conv.residual, 1);
  const Strides input_strides = { self.input_pixel_stride, conv.stride * conv.input.row, conv.input.frame };
  const Strides previous_strides = get_strides (conv.previous, conv.stride);
  const int n_pixels = conv.frames * conv.height * conv.width;
  /* Without a shift the taps of a row of the filter lie side by side, in pixels and in weights. */
  const bool is_shifted = conv.previous_end > 0;
  const int n_runs = is_shifted ? conv.kernel_size : 1;
  const int run = is_shifted ? conv.input.channels : self.row_run;
  const int ahead = self.is_streaming ? ROWS * self.input_pixel_stride : 0;

  for (int tile = begin; tile < end; tile += ROWS) {
    const Position first = get_position (min (tile, n_pixels - ROWS), conv.height, conv.width);
    Position position = first;
    global const product_element *rows[ROWS];
    global const product_element *previous_rows[ROWS];
    global const float *panel = weights;
    vector sums[ROWS][VECTORS];
    int last_frame = first.frame;

#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      last_frame = position.frame;
      rows[i] = input + get_offset (position, input_strides);
      previous_rows[i] = previous + get_offset (position, previous_strides);
#pragma unroll
      for (int j = 0; j < VECTORS; j++) {
        sums[i][j] = LOAD (j, bias);
        PREFETCH (residual + get_offset (position, residual_strides) + j * VECTOR_WIDTH);
      }
      advance (&position, conv.height, conv.width);
    }

    /* Before the first frame and after the last there are zeros, which add nothing. */
    const int n_next = first.frame == conv.frames - 1 ? 0 : conv.next_end;
    const int n_previous = last_frame == 0 && !self.has_previous ? 0 : conv.previous_end - conv.next_end;

    for (int ky = 0; ky < conv.kernel_size; ky++)
      for (int r = 0; r < n_runs; r++)
        for (int part = is_shifted ? NEXT : OWN; part <= OWN; part++) {
          const bool is_previous = part == PREVIOUS;
          const int begin_value = part == NEXT ? 0 : is_previous ? conv.next_end : conv.previous_end;
          const int end_value = part == NEXT ? conv.next_end : is_previous ? conv.previous_end : run;
          const int n_values = part == NEXT ? n_next : is_previous ? n_previous : end_value - begin_value;
          const int first_value = is_previous
                                      ? ky * conv.previous.row + r * conv.previous.channels
                                      : ky * conv.input.row + r * run + (part == NEXT ? conv.input.frame : 0);
          global const product_element *taps[ROWS];

#pragma unroll
          for (int i = 0; i < ROWS; i++)
            taps[i] = is_previous ? previous_rows[i] : rows[i];
          MULTIPLY_RUN (taps, first_value + begin_value, n_values, panel, ahead)
          panel += (end_value - begin_value - n_values) * COLUMNS;
        }

    position = first;
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      global output_element *target = output + get_offset (position, output_strides);
      global const output_element *addend = residual + get_offset (position, residual_strides);

#pragma unroll
      for (int j = 0; j < VECTORS; j++)
        store_output (finish (sums[i][j], addend + j * VECTOR_WIDTH, conv.epilogue),
            target + j * VECTOR_WIDTH, conv.past_caches);
      advance (&position, conv.height, conv.width);
    }
  }
}

VECTOR_KERNEL void
conv2d_direct (global output_element *output, global const product_element *input,
    global const float *weights, global const float *bias, global const output_element *residual,
    global const product_element *previous, MsnetDirectArguments self)
{
  const MsnetConv2dArguments conv = self.conv;
  const int panel = get_global_id (0);
  const int first_channel = min (panel * COLUMNS, conv.output.channels - COLUMNS);
  const int begin = get_global_id (1) * self.group_pixels;

  convolve (output + conv.output.origin + first_channel, input + conv.input.origin,
      weights + panel * COLUMNS * conv.kernel_size * self.row_run, bias + first_channel,
      residual + conv.residual.origin + first_channel, previous + conv.previous.origin, begin,
      min (begin + self.group_pixels, conv.frames * conv.height * conv.width), self);
}
