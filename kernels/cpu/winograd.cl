/* Convolution 3x3, stride 1, by Winograd's F(4x4, 3x3): 36 products instead of 144 for 4 x 4 outputs.
 *
 *   V = B^T d B   of each 6 x 6 piece d of the input, pieces overlap by 2      winograd_input
 *   M = V U       for each of the 36 positions a product of matrices          winograd_multiply
 *   y = A^T M A   + bias, epilogue                                            winograd_output
 *
 * with U = G g G^T of each filter g made by the host.  Pieces are numbered through over frames, rows, columns;
 * a launch computes `n_pieces` from `first_piece` on.  V: [36][pieces][C], U: [36][C'/COLUMNS][C][COLUMNS],
 * M: [36][pieces][C'], V and M with `plane` floats from position to position.  Geometry, shift and epilogue as in plain/conv2d.cl.
 *
 * VECTOR_WIDTH, ROWS, VECTORS: see prelude.cl; VECTOR_WIDTH must divide the channels, and for winograd_input
 * where the temporal shift changes frame */

typedef struct
{
  vector value[6];
} Six;

typedef struct
{
  vector value[4];
} Four;

static inline Six
transform_input (Six d)
{
  vector even = d.value[4] - 4.0f * d.value[2];
  vector odd = d.value[3] - 4.0f * d.value[1];
  vector even2 = d.value[4] - d.value[2];
  vector odd2 = 2.0f * (d.value[3] - d.value[1]);

  return (Six){ { 4.0f * d.value[0] - 5.0f * d.value[2] + d.value[4], even + odd, even - odd, even2 + odd2,
      even2 - odd2, 4.0f * d.value[1] - 5.0f * d.value[3] + d.value[5] } };
}

static inline Four
transform_output (Six m)
{
  vector sum = m.value[1] + m.value[2];
  vector difference = m.value[1] - m.value[2];
  vector sum2 = m.value[3] + m.value[4];
  vector difference2 = m.value[3] - m.value[4];

  return (Four){ { m.value[0] + sum + sum2, difference + 2.0f * difference2, sum + 4.0f * sum2,
      difference + 8.0f * difference2 + m.value[5] } };
}

/* One work-item transforms one piece.  Beyond the halo, where only outputs outside the map reach, the halo is
 * read again. */
__attribute__ ((reqd_work_group_size (1, 1, 1))) __kernel void
winograd_input (__global float *restrict transformed, __global const float *restrict input,
    __global const float *restrict previous, int input_origin, int input_row_stride, int input_frame_stride,
    int previous_origin, int previous_row_stride, int previous_frame_stride, int previous_channels, int height,
    int width, int channels, int next_end, int previous_end, int plane, int first_piece)
{
  const int piece = get_global_id (0);
  const int pieces_x = (width + 3) / 4;
  const int pieces_y = (height + 3) / 4;
  const int number = first_piece + piece;
  const int frame = number / pieces_x / pieces_y;
  const int row = number / pieces_x % pieces_y * 4 - 1;
  const int column = number % pieces_x * 4 - 1;

  input += input_origin + frame * input_frame_stride;
  previous += previous_origin + frame * previous_frame_stride;
  transformed += piece * channels;

  for (int channel = 0; channel < channels; channel += VECTOR_WIDTH) {
    const bool is_previous = channel >= next_end && channel < previous_end;
    __global const float *source = is_previous ? previous : channel < next_end ? input + input_frame_stride : input;
    const int row_stride = is_previous ? previous_row_stride : input_row_stride;
    const int pixel_stride = is_previous ? previous_channels : channels;
    Six columns[6];

#pragma unroll
    for (int x = 0; x < 6; x++) {
      __global const float *top = source + channel + min (column + x, width) * pixel_stride;
      Six values;

#pragma unroll
      for (int y = 0; y < 6; y++)
        values.value[y] = LOAD (0, top + min (row + y, height) * row_stride);
      columns[x] = transform_input (values);
    }
#pragma unroll
    for (int y = 0; y < 6; y++) {
      Six values = { { columns[0].value[y], columns[1].value[y], columns[2].value[y], columns[3].value[y],
          columns[4].value[y], columns[5].value[y] } };

      values = transform_input (values);
#pragma unroll
      for (int x = 0; x < 6; x++)
        STORE (values.value[x], 0, transformed + (y * 6 + x) * plane + channel);
    }
  }
}

