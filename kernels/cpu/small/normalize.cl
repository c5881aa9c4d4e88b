/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/normalize.cl, for a CPU; channels a multiple of 8.
 *
 * A work-item makes one row of one frame.  Global size: (height, frames). */

#include "cpu/vector.h"
#include "geometry.h"

kernel void
normalize_channels (
    global float *output, MsnetGeometry out, global const float *input, MsnetGeometry in, int width)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);
  const int channels = in.channels;

  input += get_row (in, frame, row);
  output += get_row (out, frame, row);
  for (int column = 0; column < width; column++, input += channels, output += channels) {
    float8 squares = 0.0f;
    float length;

    for (int channel = 0; channel < channels; channel += 8) {
      const float8 values = vload8 (0, input + channel);

      squares = fma (values, values, squares);
    }
    length = sqrt (sum_8 (squares) + 1e-6f);
    for (int channel = 0; channel < channels; channel += 8)
      vstore8 (vload8 (0, input + channel) / length, 0, output + channel);
  }
}
