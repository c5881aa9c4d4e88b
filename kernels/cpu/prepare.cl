/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As plain/prepare.cl (same formula and names), for a CPU.
 *
 * A work-item makes LINES rows of the output at a time, `columns` of each, in two steps.  First every band
 * is filtered vertically, all bytes alike, whatever they mean; if the picture is reduced and antialiased, a
 * byte serves two rows of the output at most, and is read once for both.  The filtered rows lie side by side
 * in scratch memory, [byte][line], so that then the horizontal sums of all lines are one sum of vectors.
 *
 * layouts: one for every `columns` columns; windows of rows: steps, of msnet_filter_append_steps(), each
 * with two weights a sample; scratch: LINES times `pitch` floats a work-item.  Global size: (any).
 *
 * VECTOR_WIDTH    see cpu/vector.h; 8 or 16
 * OUTPUT_BF16     see storage.h
 * LINES           see arguments/prepare.h
 * STRIP_VECTORS   vectors of bytes of a row that are filtered in registers, two sums each
 * BLOCK           bytes of a row that are filtered by one step after the other, so that rows are read in long
 *                 runs; LINES + 1 lines of them are 34 KB */

#include "arguments/prepare.h"
#include "cpu/vector.h"
#include "geometry.h"
#include "storage.h"

#define LINES MSNET_PREPARE_LINES
typedef WIDE (float, LINES) lines;

#define STRIP_VECTORS 4
#define STRIP (STRIP_VECTORS * VECTOR_WIDTH)
#define BLOCK_STRIPS (512 / STRIP)
#define BLOCK (BLOCK_STRIPS * STRIP)
#define LOAD_BYTES(i, bytes) WIDE (convert_float, VECTOR_WIDTH) (LOAD (i, bytes))

/* to[i][line] = tile[line][i], eight by eight: three times the upper half is interleaved with the lower. */
static void
transpose_8 (global float *to, const float *tile)
{
  float8 rows[8];
  float8 next[8];

#pragma unroll
  for (int i = 0; i < 8; i++)
    rows[i] = vload8 (0, tile + i * BLOCK);
#pragma unroll
  for (int round = 0; round < 3; round++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const float8 upper = rows[i];
      const float8 lower = rows[i + 4];

      next[2 * i] = (float8)(upper.s0, lower.s0, upper.s1, lower.s1, upper.s2, lower.s2, upper.s3, lower.s3);
      next[2 * i + 1]
          = (float8)(upper.s4, lower.s4, upper.s5, lower.s5, upper.s6, lower.s6, upper.s7, lower.s7);
    }
#pragma unroll
    for (int i = 0; i < 8; i++)
      rows[i] = next[i];
  }
#pragma unroll
  for (int i = 0; i < 8; i++)
    *(global float8 *)(to + i * LINES) = rows[i];
}

/* One step of a strip: `ended` = `begun` of the step before, and what completes it; `begun`: what follows. */
static void
blend_strip (vector *ended, vector *begun, global const uchar *bytes, int stride, int count,
    global const float *weights)
{
  vector upper[STRIP_VECTORS];
  vector lower[STRIP_VECTORS];

#pragma unroll
  for (int i = 0; i < STRIP_VECTORS; i++) {
    upper[i] = begun[i];
    lower[i] = 0.0f;
  }
  for (int y = 0; y < count; y++, bytes += stride, weights += 2) {
    const vector upper_weight = weights[0];
    const vector lower_weight = weights[1];

#pragma unroll
    for (int i = 0; i < STRIP_VECTORS; i++) {
      const vector value = LOAD_BYTES (i, bytes);

      upper[i] = fma (upper_weight, value, upper[i]);
      lower[i] = fma (lower_weight, value, lower[i]);
    }
  }
#pragma unroll
  for (int i = 0; i < STRIP_VECTORS; i++) {
    ended[i] = upper[i];
    begun[i] = lower[i];
  }
}

/* to[i][line] for i < strips * STRIP and line < count; the lines behind these hold nothing of use. */
OUT_OF_LINE void
blend_block (global float *to, global const uchar *bytes, int strips, int stride, int count,
    global const MsnetFilterWindow *steps, global const float *weights)
{
  vector tile[LINES + 1][BLOCK_STRIPS]
             [STRIP_VECTORS]; /* the first line: what step 0 ends, a row that is not ours */
  vector begun[BLOCK_STRIPS][STRIP_VECTORS];

  for (int strip = 0; strip < strips; strip++)
    for (int i = 0; i < STRIP_VECTORS; i++)
      begun[strip][i] = 0.0f;
  for (int step = 0; step <= count; step++) {
    const MsnetFilterWindow window = steps[step];

    for (int strip = 0; strip < strips; strip++)
      blend_strip (tile[step][strip], begun[strip], bytes + window.first * stride + strip * STRIP, stride,
          window.count, weights + window.weights);
  }
  for (int i = 0; i < strips * STRIP; i += 8)
    for (int line = 0; line < LINES; line += 8)
      transpose_8 (to + i * LINES + line, (const float *)tile[line + 1] + i);
}

