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
 * PIXELS                      output pixels of a tile: it takes PIXELS + TAPS + 1 registers
 * VECTOR_WIDTH                4, 8 or 16; see cpu/vector.h
 * INPUT_BF16, OUTPUT_BF16     see storage.h */

#include "arguments/depthwise_conv2d.h"
#include "cpu/epilogue.h"
#include "cpu/vector_storage.h"
#include "geometry.h"

/* Pixels of the input that a row of the filter reads for a tile. */
#define SPAN ((PIXELS - 1) * STRIDE + TAPS)

/* One row.  `input`: what the first tap of its first pixel reads */
OUT_OF_LINE void
convolve_row (global output_element *output, global const input_element *input, global const float *weights,
    global const float *bias, MsnetDepthwiseArguments self)
{
  const int channels = self.output.channels;

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
        vector factors[TAPS];

#pragma unroll
        for (int kx = 0; kx < TAPS; kx++)
          factors[kx] = LOAD (0, weights + (ky * TAPS + kx) * channels + channel);
          /* What the next tile will read first of all, in the order of memory: hardware does not foresee it. */
#pragma unroll
        for (int x = 0; x < PIXELS * STRIDE; x++)
          if (ky >= TAPS - STRIDE)
            PREFETCH (source + ky * self.input.row + (PIXELS * STRIDE + TAPS - STRIDE) * channels
                      + channel * PIXELS * STRIDE + x * VECTOR_WIDTH);
#pragma unroll
        for (int x = 0; x < SPAN; x++) {
          const vector value = LOAD_INPUT (0, row + x * channels);

#pragma unroll
          for (int kx = 0; kx < TAPS; kx++)
            if (x >= kx && (x - kx) % STRIDE == 0 && (x - kx) / STRIDE < PIXELS)
              sums[(x - kx) / STRIDE] = fma (value, factors[kx], sums[(x - kx) / STRIDE]);
        }
      }
#pragma unroll
      for (int i = 0; i < PIXELS; i++)
        STORE_OUTPUT (finish (sums[i], target, self.epilogue), 0, target + i * channels + channel);
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
