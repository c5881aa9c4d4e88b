/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the classifier reads of each frame, and how far each value of it is from the frame before:
 *
 *   change[t, c] = |x[t, c] - x[t - 1, c]|
 *
 * input: x, [T, 1, 1, C]; output: the change, [T, 1, 1, C], or x and then the change, [T, 1, 1, 2 C];
 * previous: [1, 1, 1, C], in place of frame -1.
 *
 * A work-item makes one value.  Global size: (values). */

#include "geometry.h"

kernel void
change (global float *output, MsnetGeometry out, global const float *input, MsnetGeometry in,
    global const float *previous, MsnetGeometry before, int frames)
{
  const int frame = get_global_id (0) / out.channels;
  const int place = get_global_id (0) % out.channels;
  const int channel = place % in.channels;
  float value;

  if (frame >= frames)
    return;
  value = input[get_row (in, frame, 0) + channel];
  if (frame > 0)
    previous = input + get_row (in, frame - 1, 0);
  else
    previous += get_row (before, 0, 0);
  if (place >= out.channels - in.channels)
    value = fabs (value - previous[channel]);
  output[get_row (out, frame, 0) + place] = value;
}
