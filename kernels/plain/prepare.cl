/* A video frame to the network's input: antialiased resize straight from the frame's planes, then colour
 * matrix, clamp and normalisation of the small picture:
 *     raw[c]        = sum_rows sum_columns row weight x column weight x sample of component c
 *     rgb           = clamp (matrix x raw + bias, 0, 1)
 *     output[y, x]  = rgb x gain + lift
 * A `band` is a strip of a plane that is filtered vertically as one: it holds one component, or several that lie in
 * neighbouring bytes.  A work-item makes one pixel.  `out` may lead from pixel to pixel, and from row to row, in other
 * directions than usual: so a picture that lies turned in memory becomes upright. */

typedef struct
{
  int plane;  /* 0, 1, 2 */
  int offset; /* bytes before its first row */
  int stride; /* bytes from row to row */
  int span;   /* bytes of a row */
  int line;   /* where its filtered row begins in a line of scratch memory */
  int filter; /* of its rows: index of the first window */
} Band;

typedef struct
{
  int band;
  int offset; /* bytes from the band's row to the first sample of the frame's row; negative where that is cut off */
  int step;   /* bytes from sample to sample */
  int filter; /* of its columns: index of the first window */
} Component;

typedef struct
{
  int n_bands;
  int n_components;
  Band bands[3];
  Component components[3];
} Layout;

typedef struct
{
  float matrix[3][4]; /* [component][r, g, b, 0] */
  float bias[4];
  float gain[4];
  float lift[4];
} Colors;

typedef struct
{
  int first; /* sample */
  int count;
  int weights; /* index of the first one */
} Window;

kernel void
prepare (global output_element *output, Geometry out, int frame, global const uchar *plane0,
    global const uchar *plane1, global const uchar *plane2, global const Layout *layout,
    global const Colors *colors, global const Window *windows, global const float *weights, int size)
{
  int index = get_global_id (0);
  if (index >= size * size)
    return;
  int column = index % size;
  int row = index / size;
  global const uchar *planes[3] = { plane0, plane1, plane2 };

  float4 color = vload4 (0, colors->bias);
  for (int c = 0; c < layout->n_components; c++) {
    Component component = layout->components[c];
    Band band = layout->bands[component.band];
    Window rows = windows[band.filter + row];
    Window columns = windows[component.filter + column];
    global const uchar *first = planes[band.plane] + band.offset + rows.first * band.stride + component.offset
        + columns.first * component.step;
    float raw = 0.0f;
    for (int y = 0; y < rows.count; y++) {
      float sum = 0.0f; /* of a row: thousands of bytes in one sum would lose digits */
      for (int x = 0; x < columns.count; x++)
        sum = fma (
            weights[columns.weights + x], (float) first[y * band.stride + x * component.step], sum);
      raw = fma (weights[rows.weights + y], sum, raw);
    }
    color += raw * vload4 (0, colors->matrix[c]);
  }
  color = clamp (color, 0.0f, 1.0f) * vload4 (0, colors->gain) + vload4 (0, colors->lift);
  output += get_row (out, frame, row) + column * out.channels;
  PUT_OUTPUT (color.x, output, 0);
  PUT_OUTPUT (color.y, output, 1);
  PUT_OUTPUT (color.z, output, 2);
}
