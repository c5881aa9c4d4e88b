/* The convolution of plain/conv2d.cl for CPUs: explicit vectors, a tile of sums in registers.
 *
 * All output pixels of all frames are numbered through.  A work-item, a work-group of its own, computes
 * `group_pixels` of them, ROWS at a time, for one panel of COLUMNS output channels.  The last tile
 * overlaps the one before it instead of being shorter.  Global size: (panels, groups of pixels): panels
 * that read the same pixels follow each other.
 *
 * Weights: [C'/COLUMNS][K][row_run][COLUMNS], `row_run` the K * C values that a row of the filter reads.
 * From one output pixel to the next the input moves on by `input_pixel_stride`.  Needs C' % COLUMNS = 0
 * and at least ROWS pixels.  Arguments as in plain/conv2d.cl; with PRODUCTS_BF16 those that measure the
 * input count pairs of values, and where they are odd the last weight of `row_run` is zero.
 *
 * Frames before the first are zeros, unless a stream kept one: `has_previous`.
 *
 * `past_caches`: the output is stored past the caches, which are left to the input and the residual.
 * `is_streaming`: tensors are larger than the caches, and memory is the bottleneck.
 *
 * VECTOR_WIDTH                8 or 16; see cpu/vector.h
 * ROWS, VECTORS               see cpu/conv2d/tile.h
 * INPUT_BF16, OUTPUT_BF16     see storage.h
 * PRODUCTS_BF16               see cpu/product.h */

#include "cpu/conv2d/epilogue.h"
#include "cpu/conv2d/tile.h"
#include "geometry.h"

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

/* Parts of the channels, by the frame that they are read from. */
enum
{
  NEXT,
  PREVIOUS,
  OWN
};

/* What conv2d() was told.  Strides of what is read lead from one output pixel to the next. */
typedef struct
{
  Strides output;
  Strides residual;
  Strides input;
  Strides previous;
  int input_row;
  int previous_row;
  int previous_channels;
  int frames;
  int height;
  int width;
  int in_channels;
  int kernel_size;
  int next_end;
  int previous_end;
  int row_run;
  bool has_previous;
  bool is_streaming;
  int epilogue;
  int past_caches;
} Convolution;

/* Pixels `begin` to `end` of one panel, where output, weights, bias and residual start. */
OUT_OF_LINE void
convolve (global output_element *output, global const product_element *input, global const float *weights,
    global const float *bias, global const output_element *residual, global const product_element *previous,
    int begin, int end, Convolution self)
{
  const int n_pixels = self.frames * self.height * self.width;
  /* Without a shift the taps of a row of the filter lie side by side, in pixels and in weights. */
  const bool is_shifted = self.previous_end > 0;
  const int n_runs = is_shifted ? self.kernel_size : 1;
  const int run = is_shifted ? self.in_channels : self.row_run;
  const int ahead = self.is_streaming ? ROWS * self.input.pixel : 0;

  for (int tile = begin; tile < end; tile += ROWS) {
    const Position first = get_position (min (tile, n_pixels - ROWS), self.height, self.width);
    Position position = first;
    global const product_element *rows[ROWS];
    global const product_element *previous_rows[ROWS];
    global const float *panel = weights;
    vector sums[ROWS][VECTORS];
    int last_frame = first.frame;

#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      last_frame = position.frame;
      rows[i] = input + get_offset (position, self.input);
      previous_rows[i] = previous + get_offset (position, self.previous);
#pragma unroll
      for (int j = 0; j < VECTORS; j++) {
        sums[i][j] = LOAD (j, bias);
        PREFETCH (residual + get_offset (position, self.residual) + j * VECTOR_WIDTH);
      }
      advance (&position, self.height, self.width);
    }

    /* Before the first frame and after the last there are zeros, which add nothing. */
    const int n_next = first.frame == self.frames - 1 ? 0 : self.next_end;
    const int n_previous = last_frame == 0 && !self.has_previous ? 0 : self.previous_end - self.next_end;

    for (int ky = 0; ky < self.kernel_size; ky++)
      for (int r = 0; r < n_runs; r++)
        for (int part = is_shifted ? NEXT : OWN; part <= OWN; part++) {
          const bool is_previous = part == PREVIOUS;
          const int begin_value = part == NEXT ? 0 : is_previous ? self.next_end : self.previous_end;
          const int end_value = part == NEXT ? self.next_end : is_previous ? self.previous_end : run;
          const int n_values = part == NEXT ? n_next : is_previous ? n_previous : end_value - begin_value;
          const int first_value = is_previous
                                      ? ky * self.previous_row + r * self.previous_channels
                                      : ky * self.input_row + r * run + (part == NEXT ? self.input.frame : 0);
          global const product_element *taps[ROWS];

#pragma unroll
          for (int i = 0; i < ROWS; i++)
            taps[i] = is_previous ? previous_rows[i] : rows[i];
          MULTIPLY_RUN (taps, first_value + begin_value, n_values, panel, ahead)
          panel += (end_value - begin_value - n_values) * COLUMNS;
        }

    position = first;
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      global output_element *target = output + get_offset (position, self.output);
      global const output_element *addend = residual + get_offset (position, self.residual);

#pragma unroll
      for (int j = 0; j < VECTORS; j++)
        store_output (finish (sums[i][j], addend + j * VECTOR_WIDTH, self.epilogue),
            target + j * VECTOR_WIDTH, self.past_caches);
      advance (&position, self.height, self.width);
    }
  }
}

VECTOR_KERNEL void
conv2d (global output_element *output, global const product_element *input, global const float *weights,
    global const float *bias, global const output_element *residual, global const product_element *previous,
    MsnetGeometry out, MsnetGeometry in, MsnetGeometry add, MsnetGeometry before, int frames, int height,
    int width, int kernel_size, int stride, int next_end, int previous_end, int epilogue, int group_pixels,
    int past_caches, int input_pixel_stride, int row_run, int has_previous, int is_streaming)
{
  const int first_channel = get_global_id (0) * COLUMNS;
  const int begin = get_global_id (1) * group_pixels;
  const Convolution self = {
    .output = get_strides (out, 1),
    .residual = get_strides (add, 1),
    .input = { input_pixel_stride, stride * in.row, in.frame },
    .previous = get_strides (before, stride),
    .input_row = in.row,
    .previous_row = before.row,
    .previous_channels = before.channels,
    .frames = frames,
    .height = height,
    .width = width,
    .in_channels = in.channels,
    .kernel_size = kernel_size,
    .next_end = next_end,
    .previous_end = previous_end,
    .row_run = row_run,
    .has_previous = has_previous,
    .is_streaming = is_streaming,
    .epilogue = epilogue,
    .past_caches = past_caches,
  };

  convolve (output + out.origin + first_channel, input + in.origin,
      weights + first_channel * kernel_size * row_run, bias + first_channel,
      residual + add.origin + first_channel, previous + before.origin, begin,
      min (begin + group_pixels, frames * height * width), self);
}
