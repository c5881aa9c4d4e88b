/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The convolution of plain/depthwise_conv2d.cl for CPUs: explicit vectors of channels, a tile of PIXELS sums
 * in registers, beside the factors of a row of the filter.
 *
 * A work-item, a work-group of its own, makes `group_rows` rows of a frame.  The last tile of a row overlaps
 * the one before it instead of being shorter.  Global size: (groups of rows, frames).
 *
 * Needs C % VECTOR_WIDTH = 0 and rows of at least PIXELS pixels.  Weights: [K][K][C].
 *
 * TAPS, STRIDE                K and the stride
 * PIXELS                      output pixels of a tile; see cpu/depthwise_tile.h
 * VECTOR_WIDTH                4, 8 or 16; see cpu/vector.h
 * INPUT_BF16, OUTPUT_BF16     see storage.h */

#include "arguments/depthwise_conv2d.h"
#include "cpu/depthwise_tile.h"
#include "cpu/epilogue.h"
#include "geometry.h"

/* One row.  `input`: what the first tap of its first pixel reads */
OUT_OF_LINE void
convolve_row (global output_element *output, global const input_element *input, global const float *weights,
    global const float *bias, MsnetDepthwiseArguments self)
{
  const int channels = self.output.channels;
  const Range range = get_range (self.epilogue);

  for (int tile = 0; tile < self.width; tile += PIXELS) {
    const int column = min (tile, self.width - PIXELS);
    global output_element *target = output + column * channels;
    global const input_element *source = input + column * STRIDE * channels;

    for (int channel = 0; channel < channels; channel += VECTOR_WIDTH) {
      vector sums[PIXELS];

#pragma unroll
      for (int i = 0; i < PIXELS; i++)
        sums[i] = LOAD (0, bias + channel);
      for (int ky = 0; ky < TAPS; ky++) {
        global const input_element *row = source + ky * self.input.row + channel;

        /* What the next tile will read first of all, in the order of memory: hardware does not foresee it. */
#pragma unroll
        for (int x = 0; x < PIXELS * STRIDE; x++)
          if (ky >= TAPS - STRIDE)
            PREFETCH (source + ky * self.input.row + (PIXELS * STRIDE + TAPS - STRIDE) * channels
                      + channel * PIXELS * STRIDE + x * VECTOR_WIDTH);
        ADD_FILTER_ROW (sums, row, weights + ky * TAPS * channels + channel, channels, LOAD_INPUT)
      }
#pragma unroll
      for (int i = 0; i < PIXELS; i++)
        STORE_OUTPUT (cut_off (sums[i], range), 0, target + i * channels + channel);
    }
  }
}

VECTOR_KERNEL void
depthwise_conv2d (global output_element *output, global const input_element *input,
    global const float *weights, global const float *bias, MsnetDepthwiseArguments self)
{
  const int begin = get_global_id (0) * self.group_rows;
  const int end = min (begin + self.group_rows, self.height);
  const int frame = get_global_id (1);

  for (int row = begin; row < end; row++)
    convolve_row (output + get_row (self.output, frame, row),
        input + get_row (self.input, frame, row * STRIDE), weights, bias, self);
}
