/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pooling over space. */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/* 3x3 maximum, stride 2, padding 1, of values that are not negative (behind a ReLU: the zero halo stands for
 * "outside").  @input: [T, H, W, C], halo >= 1; @output: [T, ceil (H/2), ceil (W/2), C], of the same data
 * type */
gboolean msnet_max_pool_append (
    MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error);

/* Mean over each of G x G parts of each frame (MSNET.md 4); G = 1: over all pixels.  @input: [T, H, W, C], of
 * any data type; @output: [T, 1, 1, G * G * C], float, part by part, row by row, in each by channel;
 * 1 <= G <= H, W */
gboolean msnet_average_pool_append (
    MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error);

G_END_DECLS
