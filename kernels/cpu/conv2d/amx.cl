/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The convolution of plain/conv2d.cl by AMX: tiles of 16 x 32 bfloat16 are multiplied as wholes.
 *
 * A *map* of the output is a frame; where K = 1, all frames below each other.  A *strip* is `strip_rows`
 * rows of a map.  A work-item (a work-group of its own) has a part of the scratch for itself, and takes
 * one task after the other, a strip and `task_panels` panels of 32 output channels:
 *
 *   gather     copies to the scratch what the strip needs of the input, temporal shift applied, as bfloat16:
 *              a float as the sum of two
 *   multiply   multiplies 32 positions of the strip, two tiles of pixels, by a panel, two tiles of weights,
 *              into four tiles of sums
 *   finish     adds bias and residual, and applies the epilogue
 *
 * Scratch: [planes][rows][`pitch`][parts][C] and CHUNK values between pixels, so that rows of a tile do
 * not compete for the same lines of the cache.  C is rounded up to whole chunks with zeros.  With a
 * stride, planes hold the rows and columns of the input that the same taps read, so that neighbours in the
 * output are neighbours in the scratch.  `pitch` = W' + K/2: the zeros at the right of a row are those at
 * the left of the next.  So all positions of a strip, numbered through, lie at equal distances; sums of
 * those beyond W' are thrown away, and so are those behind the strip, where anything may lie.
 *
 * Floats are split: x = upper + lower, both bfloat16, but for at most 2^-17 of x, and a product is three:
 * upper upper + upper lower + lower upper, which leaves out lower lower, at most 2^-16 of it.  With
 * INPUT_BF16 it is one.
 *
 * Weights: [C'/32][K][K][chunks][parts][2][16][16][2]: a chunk is 32 input channels in pairs, by two tiles
 * of 16 output channels; parts are upper, then lower.  Needs C' % 32 = 0, and C and the ends of the shift
 * % VECTOR_WIDTH = 0.
 *
 * PANEL, POSITIONS, CHUNK     see MSNET_AMX_..., arguments/conv2d.h
 * PARTS                       bfloat16 that a value of the input is stored as
 * VECTOR_WIDTH                4, 8 or 16, of what is gathered and finished; see cpu/vector.h
 * INPUT_BF16, OUTPUT_BF16     see storage.h */

#include "arguments/conv2d.h"
#include "cpu/epilogue.h"
#include "cpu/vector_storage.h"
#include "geometry.h"

#define PANEL MSNET_AMX_PANEL
#define POSITIONS MSNET_AMX_POSITIONS
#define CHUNK MSNET_AMX_CHUNK
#define TILE_ROWS 16
#define TILE_BYTES 1024
#define CHUNK_BYTES 64
#define LINE 16 /* values of a line of the cache, or two */

#ifdef INPUT_BF16
#define PARTS 1
#else
#define PARTS 2
#endif

/* Tiles 0 to 3 are sums: half of the positions x half of the panel; 4 and 5 pixels; 6 and 7 weights.
 * `pitch`: bytes from row to row in memory */
/* clang-format off */
#define TILE_CLEAR(tile) \
  __asm__ volatile ("tilezero %%tmm" #tile ::: "memory")
#define TILE_LOAD(tile, from, pitch) \
  __asm__ volatile ("tileloadd (%0,%1,1), %%tmm" #tile \
                    :: "r"((size_t)(from)), "r"((long)(pitch)) : "memory")
#define TILE_STORE(tile, to, pitch) \
  __asm__ volatile ("tilestored %%tmm" #tile ", (%0,%1,1)" \
                    :: "r"((size_t)(to)), "r"((long)(pitch)) : "memory")
#define TILE_MULTIPLY(sum, pixels, weights) \
  __asm__ volatile ("tdpbf16ps %%tmm" #weights ", %%tmm" #pixels ", %%tmm" #sum ::: "memory")
/* clang-format on */

/* How the scratch lies, beside the convolution. */
typedef struct
{
  MsnetConv2dArguments conv;
  int chunks; /* of the input's channels */
  int pitch;  /* pixels from row to row */
  int plane;  /* pixels from plane to plane */
  int pixel;  /* values from pixel to pixel */
} Sizes;

/* Rows `first` to `first` + `rows` - 1 of a map. */
typedef struct
{
  int map;
  int first;
  int rows;
} Strip;

/* All tiles have 16 rows of 64 bytes.  Before tiles_end() no other work-item of this thread may run. */
static inline void
tiles_begin (void)
{
  uchar shapes[64] __attribute__ ((aligned (64)));

  for (int i = 0; i < 64; i++)
    shapes[i] = 0;
  shapes[0] = 1; /* palette */
  for (int tile = 0; tile < 8; tile++) {
    shapes[16 + 2 * tile] = CHUNK_BYTES;
    shapes[48 + tile] = TILE_ROWS;
  }
  __asm__ volatile("ldtilecfg (%0)" ::"r"((size_t)shapes) : "memory");
}

static inline void
tiles_end (void)
{
  __asm__ volatile("tilerelease" ::: "memory");
}

static inline void
clear_sums (void)
{
  TILE_CLEAR (0);
  TILE_CLEAR (1);
  TILE_CLEAR (2);
  TILE_CLEAR (3);
}

static inline void
store_sums (float sums[POSITIONS][PANEL])
{
  TILE_STORE (0, &sums[0][0], sizeof sums[0]);
  TILE_STORE (1, &sums[0][16], sizeof sums[0]);
  TILE_STORE (2, &sums[TILE_ROWS][0], sizeof sums[0]);
  TILE_STORE (3, &sums[TILE_ROWS][16], sizeof sums[0]);
}

static inline void
load_pixels (size_t pixels, long pixel_bytes)
{
  TILE_LOAD (4, pixels, pixel_bytes);
  TILE_LOAD (5, pixels + TILE_ROWS * pixel_bytes, pixel_bytes);
}

static inline void
load_weights (size_t weights)
{
  TILE_LOAD (6, weights, CHUNK_BYTES);
  TILE_LOAD (7, weights + TILE_BYTES, CHUNK_BYTES);
}

static inline void
multiply_tiles (void)
{
  TILE_MULTIPLY (0, 4, 6);
  TILE_MULTIPLY (1, 4, 7);
  TILE_MULTIPLY (2, 5, 6);
  TILE_MULTIPLY (3, 5, 7);
}

/* Adds the products of one tap: all chunks of 32 pixels from `pixels` on, by those of the panel. */
static inline void
multiply_tap (size_t pixels, long pixel_bytes, size_t panel, int chunks)
{
  for (int chunk = 0; chunk < chunks; chunk++) {
    load_pixels (pixels, pixel_bytes);
#ifndef INPUT_BF16
    load_weights (panel + 2 * TILE_BYTES);
    multiply_tiles ();
#endif
    load_weights (panel);
    multiply_tiles ();
#ifndef INPUT_BF16
    load_pixels (pixels + chunks * CHUNK_BYTES, pixel_bytes);
    multiply_tiles ();
#endif
    pixels += CHUNK_BYTES;
    panel += PARTS * 2 * TILE_BYTES;
  }
}

/* sums = 32 positions from `pixels` on by the panel */
OUT_OF_LINE void
multiply (float sums[POSITIONS][PANEL], size_t pixels, size_t panel, Sizes sizes)
{
  const int phases = min (sizes.conv.kernel_size, sizes.conv.stride);
  const long pixel_bytes = sizes.pixel * sizeof (ushort);

  clear_sums ();
  for (int ky = 0; ky < sizes.conv.kernel_size; ky++)
    for (int kx = 0; kx < sizes.conv.kernel_size; kx++) {
      const int plane = ky % sizes.conv.stride * phases + kx % sizes.conv.stride;
      const int tap = plane * sizes.plane + ky / sizes.conv.stride * sizes.pitch + kx / sizes.conv.stride;

      multiply_tap (pixels + tap * pixel_bytes, pixel_bytes, panel, sizes.chunks);
      panel += sizes.chunks * PARTS * 2 * TILE_BYTES;
    }
  store_sums (sums);
}

/* A vector of channels; the lower parts lie `lower` values behind the upper ones. */
static inline void
gather_vector (global ushort *to, int lower, global const input_element *from)
{
#ifdef INPUT_BF16
  *(global stored_bf16 *)to = *(global const stored_bf16 *)from;
#else
  const vector value = *(global const loose_vector *)from;
  const vector_bits upper = (AS_BITS (value) + 0x8000) & 0xffff0000; /* the nearest, unless it is no number */

  *(global stored_bf16 *)to = WIDE (convert_ushort, VECTOR_WIDTH) (upper >> 16);
  *(global stored_bf16 *)(to + lower) = narrow (value - AS_VECTOR (upper));
#endif
}

/* `next`, `before`, `from`: the same pixel in frames t + 1, t - 1 and t */
static inline void
gather_pixel (global ushort *to, global const input_element *next, global const input_element *before,
    global const input_element *from, Sizes sizes)
{
  const int lower = sizes.chunks * CHUNK;

  for (int c = 0; c < sizes.conv.next_end; c += VECTOR_WIDTH)
    gather_vector (to + c, lower, next + c);
  for (int c = sizes.conv.next_end; c < sizes.conv.previous_end; c += VECTOR_WIDTH)
    gather_vector (to + c, lower, before + c);
  for (int c = sizes.conv.previous_end; c < sizes.conv.input.channels; c += VECTOR_WIDTH)
    gather_vector (to + c, lower, from + c);
  for (int c = sizes.conv.input.channels; c < lower; c++)
    for (int part = 0; part < PARTS; part++)
      to[part * lower + c] = 0;
}

/* A row of a plane, `columns` pixels.  `input` and `previous`: its first pixel in frames t and t - 1 */
static inline void
gather_row (global ushort *to, global const input_element *input, global const input_element *previous,
    int columns, Sizes sizes)
{
  const MsnetConv2dArguments conv = sizes.conv;

  for (int column = 0; column < columns; column++) {
    gather_pixel (to, input + conv.input.frame, previous, input, sizes);
    to += sizes.pixel;
    input += conv.stride * conv.input.channels;
    previous += conv.stride * conv.previous.channels;
  }
}

OUT_OF_LINE void
gather (global ushort *scratch, global const input_element *input, global const input_element *previous,
    Strip strip, Sizes sizes)
{
  const MsnetConv2dArguments conv = sizes.conv;
  const int phases = min (conv.kernel_size, conv.stride);

  for (int plane = 0; plane < phases * phases; plane++) {
    const int y = plane / phases;
    const int x = plane % phases;
    const int rows = strip.rows + (conv.kernel_size - 1 - y) / conv.stride;
    const int columns = conv.width + (conv.kernel_size - 1 - x) / conv.stride;

    for (int row = 0; row < rows; row++) {
      const int map_row = strip.first + row;
      const int frame = conv.kernel_size > 1 ? strip.map : map_row / conv.height;
      const int frame_row = conv.kernel_size > 1 ? map_row : map_row % conv.height;
      const Position from = { frame, frame_row * conv.stride + y, x };

      gather_row (scratch + (plane * sizes.plane + row * sizes.pitch) * sizes.pixel,
          input + get_pixel (conv.input, from), previous + get_pixel (conv.previous, from), columns, sizes);
    }
  }
}

/* Where a position of a strip lies. */
static inline Position
find_position (Strip strip, int number, Sizes sizes)
{
  const int row = strip.first + number / sizes.pitch;

  return (Position){ strip.map + row / sizes.conv.height, row % sizes.conv.height, number % sizes.pitch };
}

/* Asks for what finish_positions() adds. */
OUT_OF_LINE void
prefetch_residual (global const output_element *residual, Strip strip, int begin, Sizes sizes)
{
  const Strides strides = get_strides (sizes.conv.residual, 1);

  for (int i = begin; i < begin + POSITIONS; i++)
    for (int j = 0; j < PANEL; j += LINE)
      PREFETCH (residual + get_offset (find_position (strip, i, sizes), strides) + j);
}

/* Positions from `begin` on of a strip; `output`, `residual` and `bias` start at the panel.  Vectors are
 * read as loose_vector: vload of private memory goes value by value in PoCL 3.1. */
OUT_OF_LINE void
finish_positions (float sums[POSITIONS][PANEL], global output_element *output,
    global const output_element *residual, global const float *bias, Strip strip, int begin, Sizes sizes)
{
  const MsnetConv2dArguments conv = sizes.conv;
  const Strides output_strides = get_strides (conv.output, 1);
  const Strides residual_strides = get_strides (conv.residual, 1);
  vector biases[PANEL / VECTOR_WIDTH];

  for (int j = 0; j < PANEL / VECTOR_WIDTH; j++)
    biases[j] = ((global const loose_vector *)bias)[j];
  for (int i = 0; i < POSITIONS && begin + i < strip.rows * sizes.pitch; i++) {
    const Position position = find_position (strip, begin + i, sizes);
    global output_element *target = output + get_offset (position, output_strides);
    global const output_element *addend = residual + get_offset (position, residual_strides);

    if (position.column >= conv.width)
      continue;
    for (int j = 0; j < PANEL; j += VECTOR_WIDTH) {
      const vector sum = *(const loose_vector *)&sums[i][j] + biases[j / VECTOR_WIDTH];

      store_output (finish (sum, addend + j, conv.epilogue), target + j, conv.past_caches);
    }
  }
}

static inline Sizes
get_sizes (MsnetAmxArguments self)
{
  const MsnetConv2dArguments conv = self.conv;
  const int chunks = (conv.input.channels + CHUNK - 1) / CHUNK;
  const int pitch = conv.width + conv.kernel_size / 2;
  const int plane_rows = self.strip_rows + (conv.kernel_size - 1) / conv.stride;

  return (Sizes){ conv, chunks, pitch, plane_rows * pitch, (chunks * PARTS + 1) * CHUNK };
}

/* Global size: (any). */
VECTOR_KERNEL void
conv2d_amx (global output_element *output, global const input_element *input, global const ushort *weights,
    global const float *bias, global const output_element *residual, global const input_element *previous,
    global ushort *scratch, MsnetAmxArguments self)
{
  const MsnetConv2dArguments conv = self.conv;
  const Sizes sizes = get_sizes (self);
  const int strips_a_map = (self.map_rows + self.strip_rows - 1) / self.strip_rows;
  const int panel_bytes = conv.kernel_size * conv.kernel_size * sizes.chunks * PARTS * 2 * TILE_BYTES;
  const int panels = conv.output.channels / PANEL;
  const int tasks_a_strip = (panels + self.task_panels - 1) / self.task_panels;
  const int n_tasks = conv.frames * conv.height / self.map_rows * strips_a_map * tasks_a_strip;
  float sums[POSITIONS][PANEL] __attribute__ ((aligned (64)));

  output += conv.output.origin;
  residual += conv.residual.origin;
  scratch += get_global_id (0) * self.item_scratch;
  tiles_begin ();
  for (int task = get_global_id (0); task < n_tasks; task += get_global_size (0)) {
    const int number = task / tasks_a_strip;
    const int first = number % strips_a_map * self.strip_rows;
    const Strip strip = { number / strips_a_map, first, min (self.strip_rows, self.map_rows - first) };
    const int first_panel = task % tasks_a_strip * self.task_panels;

    gather (scratch, input, previous, strip, sizes);
    for (int panel = first_panel; panel < min (first_panel + self.task_panels, panels); panel++)
      for (int begin = 0; begin < strip.rows * sizes.pitch; begin += POSITIONS) {
        const int channel = panel * PANEL;

        if (conv.epilogue >= MSNET_EPILOGUE_ADD)
          prefetch_residual (residual + channel, strip, begin, sizes);
        multiply (sums, (size_t)(scratch + begin * sizes.pixel),
            (size_t)weights + (size_t)panel * panel_bytes, sizes);
        finish_positions (sums, output + channel, residual + channel, bias + channel, strip, begin, sizes);
      }
  }
  tiles_end ();
}

/* What a self-test can check: sums [32][32] = `turns` times 32 pixels by a panel, K = 1.  `pixel`: values
 * from pixel to pixel */
VECTOR_KERNEL void
multiply_panel (global float *output, global const ushort *pixels, global const ushort *panel, int chunks,
    int pixel, int turns)
{
  float sums[POSITIONS][PANEL] __attribute__ ((aligned (64)));

  tiles_begin ();
  clear_sums ();
  for (int turn = 0; turn < turns; turn++)
    multiply_tap ((size_t)pixels, pixel * sizeof (ushort), (size_t)panel, chunks);
  store_sums (sums);
  tiles_end ();
  for (int i = 0; i < POSITIONS * PANEL; i++)
    output[i] = sums[i / PANEL][i % PANEL];
}
