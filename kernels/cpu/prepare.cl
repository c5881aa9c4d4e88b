/* As plain/prepare.cl (same formula, tables and names), for a CPU.  A work-item makes `rows` rows of the
 * output, each in two steps: every band is filtered vertically into a line of scratch memory of the
 * work-item's own, all bytes alike, whatever they mean; then each output pixel takes its columns from that
 * line, four neighbouring bytes at a time.  global (ceil (size / rows)) */

typedef struct
{
  int plane;
  int offset;
  int stride;
  int span;
  int line;
  int filter;
} Band;

typedef struct
{
  int band;
  int offset;
  int step;
  int lanes;
  int filter;
} Sampling;

typedef struct
{
  int n_bands;
  int n_samplings;
  int pitch; /* a multiple of 4; weights past a window's end are 0 */
  Band bands[3];
  Sampling samplings[3];
} Layout;

typedef struct
{
  float matrix[3][4][4];
  float bias[4];
  float gain[4];
  float lift[4];
} Colors;

static void
blend_32_bytes (global float *line, global const uchar *bytes, int stride, int rows,
    global const float *weights)
{
  float16 low = 0.0f;
  float16 high = 0.0f;
  for (int y = 0; y < rows; y++, bytes += stride) {
    float16 weight = weights[y];
    low = fma (weight, convert_float16 (vload16 (0, bytes)), low);
    high = fma (weight, convert_float16 (vload16 (1, bytes)), high);
  }
  vstore16 (low, 0, line);
  vstore16 (high, 1, line);
}

/* line[i] = sum_y weights[y] bytes[y * stride + i], i < span */
static void
blend_rows (global float *line, global const uchar *bytes, int stride, int span, int rows,
    global const float *weights)
{
  for (int i = 0; i + 32 <= span; i += 32)
    blend_32_bytes (line + i, bytes + i, stride, rows, weights);
  if (span >= 32) {
    blend_32_bytes (line + span - 32, bytes + span - 32, stride, rows, weights);
    return;
  }
  for (int i = 0; i < span; i++) {
    float sum = 0.0f;
    for (int y = 0; y < rows; y++)
      sum += weights[y] * bytes[y * stride + i];
    line[i] = sum;
  }
}

/* Four neighbouring bytes of `count` samples, weighted; reads up to three samples more, with weight 0. */
static float4
blend_columns (global const float *line, int step, int count, global const float *weights)
{
  float4 even = 0.0f;
  float4 odd = 0.0f;
  for (int x = 0; x < count; x += 4, line += 4 * step) {
    even = fma ((float4) (weights[x]), vload4 (0, line), even);
    odd = fma ((float4) (weights[x + 1]), vload4 (0, line + step), odd);
    even = fma ((float4) (weights[x + 2]), vload4 (0, line + 2 * step), even);
    odd = fma ((float4) (weights[x + 3]), vload4 (0, line + 3 * step), odd);
  }
  return even + odd;
}

static float4
apply_colors (global const Colors *colors, int sampling, float4 raw, float4 color)
{
  color = fma ((float4) (raw.x), vload4 (0, colors->matrix[sampling][0]), color);
  color = fma ((float4) (raw.y), vload4 (0, colors->matrix[sampling][1]), color);
  color = fma ((float4) (raw.z), vload4 (0, colors->matrix[sampling][2]), color);
  return fma ((float4) (raw.w), vload4 (0, colors->matrix[sampling][3]), color);
}

static void
make_row (global float *to, global const float *line, global const Layout *layout,
    global const Colors *colors, global const int2 *windows, global const float *weights, int size)
{
  float4 gain = vload4 (0, colors->gain);
  float4 lift = vload4 (0, colors->lift);
  for (int column = 0; column < size; column++) {
    float4 color = vload4 (0, colors->bias);
    for (int s = 0; s < layout->n_samplings; s++) {
      global const Sampling *sampling = &layout->samplings[s];
      int entry = sampling->filter * size + column;
      global const float *first = line + layout->bands[sampling->band].line + sampling->offset
          + windows[entry].x * sampling->step;
      float4 raw
          = blend_columns (first, sampling->step, windows[entry].y, weights + entry * layout->pitch);
      color = apply_colors (colors, s, raw, color);
    }
    color = fma (clamp (color, 0.0f, 1.0f), gain, lift);
    vstore3 (color.xyz, 0, to + column * 3);
  }
}

/* scratch: one line of `scratch_pitch` floats a work-item, with room for what blend_columns reads past a row */
kernel void
prepare (global float *output, int origin, int output_row, global float *scratch,
    global const uchar *plane0, global const uchar *plane1, global const uchar *plane2,
    global const Layout *layout, global const Colors *colors, global const int2 *windows,
    global const float *weights, int size, int rows, int scratch_pitch)
{
  int block = get_global_id (0);
  global const uchar *planes[3] = { plane0, plane1, plane2 };
  global float *line = scratch + block * scratch_pitch;

  for (int row = block * rows; row < min (size, (block + 1) * rows); row++) {
    for (int b = 0; b < layout->n_bands; b++) {
      Band band = layout->bands[b];
      int entry = band.filter * size + row;
      blend_rows (line + band.line, planes[band.plane] + band.offset + windows[entry].x * band.stride,
          band.stride, band.span, windows[entry].y, weights + entry * layout->pitch);
    }
    make_row (output + origin + row * output_row, line, layout, colors, windows, weights, size);
  }
}
