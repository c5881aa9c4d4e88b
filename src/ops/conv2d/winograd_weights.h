/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Weights as Winograd's convolutions read them.  For winograd*.c. */
#pragma once

#include "kernels.h"

G_BEGIN_DECLS

/* Returns: (transfer full): U: [positions][C'/columns][C][columns] */
MsnetBuffer *msnet_winograd_upload_weights (
    const MsnetKernel *kernel, MsnetCommandList *list, const MsnetConv2dParams *params, GError **error);

G_END_DECLS
