/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pooling over space.  A work-item makes one value.  Global size: (values).
 *
 * INPUT_BF16, OUTPUT_BF16   see storage.h */

#include "geometry.h"
#include "storage.h"

/* output[t, y, x, c] = maximum of input[t, 2y-1 .. 2y+1, 2x-1 .. 2x+1, c], none of which is negative: the
 * halo of zeros stands for what is outside.
 *
 * output: [T, height, width, C]; input: [T, H, W, C] */
kernel void
max_pool (global output_element *output, MsnetGeometry out, global const input_element *input,
    MsnetGeometry in, int frames, int height, int width)
{
  const int index = get_global_id (0);
  const int channels = in.channels;
  const int channel = index % channels;
  const Position to = get_position (index / channels, height, width);
  const Position from = { to.frame, 2 * to.row - 1, 2 * to.column - 1 };
  float best = 0.0f;

  if (to.frame >= frames)
    return;
  input += get_pixel (in, from) + channel;
  for (int y = 0; y < 3; y++)
    for (int x = 0; x < 3; x++)
      best = max (best, GET_INPUT (input, y * in.row + x * channels));
  PUT_OUTPUT (best, output, get_pixel (out, to) + channel);
}

/* output[t, (v grid + u) C + c] = mean of input[t, y, x, c] over one of grid x grid parts of the map:
 * v height / grid <= y < (v + 1) height / grid, and x likewise, rounded down
 *
 * output: [T, 1, 1, grid grid C]; input: [T, height, width, C] */
kernel void
average_pool (global output_element *output, MsnetGeometry out, global const input_element *input,
    MsnetGeometry in, int frames, int height, int width, int grid)
{
  const int value = get_global_id (0) % out.channels;
  const int frame = get_global_id (0) / out.channels;
  const int part = value / in.channels;
  const int top = part / grid * height / grid, below = (part / grid + 1) * height / grid;
  const int left = part % grid * width / grid, right = (part % grid + 1) * width / grid;
  float sum = 0.0f;

  if (frame >= frames)
    return;
  input += get_row (in, frame, 0) + value % in.channels;
  for (int row = top; row < below; row++)
    for (int column = left; column < right; column++)
      sum += GET_INPUT (input, row * in.row + column * in.channels);
  PUT_OUTPUT (sum / (float)((below - top) * (right - left)), output, get_row (out, frame, 0) + value);
}
