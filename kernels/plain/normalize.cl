/* output[t, y, x, :] = input[t, y, x, :] / sqrt (sum_c input[t, y, x, c]^2 + 1e-6); both [T, H, W, C], or
 * the same tensor.  A work-item makes one pixel. */
kernel void
normalize_channels (global float *output, int output_origin, int output_row, int output_frame,
    global const float *input, int input_origin, int input_row, int input_frame, int frames, int height,
    int width, int channels)
{
  int index = get_global_id (0);
  if (index >= frames * height * width)
    return;
  int column = index % width;
  int row = index / width % height;
  int frame = index / width / height;

  global const float *from
      = input + input_origin + frame * input_frame + row * input_row + column * channels;
  global float *to = output + output_origin + frame * output_frame + row * output_row + column * channels;
  float sum = 1e-6f;
  for (int channel = 0; channel < channels; channel++)
    sum += from[channel] * from[channel];
  float length = sqrt (sum);
  for (int channel = 0; channel < channels; channel++)
    to[channel] = from[channel] / length;
}
