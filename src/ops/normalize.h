/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* L2 normalisation over channels: f / sqrt (sum_c f^2 + 1e-6) (MSNET.md 3.2). */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/* @output, @input: [T, H, W, C]; may be the same tensor */
gboolean msnet_normalize_append (
    MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error);

G_END_DECLS
