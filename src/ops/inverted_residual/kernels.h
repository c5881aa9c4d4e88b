/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernels of an inverted residual answer (ops/kernel.h).  For this folder; @params are
 * MsnetInvertedResidualParams. */
#pragma once

#include "inverted_residual.h"
#include "ops/case.h"

G_BEGIN_DECLS

static inline gboolean
msnet_inverted_widens (const MsnetInvertedResidualParams *params)
{
  return params->widen.output != NULL;
}

gboolean msnet_inverted_fused_may_use (
    const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params);
/* Whether all that a core needs at a time stays in its own cache. */
gboolean msnet_inverted_fused_is_worthwhile (const MsnetKernel *kernel, gconstpointer params);
/* Whether there are bands for all cores of @device. */
gboolean msnet_inverted_fused_keeps_cores_busy (
    const MsnetDeviceInfo *device, const MsnetInvertedResidualParams *params);
gboolean msnet_inverted_fused_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer params, GError **error);

/* The sizes as text, and a case of them (ops/case.h). */
gchar *msnet_inverted_print_sizes (gconstpointer params);
gboolean msnet_inverted_fill_case (MsnetCase *self, const gchar *sizes, GError **error);

G_END_DECLS
