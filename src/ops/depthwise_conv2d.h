/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Depthwise convolution: each channel by itself; bias and ReLU or ReLU6 on the way out. */
#pragma once

#include "arguments/epilogue.h"
#include "opencl/command_list.h"
#include "padding.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetDepthwiseConv2dParams:
 * @name: (nullable): of the layer, for people
 * @output: [T, H', W', C], H' = ceil (H / stride), W' = ceil (W / stride); another buffer than @input, of any
 *     data type whatever the input's
 * @input: [T, H, W, C], halo >= kernel / 2
 * @weights: [C][1][K][K], as PyTorch has them, batch norm folded in
 * @bias: [C]
 * @kernel: K, odd
 * @epilogue: one that adds nothing
 */
typedef struct
{
  const gchar *name;
  MsnetTensor *output;
  MsnetTensor *input;
  const gfloat *weights;
  const gfloat *bias;
  guint kernel;
  guint stride; /* 1 or 2; 0: 1 */
  MsnetEpilogue epilogue;
  MsnetPadding padding;
} MsnetDepthwiseConv2dParams;

/* Checks shapes (MSNET_ERROR_SHAPE), packs and uploads weights and bias, which are not used after the call,
 * and appends the launch. */
gboolean msnet_depthwise_conv2d_append (
    MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, GError **error);

G_END_DECLS
