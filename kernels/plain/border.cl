/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets the border of a tensor to zero: the halo around each frame, and of the frames before the first and
 * after the last the first `shifted` channels of each pixel, which are all that a temporal shift reads.
 *
 * A work-item clears a few rows.  Global size: (groups of rows, from the upper halo's first row on;
 * frames, from the one before the first on).
 *
 * ELEMENT   an integer as wide as a value: uint (float, the default) or ushort (bfloat16) */

#include "arguments/border.h"
#include "geometry.h"

#ifndef ELEMENT
#define ELEMENT uint
#endif

static inline void
clear_run (global ELEMENT *run, int n)
{
  for (int i = 0; i < n; i++)
    run[i] = 0;
}

/* `is_outside`: all of the row is halo; `is_around`: its frame is before the first or after the last */
static inline void
clear_row (global ELEMENT *values, bool is_outside, bool is_around, int row_stride, int width, int channels,
    int halo, int shifted)
{
  if (is_outside) {
    clear_run (values, row_stride);
    return;
  }
  clear_run (values, halo * channels);
  clear_run (values + (halo + width) * channels, halo * channels);
  for (int column = 0; is_around && column < width; column++)
    clear_run (values + (halo + column) * channels, shifted);
}

kernel void
clear_border (global ELEMENT *restrict tensor, MsnetGeometry out, int frames, int height, int width, int halo,
    int frame_halo, int shifted)
{
  const int first = get_global_id (0) * MSNET_BORDER_ROWS;
  const int frame = get_global_id (1);
  const bool is_around = frame_halo != 0 && (frame == 0 || frame > frames);

  for (int row = first; row < min (first + MSNET_BORDER_ROWS, height + 2 * halo); row++)
    clear_row (tensor + frame * out.frame + row * out.row, row < halo || row >= halo + height, is_around,
        out.row, width, out.channels, halo, shifted);
}