/* Dimension 0 is the panel, 1 a group of pieces, 2 the position.  `n_pieces` is at least ROWS. */
__attribute__ ((reqd_work_group_size (1, 1, 1))) __kernel void
winograd_multiply (__global float *restrict products, __global const float *restrict transformed,
    __global const float *restrict weights, int out_channels, int in_channels, int products_plane,
    int transformed_plane, int n_pieces, int group_pieces)
{
  const int first_channel = get_global_id (0) * COLUMNS;
  const int begin = get_global_id (1) * group_pieces;
  const int end = min (begin + group_pieces, n_pieces);
  const int position = get_global_id (2);

  transformed += position * transformed_plane;
  products += position * products_plane + first_channel;
  weights += (position * out_channels + first_channel) * in_channels;

  for (int tile = begin; tile < end; tile += ROWS) {
    const int first = min (tile, n_pieces - ROWS);
    __global const float *rows[ROWS];
    __global const float *panel = weights;
    vector sums[ROWS][VECTORS];

#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      rows[i] = transformed + (first + i) * in_channels;
#pragma unroll
      for (int j = 0; j < VECTORS; j++)
        sums[i][j] = (vector) (0.0f);
    }
    MULTIPLY_RUN (rows, 0, in_channels, panel)
#pragma unroll
    for (int i = 0; i < ROWS; i++)
#pragma unroll
      for (int j = 0; j < VECTORS; j++)
        STORE (sums[i][j], j, products + (first + i) * out_channels);
  }
}

/* One work-item makes up to 4 x 4 pixels from one piece. */
__attribute__ ((reqd_work_group_size (1, 1, 1))) __kernel void
winograd_output (__global float *restrict output, __global const float *restrict products,
    __global const float *restrict bias, __global const float *restrict residual, int output_origin,
    int output_row_stride, int output_frame_stride, int residual_origin, int residual_row_stride,
    int residual_frame_stride, int height, int width, int channels, int epilogue, int plane, int first_piece)
{
  const int piece = get_global_id (0);
  const int pieces_x = (width + 3) / 4;
  const int pieces_y = (height + 3) / 4;
  const int number = first_piece + piece;
  const int frame = number / pieces_x / pieces_y;
  const int row = number / pieces_x % pieces_y * 4;
  const int column = number % pieces_x * 4;

  products += piece * channels;
  output += output_origin + frame * output_frame_stride + row * output_row_stride + column * channels;
  residual += residual_origin + frame * residual_frame_stride + row * residual_row_stride + column * channels;

  for (int channel = 0; channel < channels; channel += VECTOR_WIDTH) {
    Four columns[6];

#pragma unroll
    for (int x = 0; x < 6; x++) {
      Six values;

#pragma unroll
      for (int y = 0; y < 6; y++)
        values.value[y] = LOAD (0, products + (y * 6 + x) * plane + channel);
      columns[x] = transform_output (values);
    }
#pragma unroll
    for (int y = 0; y < 4; y++) {
      Six values = { { columns[0].value[y], columns[1].value[y], columns[2].value[y], columns[3].value[y],
          columns[4].value[y], columns[5].value[y] } };
      Four pixels = transform_output (values);

#pragma unroll
      for (int x = 0; x < 4; x++) {
        if (row + y < height && column + x < width)
          STORE (finish (pixels.value[x] + LOAD (0, bias + channel),
                     residual + y * residual_row_stride + x * channels + channel, epilogue),
              0, output + y * output_row_stride + x * channels + channel);
      }
    }
  }
}
