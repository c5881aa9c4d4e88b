/* Pooling over space for a CPU, eight channels at a time; channels must be a multiple of 8.
 * INPUT_BF16, OUTPUT_BF16: see prelude.cl. */

/* As max_pool of plain/pool.cl; a work-item makes one row of one frame: global (height, frames). */
kernel void
max_pool (global output_element *output, Geometry out, global const input_element *input, Geometry in, int width)
{
  int row = get_global_id (0);
  int frame = get_global_id (1);
  int channels = in.channels;
  global output_element *to = output + get_row (out, frame, row);
  global const input_element *above = input + get_row (in, frame, 2 * row - 1) - channels;

  for (int column = 0; column < width; column++, to += channels, above += 2 * channels)
    for (int channel = 0; channel < channels; channel += 8) {
      float8 best = 0.0f;
      for (int y = 0; y < 3; y++) {
        global const input_element *from = above + y * in.row + channel;
        float8 sides = max (LOAD_INPUT (0, from), LOAD_INPUT (0, from + 2 * channels));
        best = max (best, max (sides, LOAD_INPUT (0, from + channels)));
      }
      STORE_OUTPUT (best, 0, to + channel);
    }
}

/* As average_pool of plain/pool.cl; a work-item makes eight channels of one frame: global (channels / 8, frames). */
kernel void
average_pool (global output_element *output, Geometry out, global const input_element *input, Geometry in, int height,
    int width)
{
  int channel = get_global_id (0) * 8;
  int frame = get_global_id (1);
  global const input_element *pixels = input + get_row (in, frame, 0) + channel;

  float8 sum = 0.0f;
  for (int row = 0; row < height; row++)
    for (int column = 0; column < width; column++)
      sum += LOAD_INPUT (0, pixels + row * in.row + column * in.channels);
  STORE_OUTPUT (sum / (float) (height * width), 0, output + get_row (out, frame, 0) + channel);
}
