/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Convolution over frames, fused with what comes before and after it:
 *
 *   y[t, row, column, o] = epilogue (bias[o] + sum over ky, kx, c of
 *       x[s (t, c), row * stride + ky - top, column * stride + kx - left, c] * w[ky, kx, c, o])
 *
 * top, left: zeros before the first row and column, K/2 or one less.
 *
 * s (t, c), the temporal shift: frame t + 1 for c < next_end, t - 1 for next_end <= c < previous_end, else
 * t. Frame t - 1 is read from `previous`: the input, a frame earlier, or what a stream kept of the frame
 * before it.  `epilogue` is one of MsnetEpilogue, arguments/epilogue.h.
 *
 * output, residual: [T, H', W', C']; input, previous: [T, H, W, C], around the input are zeros;
 * weights: [K][K][C][C'].  How they lie, and all numbers: MsnetConv2dArguments, arguments/conv2d.h.
 *
 * A work-item makes one value.  Global size: (output channels, columns, frames * rows).
 *
 * INPUT_BF16, OUTPUT_BF16   see storage.h */

#include "arguments/conv2d.h"
#include "epilogue.h"
#include "geometry.h"
#include "storage.h"

kernel void
conv2d (global output_element *restrict output, global const input_element *restrict input,
    global const float *restrict weights, global const float *restrict bias,
    global const output_element *restrict residual, global const input_element *restrict previous,
    MsnetConv2dArguments conv)
{
  const int channel = get_global_id (0);
  const int column = get_global_id (1);
  const int row = get_global_id (2) % conv.height;
  const int frame = get_global_id (2) / conv.height;
  const MsnetGeometry in = conv.input;

  if (channel >= conv.output.channels || column >= conv.width || frame >= conv.frames)
    return;

  const Position first_tap = { frame, row * conv.stride, column * conv.stride };
  float sum = bias[channel];

  input += get_pixel (in, first_tap);
  previous += get_pixel (conv.previous, first_tap);
  for (int ky = 0; ky < conv.kernel_size; ky++)
    for (int kx = 0; kx < conv.kernel_size; kx++)
      for (int c = 0; c < in.channels; c++) {
        const int tap = (ky * conv.kernel_size + kx) * in.channels + c;
        const int here = ky * in.row + kx * in.channels + c;
        const int there = ky * conv.previous.row + kx * conv.previous.channels + c;
        const float value = c < conv.next_end       ? GET_INPUT (input, in.frame + here)
                            : c < conv.previous_end ? GET_INPUT (previous, there)
                                                    : GET_INPUT (input, here);

        sum = fma (value, weights[tap * conv.output.channels + channel], sum);
      }

  const Position position = { frame, row, column };

  residual += get_pixel (conv.residual, position);
  output += get_pixel (conv.output, position);
  const float addend = conv.epilogue >= MSNET_EPILOGUE_ADD ? GET_OUTPUT (residual, channel) : 0.0f;

  PUT_OUTPUT (finish_1 (sum, addend, conv.epilogue), output, channel);
}
