/* output[t, y, x, c] = max (0, bias[c] + sum_ky,kx weights[ky, kx, c] input[t, y + ky - K/2, x + kx - K/2, c]):
 * stride 1, zero padding by the input's halo (>= K/2).  output, input: [T, H, W, C];
 * weights: [K][K][pitch], pitch >= C.  A work-item makes one value. */
kernel void
depthwise_conv2d (global float *output, Geometry out, global const float *input, Geometry in,
    global const float *weights, global const float *bias, int frames, int height, int width, int size, int pitch)
{
  int index = get_global_id (0);
  int channels = in.channels;
  if (index >= frames * height * width * channels)
    return;
  int channel = index % channels;
  int column = index / channels % width;
  int row = index / channels / width % height;
  int frame = index / channels / width / height;

  global const float *window
      = input + get_row (in, frame, row - size / 2) + (column - size / 2) * channels + channel;
  float sum = bias[channel];
  for (int y = 0; y < size; y++)
    for (int x = 0; x < size; x++)
      sum += weights[(y * size + x) * pitch + channel] * window[y * in.row + x * channels];
  output[get_row (out, frame, row) + column * channels + channel] = max (sum, 0.0f);
}
