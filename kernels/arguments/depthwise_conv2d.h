/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernels of depthwise convolutions are told.  Formula and axes: plain/depthwise_conv2d.cl. */
#pragma once

#include "arguments/epilogue.h"
#include "arguments/geometry.h"

typedef struct
{
  MsnetGeometry output;
  MsnetGeometry input; /* its origin: what the first tap of pixel (0, 0) reads */
  int frames;          /* of the output, as height and width are */
  int height;
  int width;
  int kernel_size; /* K: rows and columns of the filter */
  int stride;      /* pixels of the input from output to output, in rows and columns: 1 or 2 */
  int epilogue;    /* a MsnetEpilogue that adds nothing */
  int pitch;       /* values from tap to tap of the weights */
  int group_rows;  /* cpu/depthwise_conv2d.cl: rows of the output that a work-item makes */
} MsnetDepthwiseArguments;
