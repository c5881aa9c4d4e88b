/* Copies the first `channels` channels of every pixel: y[t, row, column, c] = x[t, row, column, c].
 *
 * Geometry as in plain/conv2d.cl; pixels lie `output_channels` and `input_channels` values apart.  One work-item
 * copies a row: dimension 0 is the row, 1 the frame.
 *
 * ELEMENT: an integer type as wide as a value: uint (float32) or ushort (bfloat16) */
#ifndef ELEMENT
#define ELEMENT uint
#endif

__kernel void
copy_channels (__global ELEMENT *restrict output, int output_origin, int output_row_stride,
    int output_frame_stride, __global const ELEMENT *restrict input, int input_origin, int input_row_stride,
    int input_frame_stride, int width, int output_channels, int input_channels)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);

  output += output_origin + frame * output_frame_stride + row * output_row_stride;
  input += input_origin + frame * input_frame_stride + row * input_row_stride;
  for (int column = 0; column < width; column++)
    for (int c = 0; c < output_channels; c++)
      output[column * output_channels + c] = input[column * input_channels + c];
}
