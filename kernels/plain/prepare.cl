/* A video frame to the network's input: antialiased resize straight from the frame's planes, then colour
 * matrix, clamp and normalisation of the small picture:
 *     raw[s][lane]  = sum_rows sum_columns row weight x column weight x byte
 *     rgb           = clamp (matrix x raw + bias, 0, 1)
 *     output[y, x]  = rgb x gain + lift
 * A `sampling` is a set of components that lie in neighbouring bytes (lanes) and are resized alike: one for packed
 * RGB, two for NV12 (Y; U and V), three for I420.  A `band` is a strip of a plane that is filtered
 * vertically as one; packed YUV has two samplings in one band.  A work-item makes one pixel. */

typedef struct
{
  int plane;  /* 0, 1, 2 */
  int offset; /* bytes before its first row */
  int stride; /* bytes from row to row */
  int span;   /* bytes of a row */
  int line;   /* where its filtered row begins in a line of scratch memory */
  int filter; /* of its rows */
} Band;

typedef struct
{
  int band;
  int offset; /* bytes from the band's row to the first sample */
  int step;   /* bytes from sample to sample */
  int lanes;  /* bytes that are used of a sample, 1 to 4 */
  int filter; /* of its columns */
} Sampling;

typedef struct
{
  int n_bands;
  int n_samplings;
  int pitch; /* floats between the weights of neighbouring outputs */
  Band bands[3];
  Sampling samplings[3];
} Layout;

typedef struct
{
  float matrix[3][4][4]; /* [sampling][lane][r, g, b, 0] */
  float bias[4];
  float gain[4];
  float lift[4];
} Colors;

/* windows: [filter][size] first input and number of inputs; weights: [filter][size][pitch] */
kernel void
prepare (global float *output, int origin, int output_row, global const uchar *plane0,
    global const uchar *plane1, global const uchar *plane2, global const Layout *layout,
    global const Colors *colors, global const int2 *windows, global const float *weights, int size)
{
  int index = get_global_id (0);
  if (index >= size * size)
    return;
  int column = index % size;
  int row = index / size;
  global const uchar *planes[3] = { plane0, plane1, plane2 };

  float4 color = vload4 (0, colors->bias);
  for (int s = 0; s < layout->n_samplings; s++) {
    Sampling sampling = layout->samplings[s];
    Band band = layout->bands[sampling.band];
    int2 rows = windows[band.filter * size + row];
    int2 columns = windows[sampling.filter * size + column];
    global const float *row_weights = weights + (band.filter * size + row) * layout->pitch;
    global const float *column_weights = weights + (sampling.filter * size + column) * layout->pitch;
    global const uchar *first = planes[band.plane] + band.offset + rows.x * band.stride + sampling.offset
        + columns.x * sampling.step;
    for (int lane = 0; lane < sampling.lanes; lane++) {
      float raw = 0.0f;
      for (int y = 0; y < rows.y; y++) {
        float sum = 0.0f; /* of a row: thousands of bytes in one sum would lose digits */
        for (int x = 0; x < columns.y; x++)
          sum = fma (column_weights[x], (float) first[y * band.stride + x * sampling.step + lane], sum);
        raw = fma (row_weights[y], sum, raw);
      }
      color += raw * vload4 (0, colors->matrix[s][lane]);
    }
  }
  color = clamp (color, 0.0f, 1.0f) * vload4 (0, colors->gain) + vload4 (0, colors->lift);
  vstore3 (color.xyz, 0, output + origin + row * output_row + column * 3);
}
