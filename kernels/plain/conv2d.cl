/* Convolution over frames, fused with what comes before and after it:
 *
 *   y[t, row, column, o] = epilogue (bias[o] + sum over ky, kx, c of
 *       x[s (t, c), row * stride + ky - K/2, column * stride + kx - K/2, c] * w[ky, kx, c, o])
 *
 * s (t, c), the temporal shift: frame t + 1 for c < next_end, t - 1 for next_end <= c < previous_end, else t.
 * Frame t - 1 is read from `previous`: the input, a frame earlier, or what a stream kept of the frame before it.
 * Epilogues: 0 y, 1 max (0, y), 2 max (0, y + residual), 3 max (0, y) + residual.
 *
 * Tensors are NHWC; an origin is where pixel (0, 0) of frame 0 lies, of `input` and `previous` where its first tap
 * reads; strides are values from row to row and from frame to frame; the input has zeros around it.
 * Weights: [K][K][C][C'].  INPUT_BF16, OUTPUT_BF16: see prelude.cl.
 * One work-item computes one value: dimension 0 is the output channel, 1 the column, 2 frame and row. */

__kernel void
conv2d (__global output_element *restrict output, __global const input_element *restrict input,
    __global const float *restrict weights, __global const float *restrict bias,
    __global const output_element *restrict residual, __global const input_element *restrict previous,
    int output_origin, int output_row_stride, int output_frame_stride, int input_origin, int input_row_stride, int input_frame_stride,
    int residual_origin, int residual_row_stride, int residual_frame_stride, int previous_origin,
    int previous_row_stride, int previous_frame_stride, int previous_channels, int frames, int height, int width,
    int out_channels, int in_channels, int kernel_size, int stride, int next_end, int previous_end, int epilogue)
{
  int channel = get_global_id (0);
  int column = get_global_id (1);
  int row = get_global_id (2) % height;
  int frame = get_global_id (2) / height;

  if (channel >= out_channels || column >= width || frame >= frames)
    return;

  const int top = row * stride;
  const int left = column * stride;
  float sum = bias[channel];

  input += input_origin + frame * input_frame_stride + top * input_row_stride + left * in_channels;
  previous += previous_origin + frame * previous_frame_stride + top * previous_row_stride + left * previous_channels;
  for (int ky = 0; ky < kernel_size; ky++)
    for (int kx = 0; kx < kernel_size; kx++)
      for (int c = 0; c < in_channels; c++) {
        const int here = ky * input_row_stride + kx * in_channels + c;
        const float value
            = c < next_end       ? GET_INPUT (input, input_frame_stride + here)
              : c < previous_end ? GET_INPUT (previous, ky * previous_row_stride + kx * previous_channels + c)
                                 : GET_INPUT (input, here);

        sum = fma (value, weights[((ky * kernel_size + kx) * in_channels + c) * out_channels + channel], sum);
      }

  residual += residual_origin + frame * residual_frame_stride + row * residual_row_stride + column * out_channels;
  output += output_origin + frame * output_frame_stride + row * output_row_stride + column * out_channels;
  if (epilogue == 2)
    sum += GET_OUTPUT (residual, channel);
  if (epilogue != 0)
    sum = fmax (sum, 0.0f);
  if (epilogue == 3)
    sum += GET_OUTPUT (residual, channel);
  PUT_OUTPUT (sum, output, channel);
}
