/* As plain/normalize.cl, for a CPU; channels a multiple of 8.  A work-item makes one row of one frame:
 * global (height, frames). */

kernel void
normalize_channels (global float *output, Geometry out, global const float *input, Geometry in, int width)
{
  int row = get_global_id (0);
  int frame = get_global_id (1);
  int channels = in.channels;
  global const float *from = input + get_row (in, frame, row);
  global float *to = output + get_row (out, frame, row);

  for (int column = 0; column < width; column++, from += channels, to += channels) {
    float8 squares = 0.0f;
    for (int channel = 0; channel < channels; channel += 8) {
      float8 v = vload8 (0, from + channel);
      squares = fma (v, v, squares);
    }
    float length = sqrt (sum_8 (squares) + 1e-6f);
    for (int channel = 0; channel < channels; channel += 8)
      vstore8 (vload8 (0, from + channel) / length, 0, to + channel);
  }
}
