/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeps some channels of a tensor in another. */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * msnet_copy_channels_append:
 * @output: [T, H, W, N], any halo; becomes the first N channels of @input
 * @input: [T, H, W, C], C >= N, of the same data type
 *
 * Returns: FALSE with MSNET_ERROR_SHAPE or MSNET_ERROR_BUILD
 */
gboolean msnet_copy_channels_append (
    MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error);

G_END_DECLS
