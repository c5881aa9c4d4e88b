/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far features are from those of the frame before (MSNET.md 4). */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetChangeParams: all are float.
 * @output: [T, 1, 1, C]: |x(t) - x(t - 1)|; or [T, 1, 1, 2 C]: x(t), then the same
 * @input: x, [T, 1, 1, C]
 * @previous: (nullable): [1, 1, 1, C], in place of x(-1); NULL: nothing is before the first frame, whose
 *     change is 0
 */
typedef struct
{
  MsnetTensor *output;
  MsnetTensor *input;
  MsnetTensor *previous;
} MsnetChangeParams;

/* Returns: FALSE with MSNET_ERROR_SHAPE, MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE */
gboolean msnet_change_append (MsnetCommandList *list, const MsnetChangeParams *params, GError **error);

G_END_DECLS
