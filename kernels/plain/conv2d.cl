/* Convolution over frames, fused with what comes before and after it:
 *
 *   y[t, row, column, o] = epilogue (bias[o] + sum over ky, kx, c of
 *       x[s (t, c), row * stride + ky - K/2, column * stride + kx - K/2, c] * w[ky, kx, c, o])
 *
 * s (t, c), the temporal shift: frame t + 1 for c < next_end, t - 1 for next_end <= c < previous_end, else
 * t. Frame t - 1 is read from `previous`: the input, a frame earlier, or what a stream kept of the frame
 * before it.  `epilogue` is one of MsnetEpilogue, arguments/conv2d.h.
 *
 * output, residual: [T, H', W', C'], as `out` and `add` say; input, previous: [T, H, W, C], as `in` and
 * `before` say, whose origin is what the first tap of pixel (0, 0) reads; around the input are zeros.
 * weights: [K][K][C][C'].
 *
 * A work-item makes one value.  Global size: (output channels, columns, frames * rows).
 *
 * INPUT_BF16, OUTPUT_BF16   see storage.h */

#include "arguments/conv2d.h"
#include "geometry.h"
#include "storage.h"

kernel void
conv2d (global output_element *restrict output, global const input_element *restrict input,
    global const float *restrict weights, global const float *restrict bias,
    global const output_element *restrict residual, global const input_element *restrict previous,
    MsnetGeometry out, MsnetGeometry in, MsnetGeometry add, MsnetGeometry before, int frames, int height,
    int width, int kernel_size, int stride, int next_end, int previous_end, int epilogue)
{
  const int channel = get_global_id (0);
  const int column = get_global_id (1);
  const int row = get_global_id (2) % height;
  const int frame = get_global_id (2) / height;

  if (channel >= out.channels || column >= width || frame >= frames)
    return;

  const Position first_tap = { frame, row * stride, column * stride };
  float sum = bias[channel];

  input += get_pixel (in, first_tap);
  previous += get_pixel (before, first_tap);
  for (int ky = 0; ky < kernel_size; ky++)
    for (int kx = 0; kx < kernel_size; kx++)
      for (int c = 0; c < in.channels; c++) {
        const int here = ky * in.row + kx * in.channels + c;
        const float value = c < next_end ? GET_INPUT (input, in.frame + here)
                            : c < previous_end
                                ? GET_INPUT (previous, ky * before.row + kx * before.channels + c)
                                : GET_INPUT (input, here);

        sum = fma (value, weights[((ky * kernel_size + kx) * in.channels + c) * out.channels + channel], sum);
      }

  const Position position = { frame, row, column };

  residual += get_pixel (add, position);
  output += get_pixel (out, position);
  if (epilogue == MSNET_EPILOGUE_ADD_RELU)
    sum += GET_OUTPUT (residual, channel);
  if (epilogue != MSNET_EPILOGUE_LINEAR)
    sum = fmax (sum, 0.0f);
  if (epilogue == MSNET_EPILOGUE_RELU_ADD)
    sum += GET_OUTPUT (residual, channel);
  PUT_OUTPUT (sum, output, channel);
}