/* The same for one byte of a row. */
OUT_OF_LINE void
blend_byte (global float *to, global const uchar *bytes, int stride, int count,
    global const MsnetFilterWindow *steps, global const float *weights)
{
  float begun = 0.0f;

  for (int step = 0; step <= count; step++) {
    const MsnetFilterWindow window = steps[step];
    global const float *weight = weights + window.weights;
    float ended = begun;

    begun = 0.0f;
    for (int y = 0; y < window.count; y++) {
      const float value = bytes[(window.first + y) * stride];

      ended += weight[2 * y] * value;
      begun += weight[2 * y + 1] * value;
    }
    if (step > 0)
      to[step - 1] = ended;
  }
}

/* to[i][line] for i < span; the last strip repeats some of what was done. */
static void
blend_rows (global float *to, global const uchar *bytes, int stride, int span, int count,
    global const MsnetFilterWindow *steps, global const float *weights)
{
  const int whole = span / STRIP * STRIP;
  const int last = span - STRIP;

  for (int i = 0; i < whole; i += BLOCK) {
    const int strips = min (BLOCK, whole - i) / STRIP;

    blend_block (to + i * LINES, bytes + i, strips, stride, count, steps, weights);
  }
  if (whole > 0 && whole < span)
    blend_block (to + last * LINES, bytes + last, 1, stride, count, steps, weights);
  for (int i = 0; whole == 0 && i < span; i++)
    blend_byte (to + i * LINES, bytes + i, stride, count, steps, weights);
}

/* sum over x of weights[x] from[x * step][line] */
static lines
blend_columns (global const float *from, int step, int count, global const float *weights)
{
  lines sum = 0.0f;

  for (int x = 0; x < count; x++)
    sum = fma ((lines)(weights[x]), *(global const lines *)(from + x * step * LINES), sum);
  return sum;
}

static lines
finish_channel (global const MsnetPrepareColors *colors, int channel, const lines *raw)
{
  lines color = colors->bias[channel];

#pragma unroll
  for (int c = 0; c < 3; c++)
    color = fma ((lines)(colors->matrix[c][channel]), raw[c], color);
  return fma (clamp (color, 0.0f, 1.0f), (lines)(colors->gain[channel]), (lines)(colors->lift[channel]));
}

/* One pixel in each of `count` rows. */
static void
store_pixels (global output_element *to, int output_row, int count, global const MsnetPrepareColors *colors,
    const lines *raw)
{
  lines rgb[3];

#pragma unroll
  for (int channel = 0; channel < 3; channel++)
    rgb[channel] = finish_channel (colors, channel, raw);
  for (int line = 0; line < count; line++)
#pragma unroll
    for (int channel = 0; channel < 3; channel++)
      PUT_OUTPUT (((float *)&rgb[channel])[line], to, line * output_row + channel);
}

/* Columns [first, end) of `count` rows, from what was blended for them. */
OUT_OF_LINE void
make_columns (global output_element *to, int output_row, int output_column, int count, int first, int end,
    global const float *blended, global const MsnetPrepareLayout *layout,
    global const MsnetPrepareColors *colors, global const MsnetFilterWindow *windows,
    global const float *weights)
{
  for (int column = first; column < end; column++) {
    lines raw[3] = { 0.0f };

    for (int c = 0; c < layout->n_components; c++) {
      const MsnetPrepareComponent component = layout->components[c];
      const MsnetFilterWindow window = windows[component.filter + column];
      const int at = layout->bands[component.band].line + component.offset + window.first * component.step;

      raw[c] = blend_columns (blended + at * LINES, component.step, window.count, weights + window.weights);
    }
    store_pixels (to + column * output_column, output_row, count, colors, raw);
  }
}

kernel void
prepare (global output_element *output, global float *scratch, global const uchar *plane0,
    global const uchar *plane1, global const uchar *plane2, global const MsnetPrepareLayout *layouts,
    global const MsnetPrepareColors *colors, global const MsnetFilterWindow *windows,
    global const float *weights, MsnetPrepareArguments self)
{
  global const uchar *planes[3] = { plane0, plane1, plane2 };
  const MsnetGeometry out = self.output;
  const int step = get_global_size (0) * LINES;

  scratch += get_global_id (0) * LINES * self.pitch;
  for (int row = get_global_id (0) * LINES; row < self.height; row += step)
    for (int column = 0; column < self.width; column += self.columns) {
      global const MsnetPrepareLayout *layout = layouts + column / self.columns;
      const int count = min (LINES, self.height - row);

      for (int b = 0; b < layout->n_bands; b++) {
        const MsnetPrepareBand band = layout->bands[b];

        blend_rows (scratch + band.line * LINES, planes[band.plane] + band.offset, band.stride, band.span,
            count, windows + band.filter + row, weights);
      }
      make_columns (output + get_row (out, self.frame, row), out.row, out.channels, count, column,
          min (self.width, column + self.columns), scratch, layout, colors, windows, weights);
    }
}
