/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which kernel of an operation is taken. */
#pragma once

#include "kernel.h"

G_BEGIN_DECLS

/* Returns: what was measured to be the fastest where MSNET_PLAN is unset and the tuner has been here, else by
 * rules */
const MsnetKernel *msnet_operation_choose (
    const MsnetOperation *operation, MsnetDevice *device, gconstpointer params);

/**
 * msnet_operation_choose_by_rules:
 * @width: floats in the widest vectors to take
 *
 * Returns: what MSNET_PLAN asks for (plan.h), else the first kernel that fits both device and @params
 */
const MsnetKernel *msnet_operation_choose_by_rules (
    const MsnetOperation *operation, const MsnetDeviceInfo *device, guint width, gconstpointer params);

G_END_DECLS
