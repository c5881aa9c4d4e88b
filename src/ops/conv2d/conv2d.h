/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 2-D convolution over frames, with everything that comes before and after it in the network
 * fused: temporal shift on the way in; bias, residual and ReLU or ReLU6 on the way out.  Batch norm is folded
 * into weights and bias when they are made. */
#pragma once

#include "arguments/conv2d.h"
#include "opencl/command_list.h"
#include "ops/padding.h"
#include "ops/temporal_shift.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetConv2dParams:
 * @name: (nullable): of the layer, for people
 * @output: [T, H', W', C'], H' = ceil (H / stride), W' = ceil (W / stride); another buffer than @input and
 *     @residual, of any data type whatever the input's
 * @input: [T, H, W, C] with halo >= kernel / 2, and frame_halo unless @shift is none
 * @residual: (nullable): [T, H', W', C'], any halo, of the output's data type
 * @previous: (nullable): [1, H, W, @shift_channels or more], halo and data type as @input: what a causal
 *     shift reads in place of frame -1; then T is 1 and @input needs no frame_halo
 * @weights: [C'][C][K][K], K odd, as PyTorch has them, batch norm already folded in; where the input is
 *     bfloat16, they may be rounded to it
 * @bias: [C']
 * @kernel: K
 * @shift_channels: how many channels @shift moves each way; 0: C / 8
 * @padding: left out: K / 2
 */
typedef struct
{
  const gchar *name;
  MsnetTensor *output;
  MsnetTensor *input;
  MsnetTensor *residual;
  MsnetTensor *previous;
  const gfloat *weights;
  const gfloat *bias;
  guint kernel;
  guint stride; /* 0: 1 */
  MsnetShift shift;
  guint shift_channels;
  MsnetEpilogue epilogue;
  MsnetPadding padding;
} MsnetConv2dParams;

/* How many channels the shift of @params moves each way; 0 without. */
guint msnet_conv2d_get_shift_channels (const MsnetConv2dParams *params);

/* Checks shapes (MSNET_ERROR_SHAPE), chooses the kernel for device and shape, packs and uploads
 * the weights (@params' arrays are not used after the call) and appends the launch. */
gboolean msnet_conv2d_append (MsnetCommandList *list, const MsnetConv2dParams *params, GError **error);

G_END_DECLS
