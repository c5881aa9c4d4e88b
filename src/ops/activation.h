/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in its frames a logit comes from: the class activation map (DESIGN.md, Activation). */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetActivationParams:
 * @output: [1, H, W, 1], float: of each cell the sum over t and c of weights[t, p, c] input[t, y, x, c]; p
 *     is the part of the map in which it lies, by row, of those of msnet_average_pool_append()
 * @input: [T, H, W, C], of any data type
 * @weights: [T, 1, 1, G * G * C], float
 * @grid: G, of the parts; 1: the map is a single one
 */
typedef struct
{
  MsnetTensor *output;
  MsnetTensor *input;
  MsnetTensor *weights;
  guint grid;
} MsnetActivationParams;

/* Returns: FALSE with MSNET_ERROR_SHAPE, MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE */
gboolean msnet_activation_append (
    MsnetCommandList *list, const MsnetActivationParams *params, GError **error);

G_END_DECLS
