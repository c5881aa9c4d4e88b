/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Convolution of each channel by itself, fused with what comes after it:
 *
 *   output[t, y, x, c] = epilogue (bias[c] + sum over ky, kx of
 *       weights[ky, kx, c] input[t, y * stride + ky - top, x * stride + kx - left, c])
 *
 * top, left: zeros before the first row and column, K/2 or one less.  `epilogue` is one of MsnetEpilogue,
 * arguments/epilogue.h, that adds nothing.
 *
 * output: [T, H', W', C]; input: [T, H, W, C], around it are zeros; weights: [K][K][pitch], pitch >= C.  How
 * they lie, and all numbers: MsnetDepthwiseArguments, arguments/depthwise_conv2d.h.
 *
 * A work-item makes one value.  Global size: (values).
 *
 * INPUT_BF16, OUTPUT_BF16   see storage.h */

#include "arguments/depthwise_conv2d.h"
#include "epilogue.h"
#include "geometry.h"
#include "storage.h"

kernel void
depthwise_conv2d (global output_element *output, global const input_element *input,
    global const float *weights, global const float *bias, MsnetDepthwiseArguments self)
{
  const int index = get_global_id (0);
  const int channels = self.output.channels;
  const int channel = index % channels;
  const Position position = get_position (index / channels, self.height, self.width);
  const Position first_tap = { position.frame, position.row * self.stride, position.column * self.stride };
  float sum;

  if (position.frame >= self.frames)
    return;
  input += get_pixel (self.input, first_tap) + channel;
  sum = bias[channel];
  for (int y = 0; y < self.kernel_size; y++)
    for (int x = 0; x < self.kernel_size; x++)
      sum = fma (weights[(y * self.kernel_size + x) * self.pitch + channel],
          GET_INPUT (input, y * self.input.row + x * channels), sum);
  output += get_pixel (self.output, position);
  PUT_OUTPUT (finish_1 (sum, 0.0f, self.epilogue), output, channel);
}
