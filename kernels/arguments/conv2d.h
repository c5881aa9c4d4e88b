/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernels of convolutions are told, one struct each: drivers copy every argument at every launch.
 * Formula and axes: plain/conv2d.cl. */
#pragma once

#include "arguments/epilogue.h"
#include "arguments/geometry.h"

/* What all of them are told.  Kernels that take the input in pairs count pairs of its values. */
typedef struct
{
  MsnetGeometry output;
  MsnetGeometry input; /* its origin: what the first tap of pixel (0, 0) reads */
  MsnetGeometry residual;
  MsnetGeometry previous; /* of frame t - 1, at frame t; its origin as the input's */
  int frames;             /* of the output, as height and width are */
  int height;
  int width;
  int kernel_size;  /* K: rows and columns of the filter */
  int stride;       /* pixels of the input from output to output, in rows and columns: 1 or 2 */
  int next_end;     /* channels [0, next_end) are read from frame t + 1 */
  int previous_end; /* channels [next_end, previous_end) from frame t - 1 */
  int epilogue;     /* a MsnetEpilogue */
  int past_caches;  /* whether the output is stored past the caches; it then lies at multiples of a vector */
} MsnetConv2dArguments;

/* cpu/conv2d/direct.cl */
typedef struct
{
  MsnetConv2dArguments conv;
  int group_pixels;       /* output pixels of a work-item */
  int input_pixel_stride; /* from the input of an output pixel to that of the next */
  int row_run;            /* values that a row of the filter reads, K * C or one more */
  int has_previous;       /* whether a stream kept a frame before the first; else there are zeros */
  int is_streaming;       /* whether tensors are larger than the caches, and memory is the bottleneck */
} MsnetDirectArguments;

/* cpu/conv2d/winograd.cl and stem.cl */
typedef struct
{
  MsnetConv2dArguments conv;
  int input_height;
  int input_width;
  int in_plane;     /* floats from position to position of V */
  int out_plane;    /* and of M */
  int n_pieces;     /* of the map; in a step by itself, of the launch */
  int group_pieces; /* pieces that a work-item has at a time */
  int first_piece;  /* of the launch */
} MsnetWinogradArguments;

/* cpu/conv2d/stem.cl: F(5x5, 4x4), of two rows of two pixels of three channels. */
#define MSNET_STEM_PIECE 5
#define MSNET_STEM_POINTS 8
#define MSNET_STEM_DEPTH 12

/* cpu/conv2d/amx.cl: output channels and output pixels that are multiplied at a time, two tiles each, and
 * input channels, a row of a tile. */
#define MSNET_AMX_PANEL 32
#define MSNET_AMX_POSITIONS 32
#define MSNET_AMX_CHUNK 32

typedef struct
{
  MsnetConv2dArguments conv;
  int item_scratch; /* values of scratch of a work-item */
  int map_rows;     /* rows of a map */
  int strip_rows;   /* rows of a strip, at most map_rows */
  int task_panels;  /* panels of a task */
} MsnetAmxArguments;
