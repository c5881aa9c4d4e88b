/* Convolution over frames, fused with what comes before and after it:
 *
 *   y[t, row, column, o] = epilogue (bias[o] + sum over ky, kx, c of
 *       x[s (t, c), row * stride + ky - K/2, column * stride + kx - K/2, c] * w[ky, kx, c, o])
 *
 * s (t, c), the temporal shift: frame t + 1 for c < next_end, t - 1 for next_end <= c < previous_end, else t.
 * Frame t - 1 is read from `previous`: the input, a frame earlier, or what a stream kept of the frame before it.
 * Epilogues: 0 y, 1 max (0, y), 2 max (0, y + residual), 3 max (0, y) + residual.
 *
 * Tensors are NHWC and lie as prelude.cl says of Geometry, `output` as `out`, `input` as `in`, `residual` as `add`,
 * `previous` as `before`; the origin of `in` and `before` is where the first tap of pixel (0, 0) reads.  The input has
 * zeros around it.
 * Weights: [K][K][C][C'].  INPUT_BF16, OUTPUT_BF16: see prelude.cl.
 * One work-item computes one value: dimension 0 is the output channel, 1 the column, 2 frame and row. */

__kernel void
conv2d (__global output_element *restrict output, __global const input_element *restrict input,
    __global const float *restrict weights, __global const float *restrict bias,
    __global const output_element *restrict residual, __global const input_element *restrict previous,
    Geometry out, Geometry in, Geometry add, Geometry before, int frames, int height, int width, int kernel_size,
    int stride, int next_end, int previous_end, int epilogue)
{
  int channel = get_global_id (0);
  int column = get_global_id (1);
  int row = get_global_id (2) % height;
  int frame = get_global_id (2) / height;

  if (channel >= out.channels || column >= width || frame >= frames)
    return;

  const int top = row * stride;
  const int left = column * stride;
  float sum = bias[channel];

  input += get_row (in, frame, top) + left * in.channels;
  previous += get_row (before, frame, top) + left * before.channels;
  for (int ky = 0; ky < kernel_size; ky++)
    for (int kx = 0; kx < kernel_size; kx++)
      for (int c = 0; c < in.channels; c++) {
        const int here = ky * in.row + kx * in.channels + c;
        const float value = c < next_end       ? GET_INPUT (input, in.frame + here)
                            : c < previous_end ? GET_INPUT (previous, ky * before.row + kx * before.channels + c)
                                               : GET_INPUT (input, here);

        sum = fma (value, weights[((ky * kernel_size + kx) * in.channels + c) * out.channels + channel], sum);
      }

  residual += get_row (add, frame, row) + column * add.channels;
  output += get_row (out, frame, row) + column * out.channels;
  if (epilogue == 2)
    sum += GET_OUTPUT (residual, channel);
  if (epilogue != 0)
    sum = fmax (sum, 0.0f);
  if (epilogue == 3)
    sum += GET_OUTPUT (residual, channel);
  PUT_OUTPUT (sum, output, channel);
}
