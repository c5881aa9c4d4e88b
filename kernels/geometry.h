/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the values of tensors lie.  For all kernels. */
#pragma once

#include "arguments/geometry.h"

/* A pixel of a tensor. */
typedef struct
{
  int frame;
  int row;
  int column;
} Position;

/* Values from pixel to pixel, from row to row and from frame to frame. */
typedef struct
{
  int pixel;
  int row;
  int frame;
} Strides;

/* Pixel number `pixel` of maps of `height` x `width`, which are counted along rows, then down, then frame
 * by frame. */
static inline Position
get_position (int pixel, int height, int width)
{
  const int row = pixel / width;

  return (Position){ row / height, row % height, pixel % width };
}

static inline int
get_offset (Position position, Strides strides)
{
  return position.frame * strides.frame + position.row * strides.row + position.column * strides.pixel;
}

/* Strides over every `step`th pixel of every `step`th row. */
static inline Strides
get_strides (MsnetGeometry tensor, int step)
{
  return (Strides){ step * tensor.channels, step * tensor.row, tensor.frame };
}

/* Where a row starts. */
static inline int
get_row (MsnetGeometry tensor, int frame, int row)
{
  return tensor.origin + frame * tensor.frame + row * tensor.row;
}

/* Where a pixel starts. */
static inline int
get_pixel (MsnetGeometry tensor, Position position)
{
  return get_row (tensor, position.frame, position.row) + position.column * tensor.channels;
}

/* Which part of a map of `height` x `width` a pixel lies in, of grid x grid, counted by row: part row v
 * begins with row v height / grid, rounded down. */
static inline int
get_part (Position pixel, int height, int width, int grid)
{
  return ((pixel.row + 1) * grid - 1) / height * grid + ((pixel.column + 1) * grid - 1) / width;
}
