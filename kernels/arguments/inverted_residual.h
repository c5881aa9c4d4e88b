/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel of a whole inverted residual is told: cpu/inverted_residual.cl. */
#pragma once

#include "arguments/conv2d.h"

typedef struct
{
  MsnetConv2dArguments widen;  /* its output lies nowhere */
  MsnetConv2dArguments narrow; /* its input lies nowhere */
  int previous_begin;          /* the first channel of frame t - 1; a pair of two frames is in both parts, */
  int own_begin;               /* and of frame t; with weights of zero for the other's channel */
  int depth;                   /* channels of all parts */
  int has_previous;            /* whether a stream kept a frame before the first; else there are zeros */
  int epilogue;                /* of the depthwise convolution */
  int inner;                   /* channels between widening and narrowing */
  int top;                     /* zeros before the first row and column */
  int left;
  int pitch;        /* pixels of a row of the ring */
  int ring_rows;    /* of the ring */
  int group_rows;   /* rows of the output that are made at a time */
  int band_rows;    /* rows of a band of the output, which a work-item takes */
  int item_scratch; /* floats of scratch of a work-item */
} MsnetInvertedArguments;
