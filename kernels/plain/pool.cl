/* Pooling over space; a work-item makes one value.  INPUT_BF16, OUTPUT_BF16: see prelude.cl. */

/* output[t, y, x, c] = maximum of input[t, 2y-1 .. 2y+1, 2x-1 .. 2x+1, c], none of them negative: the
 * zero halo of input [T, H, W, C] stands for what is outside.  output: [T, height, width, C] */
kernel void
max_pool (global output_element *output, Geometry out, global const input_element *input, Geometry in, int frames,
    int height, int width)
{
  int index = get_global_id (0);
  int channels = in.channels;
  if (index >= frames * height * width * channels)
    return;
  int channel = index % channels;
  int column = index / channels % width;
  int row = index / channels / width % height;
  int frame = index / channels / width / height;

  global const input_element *window
      = input + get_row (in, frame, 2 * row - 1) + (2 * column - 1) * channels + channel;
  float best = 0.0f;
  for (int y = 0; y < 3; y++)
    for (int x = 0; x < 3; x++)
      best = max (best, GET_INPUT (window, y * in.row + x * channels));
  PUT_OUTPUT (best, output, get_row (out, frame, row) + column * channels + channel);
}

/* output[t, c] = mean over y, x of input[t, y, x, c].  input: [T, height, width, C]; output: [T, 1, 1, C] */
kernel void
average_pool (global output_element *output, Geometry out, global const input_element *input, Geometry in, int frames,
    int height, int width)
{
  int index = get_global_id (0);
  int channels = in.channels;
  if (index >= frames * channels)
    return;
  int channel = index % channels;
  int frame = index / channels;

  global const input_element *pixels = input + get_row (in, frame, 0) + channel;
  float sum = 0.0f;
  for (int row = 0; row < height; row++)
    for (int column = 0; column < width; column++)
      sum += GET_INPUT (pixels, row * in.row + column * channels);
  PUT_OUTPUT (sum / (float) (height * width), output, get_row (out, frame, 0) + channel);
}
