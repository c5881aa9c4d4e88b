/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The temporal shift (TSM), as a copy:
 *
 *   y[t, row, column, c] = x[t + 1, row, column, c]   for c < next_end
 *                          x[t - 1, row, column, c]   for next_end <= c < previous_end
 *                          x[t, row, column, c]       otherwise
 *
 * previous: frame t - 1 at frame t, as `before` says.  A work-item copies a row.  Global size: (rows,
 * frames).
 *
 * ELEMENT   an integer as wide as a value: uint (float, the default) or ushort (bfloat16) */

#include "geometry.h"

#ifndef ELEMENT
#define ELEMENT uint
#endif

static inline void
copy (global ELEMENT *to, global const ELEMENT *from, int begin, int end)
{
  for (int c = begin; c < end; c++)
    to[c] = from[c];
}

kernel void
temporal_shift (global ELEMENT *output, MsnetGeometry out, global const ELEMENT *input, MsnetGeometry in,
    global const ELEMENT *previous, MsnetGeometry before, int width, int next_end, int previous_end)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);

  output += get_row (out, frame, row);
  input += get_row (in, frame, row);
  previous += get_row (before, frame, row);
  for (int column = 0; column < width; column++) {
    copy (output, input + in.frame, 0, next_end);
    copy (output, previous, next_end, previous_end);
    copy (output, input, previous_end, out.channels);
    output += out.channels;
    input += in.channels;
    previous += before.channels;
  }
}
