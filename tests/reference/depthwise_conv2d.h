/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twin of ops/depthwise_conv2d.h over dense arrays without halo. */
#pragma once

#include "ops/depthwise_conv2d.h"

G_BEGIN_DECLS

typedef struct
{
  guint frames;
  guint height; /* of the input */
  guint width;
  guint channels;
  guint kernel;
  guint stride;
  MsnetPadding padding;
  MsnetEpilogue epilogue;
} ReferenceDepthwise;

/* @output: [T, ceil (H / stride), ceil (W / stride), C]; @input: [T, H, W, C]; @weights: [C][1][K][K];
 * @bias: [C] */
void reference_depthwise_conv2d (gfloat *output, const gfloat *input, const gfloat *weights,
    const gfloat *bias, const ReferenceDepthwise *sizes);

G_END_DECLS
