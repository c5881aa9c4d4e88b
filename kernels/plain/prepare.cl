/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A video frame to the network's input: a resize straight from the frame's planes, then the
 * colour matrix, clamp and normalisation of the small picture:
 *
 *   raw[c]       = sum over rows and columns of row weight x column weight x sample of component c
 *   rgb          = clamp (matrix x raw + bias, 0, 1)
 *   output[y, x] = rgb x gain + lift
 *
 * The pixels of the output may follow each other in other directions than usual: so a picture that lies
 * turned in memory becomes upright.  windows, weights: what the filters of `layout` lead to.
 *
 * A work-item makes one pixel.  Global size: (pixels).
 *
 * OUTPUT_BF16   see storage.h */

#include "arguments/prepare.h"
#include "geometry.h"
#include "storage.h"

/* The sum of `rows` x `columns` samples from `first` on, weighted. */
static float
blend (global const uchar *first, int stride, int step, MsnetFilterWindow rows, MsnetFilterWindow columns,
    global const float *weights)
{
  float raw = 0.0f;

  for (int y = 0; y < rows.count; y++) {
    float sum = 0.0f; /* of a row: thousands of bytes in one sum would lose digits */

    for (int x = 0; x < columns.count; x++)
      sum = fma (weights[columns.weights + x], (float)first[y * stride + x * step], sum);
    raw = fma (weights[rows.weights + y], sum, raw);
  }
  return raw;
}

kernel void
prepare (global output_element *output, global const uchar *plane0, global const uchar *plane1,
    global const uchar *plane2, global const MsnetPrepareLayout *layout,
    global const MsnetPrepareColors *colors, global const MsnetFilterWindow *windows,
    global const float *weights, MsnetPrepareArguments self)
{
  const int column = get_global_id (0) % self.width;
  const int row = get_global_id (0) / self.width;
  global const uchar *planes[3] = { plane0, plane1, plane2 };
  float4 color = vload4 (0, colors->bias);

  if (row >= self.height)
    return;
  for (int c = 0; c < layout->n_components; c++) {
    const MsnetPrepareComponent component = layout->components[c];
    const MsnetPrepareBand band = layout->bands[component.band];
    const MsnetFilterWindow rows = windows[band.filter + row];
    const MsnetFilterWindow columns = windows[component.filter + column];
    global const uchar *first = planes[band.plane] + band.offset + rows.first * band.stride + component.offset
                                + columns.first * component.step;

    color
        += blend (first, band.stride, component.step, rows, columns, weights) * vload4 (0, colors->matrix[c]);
  }
  color = clamp (color, 0.0f, 1.0f) * vload4 (0, colors->gain) + vload4 (0, colors->lift);
  output += get_pixel (self.output, (Position){ self.frame, row, column });
  PUT_OUTPUT (color.x, output, 0);
  PUT_OUTPUT (color.y, output, 1);
  PUT_OUTPUT (color.z, output, 2);
}
