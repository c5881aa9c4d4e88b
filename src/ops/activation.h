/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in its frames a logit comes from: the class activation map (DESIGN.md, Activation). */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetActivationParams:
 * @output: [1, H, W, 1], float: of each cell the sum over t and c of weights[t, c] input[t, y, x, c]
 * @input: [T, H, W, C], of any data type
 * @weights: [T, 1, 1, C], float
 */
typedef struct
{
  MsnetTensor *output;
  MsnetTensor *input;
  MsnetTensor *weights;
} MsnetActivationParams;

/* Returns: FALSE with MSNET_ERROR_SHAPE, MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE */
gboolean msnet_activation_append (
    MsnetCommandList *list, const MsnetActivationParams *params, GError **error);

G_END_DECLS
