/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The classifier: one linear layer a frame, and the consensus over frames (MSNET.md 4). */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/* @output: [T, 1, 1, K]; @input: [T, 1, 1, C]; @weights: [K][C]; @bias: [K] */
typedef struct
{
  MsnetTensor *output;
  MsnetTensor *input;
  const gfloat *weights;
  const gfloat *bias;
} MsnetLinearParams;

/* As MsnetLinearParams. */
gboolean msnet_linear_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input,
    const gfloat *weights, const gfloat *bias, GError **error);

/* @output: [1, 1, 1, K], the mean over frames of @input: [T, 1, 1, K] */
gboolean msnet_consensus_append (
    MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error);

G_END_DECLS
