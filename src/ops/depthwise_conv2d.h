/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Depthwise convolution + bias + ReLU: each channel by itself (MSNET.md 3.8), stride 1. */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetDepthwiseConv2dParams:
 * @output: [T, H, W, C]
 * @input: [T, H, W, C], halo >= kernel / 2
 * @weights: [C][1][K][K], K odd, batch norm folded in
 * @bias: [C]
 */
typedef struct
{
  MsnetTensor *output;
  MsnetTensor *input;
  const gfloat *weights;
  const gfloat *bias;
  guint kernel;
} MsnetDepthwiseConv2dParams;

gboolean msnet_depthwise_conv2d_append (
    MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, GError **error);

G_END_DECLS
