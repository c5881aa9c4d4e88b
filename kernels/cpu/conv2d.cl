/* The convolution of plain/conv2d.cl for CPUs: explicit vectors, a tile of sums in registers.
 *
 * All output pixels of all frames are numbered through.  A work-item (a work-group of its own) computes
 * `group_pixels` of them, ROWS at a time, for one panel of COLUMNS output channels: dimension 0 is the panel,
 * so that panels that read the same pixels follow each other; dimension 1 is the group of pixels.
 * The last tile overlaps the one before it instead of being shorter.
 *
 * Weights: [C'/COLUMNS][K][K][C][COLUMNS].  Needs C' % COLUMNS = 0 and at least ROWS pixels.
 *
 * VECTOR_WIDTH: floats in a vector, 8 or 16
 * ROWS: pixels of a tile; VECTORS: vectors of a tile in a row.  ROWS * VECTORS + VECTORS + 1 registers. */

#ifndef VECTOR_WIDTH
#define VECTOR_WIDTH 8
#endif
#ifndef ROWS
#define ROWS 6
#endif
#ifndef VECTORS
#define VECTORS 2
#endif
#define COLUMNS (VECTORS * VECTOR_WIDTH)

typedef MSNET_CAT (float, VECTOR_WIDTH) vector;
#define LOAD MSNET_CAT (vload, VECTOR_WIDTH)
#define STORE MSNET_CAT (vstore, VECTOR_WIDTH)

/* Where a pixel lies in its frame. */
typedef struct
{
  int frame;
  int row;
  int column;
} Position;

static inline Position
find_position (int pixel, int height, int width)
{
  int row = pixel / width;

  return (Position){ row / height, row % height, pixel % width };
}

static inline void
advance (Position *position, int height, int width)
{
  if (++position->column < width)
    return;
  position->column = 0;
  if (++position->row < height)
    return;
  position->row = 0;
  position->frame++;
}

/* sums[i] += rows[i][offset + k] * panel[k] for each k of `depth`. */
#define STEP(k)                                                                                              \
  {                                                                                                          \
    vector factor[VECTORS];                                                                                  \
    _Pragma ("unroll") for (int j = 0; j < VECTORS; j++) factor[j] = LOAD (j, panel + (k) *COLUMNS);         \
    _Pragma ("unroll") for (int i = 0; i < ROWS; i++)                                                        \
    {                                                                                                        \
      vector value = (vector) (rows[i][offset + (k)]);                                                       \
      _Pragma ("unroll") for (int j = 0; j < VECTORS; j++) sums[i][j] = fma (value, factor[j], sums[i][j]);  \
    }                                                                                                        \
  }

__attribute__ ((reqd_work_group_size (1, 1, 1))) __kernel void
conv2d (__global float *restrict output, __global const float *restrict input,
    __global const float *restrict weights, __global const float *restrict bias,
    __global const float *restrict residual, int output_origin, int output_row_stride,
    int output_frame_stride, int input_origin, int input_row_stride, int input_frame_stride,
    int residual_origin, int residual_row_stride, int residual_frame_stride, int frames, int height, int width,
    int out_channels, int in_channels, int kernel_size, int stride, int next_end, int previous_end, int epilogue,
    int group_pixels)
{
  int first_channel = get_global_id (0) * COLUMNS;
  int n_pixels = frames * height * width;
  int begin = get_global_id (1) * group_pixels;
  int end = min (begin + group_pixels, n_pixels);
  bool shifted = previous_end > 0;
  /* Without a shift the taps of a row of the kernel lie side by side, in pixels and in weights. */
  int n_runs = shifted ? kernel_size : 1;
  int run = shifted ? in_channels : kernel_size * in_channels;
  int ends[3] = { next_end, previous_end, run };
  int frame_offsets[3] = { input_frame_stride, -input_frame_stride, 0 };

  input += input_origin - kernel_size / 2 * (input_row_stride + in_channels);
  output += output_origin + first_channel;
  residual += residual_origin + first_channel;
  bias += first_channel;
  weights += first_channel * kernel_size * kernel_size * in_channels;

  for (int tile = begin; tile < end; tile += ROWS) {
    Position first = find_position (min (tile, n_pixels - ROWS), height, width);
    Position position = first;
    __global const float *rows[ROWS];
    __global const float *panel = weights;
    vector sums[ROWS][VECTORS];

#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      rows[i] = input + position.frame * input_frame_stride +
                stride * (position.row * input_row_stride + position.column * in_channels);
      advance (&position, height, width);
    }
#pragma unroll
    for (int j = 0; j < VECTORS; j++)
#pragma unroll
      for (int i = 0; i < ROWS; i++)
        sums[i][j] = LOAD (j, bias);

    for (int ky = 0; ky < kernel_size; ky++)
      for (int r = 0; r < n_runs; r++) {
        int start = 0;

        for (int part = shifted ? 0 : 2; part < 3; part++) {
          int offset = ky * input_row_stride + r * run + frame_offsets[part] + start;
          int left = ends[part] - start;

          for (; left >= 4; left -= 4, offset += 4, panel += 4 * COLUMNS) {
            STEP (0)
            STEP (1)
            STEP (2)
            STEP (3)
          }
          for (; left > 0; left--, offset++, panel += COLUMNS)
            STEP (0)
          start = ends[part];
        }
      }

    position = first;
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      __global float *target = output + position.frame * output_frame_stride +
                               position.row * output_row_stride + position.column * out_channels;
      __global const float *addend = residual + position.frame * residual_frame_stride +
                                     position.row * residual_row_stride + position.column * out_channels;

#pragma unroll
      for (int j = 0; j < VECTORS; j++) {
        vector value = sums[i][j];

        if (epilogue == 2)
          value += LOAD (j, addend);
        if (epilogue != 0)
          value = fmax (value, (vector) (0.0f));
        if (epilogue == 3)
          value += LOAD (j, addend);
        STORE (value, j, target);
      }
      advance (&position, height, width);
    }
  }
}
