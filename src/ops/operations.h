/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All operations.  Each is defined beside its append(). */
#pragma once

#include "kernel.h"

G_BEGIN_DECLS

extern const MsnetOperation msnet_activation_operation;
extern const MsnetOperation msnet_average_pool_operation;
extern const MsnetOperation msnet_border_operation;
extern const MsnetOperation msnet_change_operation;
extern const MsnetOperation msnet_consensus_operation;
extern const MsnetOperation msnet_conv2d_operation;
extern const MsnetOperation msnet_copy_channels_operation;
extern const MsnetOperation msnet_correlation_operation;
extern const MsnetOperation msnet_depthwise_conv2d_operation;
extern const MsnetOperation msnet_displacement_operation;
extern const MsnetOperation msnet_flatness_operation;
extern const MsnetOperation msnet_inverted_residual_operation;
extern const MsnetOperation msnet_linear_operation;
extern const MsnetOperation msnet_max_pool_operation;
extern const MsnetOperation msnet_normalize_operation;
extern const MsnetOperation msnet_prepare_operation;
extern const MsnetOperation msnet_temporal_shift_operation;

/* Returns: (transfer none): those above, ended by NULL */
const MsnetOperation *const *msnet_operations_get (void);

/* Returns: FALSE with MSNET_ERROR_UNSUPPORTED if MSNET_PLAN is none of those of plan.h: the message names
 * all */
gboolean msnet_operations_check_plan (GError **error);

G_END_DECLS
