/* Copies the first channels of every pixel, as many as the output has: y[t, row, column, c] = x[t, row, column, c].
 * One work-item copies a row: dimension 0 is the row, 1 the frame.
 *
 * ELEMENT: an integer type as wide as a value: uint (float32) or ushort (bfloat16) */
#ifndef ELEMENT
#define ELEMENT uint
#endif

__kernel void
copy_channels (__global ELEMENT *restrict output, Geometry out, __global const ELEMENT *restrict input, Geometry in,
    int width)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);

  output += get_row (out, frame, row);
  input += get_row (in, frame, row);
  for (int column = 0; column < width; column++)
    for (int c = 0; c < out.channels; c++)
      output[column * out.channels + c] = input[column * in.channels + c];
}
