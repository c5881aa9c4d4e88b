/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies the first channels of every pixel, as many as the output has:
 *
 *   y[t, row, column, c] = x[t, row, column, c]
 *
 * A work-item copies a row.  Global size: (rows, frames).
 *
 * ELEMENT   an integer as wide as a value: uint (float, the default) or ushort (bfloat16) */

#include "geometry.h"

#ifndef ELEMENT
#define ELEMENT uint
#endif

kernel void
copy_channels (global ELEMENT *restrict output, MsnetGeometry out, global const ELEMENT *restrict input,
    MsnetGeometry in, int width)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);

  output += get_row (out, frame, row);
  input += get_row (in, frame, row);
  for (int column = 0; column < width; column++)
    for (int c = 0; c < out.channels; c++)
      output[column * out.channels + c] = input[column * in.channels + c];
}
