/* output[t, y, x, :] = input[t, y, x, :] / sqrt (sum_c input[t, y, x, c]^2 + 1e-6); both [T, H, W, C], or
 * the same tensor.  A work-item makes one pixel. */
kernel void
normalize_channels (global float *output, Geometry out, global const float *input, Geometry in, int frames,
    int height, int width)
{
  int index = get_global_id (0);
  int channels = in.channels;
  if (index >= frames * height * width)
    return;
  int column = index % width;
  int row = index / width % height;
  int frame = index / width / height;

  global const float *from = input + get_row (in, frame, row) + column * channels;
  global float *to = output + get_row (out, frame, row) + column * channels;
  float sum = 1e-6f;
  for (int channel = 0; channel < channels; channel++)
    sum += from[channel] * from[channel];
  float length = sqrt (sum);
  for (int channel = 0; channel < channels; channel++)
    to[channel] = from[channel] / length;
}
