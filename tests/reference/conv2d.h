/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twin of ops/conv2d.h over dense arrays without halo. */
#pragma once

#include "ops/conv2d/conv2d.h"

G_BEGIN_DECLS

typedef struct
{
  guint frames;
  guint height; /* of the input */
  guint width;
  guint in_channels;
  guint out_channels;
  guint kernel;
  guint stride;
  MsnetShift shift;
  MsnetEpilogue epilogue;
  MsnetPadding padding;
  guint shift_channels; /* 0: an eighth */
} ReferenceConv2d;

/* Zeros before the first of @size rows or columns. */
gint reference_padding (MsnetPadding padding, gint kernel, gint stride, gint size);

/* @value: with bias */
gdouble reference_finish (MsnetEpilogue epilogue, gdouble value, gdouble residual);

/**
 * reference_conv2d:
 * @output: [T, ceil (H / stride), ceil (W / stride), C']
 * @input: [T, H, W, C]
 * @residual: (nullable): as @output
 * @weights: [C'][C][K][K]
 * @bias: [C']
 */
void reference_conv2d (gfloat *output, const gfloat *input, const gfloat *residual, const gfloat *weights,
    const gfloat *bias, const ReferenceConv2d *sizes);

G_END_DECLS
