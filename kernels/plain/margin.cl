/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a picture leaves of the network's input becomes black:
 *
 *   output[y, x] = lift   outside of the area in which the picture lies
 *
 * A work-item looks at one pixel.  Global size: (pixels).
 *
 * OUTPUT_BF16   see storage.h */

#include "arguments/prepare.h"
#include "geometry.h"
#include "storage.h"

kernel void
fill_margin (global output_element *output, global const MsnetPrepareColors *colors, MsnetPrepareMargin self)
{
  const int column = get_global_id (0) % self.size;
  const int row = get_global_id (0) / self.size;
  const bool is_inside = column >= self.left && column < self.right && row >= self.top && row < self.bottom;

  if (is_inside || row >= self.size)
    return;
  output += get_pixel (self.output, (Position){ self.frame, row, column });
  for (int channel = 0; channel < 3; channel++)
    PUT_OUTPUT (colors->lift[channel], output, channel);
}
