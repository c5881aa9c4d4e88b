/* As plain/depthwise_conv2d.cl, for a CPU, any number of channels: a row is one string of width * channels
 * values, taken eight at a time.  weights [K][K][pitch] and bias [pitch] repeat their channels up to
 * pitch, the least common multiple of channels and 8, so that eight neighbours always find their eight weights
 * in a row.  A work-item makes one row of one frame: global (height, frames). */
kernel void
depthwise_conv2d (global float *output, Geometry out, global const float *input, Geometry in,
    global const float *weights, global const float *bias, int width, int size, int pitch)
{
  int row = get_global_id (0);
  int frame = get_global_id (1);
  int channels = in.channels;
  int values = width * channels;
  global float *to = output + get_row (out, frame, row);
  global const float *window = input + get_row (in, frame, row - size / 2) - size / 2 * channels;

  int i = 0;
  for (int phase = 0; i + 8 <= values; i += 8) {
    float8 sum = vload8 (0, bias + phase);
    for (int y = 0; y < size; y++)
      for (int x = 0; x < size; x++)
        sum = fma (vload8 (0, weights + (y * size + x) * pitch + phase),
            vload8 (0, window + y * in.row + x * channels + i), sum);
    vstore8 (max (sum, 0.0f), 0, to + i);
    phase = phase + 8 < pitch ? phase + 8 : 0;
  }
  for (; i < values; i++) {
    float sum = bias[i % pitch];
    for (int y = 0; y < size; y++)
      for (int x = 0; x < size; x++)
        sum += weights[(y * size + x) * pitch + i % pitch] * window[y * in.row + x * channels + i];
    to[i] = max (sum, 0.0f);
  }
}
