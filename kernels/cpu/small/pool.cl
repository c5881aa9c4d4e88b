/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/pool.cl, for a CPU, eight channels at a time; channels a multiple of 8.
 *
 * INPUT_BF16, OUTPUT_BF16   see storage.h */

#include "cpu/vector_storage.h"
#include "geometry.h"

/* A work-item makes one row of one frame.  Global size: (height, frames). */
kernel void
max_pool (global output_element *output, MsnetGeometry out, global const input_element *input,
    MsnetGeometry in, int width)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);
  const int channels = in.channels;

  output += get_row (out, frame, row);
  input += get_row (in, frame, 2 * row - 1) - channels;
  for (int column = 0; column < width; column++, output += channels, input += 2 * channels)
    for (int channel = 0; channel < channels; channel += 8) {
      float8 best = 0.0f;

      for (int y = 0; y < 3; y++) {
        global const input_element *from = input + y * in.row + channel;
        const float8 sides = max (LOAD_INPUT (0, from), LOAD_INPUT (0, from + 2 * channels));

        best = max (best, max (sides, LOAD_INPUT (0, from + channels)));
      }
      STORE_OUTPUT (best, 0, output + channel);
    }
}

/* As plain/pool.cl.  A work-item makes eight channels of one part of one frame.
 * Global size: (channels / 8 * grid * grid, frames). */
kernel void
average_pool (global output_element *output, MsnetGeometry out, global const input_element *input,
    MsnetGeometry in, int height, int width, int grid)
{
  const int value = get_global_id (0) * 8;
  const int frame = get_global_id (1);
  const int part = value / in.channels;
  const int top = part / grid * height / grid, below = (part / grid + 1) * height / grid;
  const int left = part % grid * width / grid, right = (part % grid + 1) * width / grid;
  float8 sum = 0.0f;

  input += get_row (in, frame, 0) + value % in.channels;
  for (int row = top; row < below; row++)
    for (int column = left; column < right; column++)
      sum += LOAD_INPUT (0, input + row * in.row + column * in.channels);
  STORE_OUTPUT (sum / (float)((below - top) * (right - left)), 0, output + get_row (out, frame, 0) + value);
}
