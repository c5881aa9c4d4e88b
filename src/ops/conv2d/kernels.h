/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernels of a convolution answer (ops/kernel.h).  For this folder; @params are
 * MsnetConv2dParams. */
#pragma once

#include "conv2d.h"
#include "ops/kernel.h"

G_BEGIN_DECLS

/* Whether shapes fit (MSNET_ERROR_SHAPE). */
gboolean msnet_conv2d_check (gconstpointer params, GError **error);

gboolean msnet_conv2d_plain_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer params, GError **error);

gboolean msnet_conv2d_direct_may_use (
    const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params);
/* Whether panels of output channels hardly overlap, and with MSNET_PLAN=fixed one frame fills tiles. */
gboolean msnet_conv2d_direct_is_worthwhile (const MsnetKernel *kernel, gconstpointer params);
/* The same, and whether tiles of five rows compute clearly fewer pixels twice than tiles of six: one frame of
 * 7 x 7. */
gboolean msnet_conv2d_five_is_worthwhile (const MsnetKernel *kernel, gconstpointer params);
gboolean msnet_conv2d_direct_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer params, GError **error);

gboolean msnet_conv2d_winograd_may_use (
    const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params);
gboolean msnet_conv2d_winograd_is_worthwhile (const MsnetKernel *kernel, gconstpointer params);
/* Whether small pieces are: a single frame of few pixels, of which large ones leave much unused. */
gboolean msnet_conv2d_winograd2_is_worthwhile (const MsnetKernel *kernel, gconstpointer params);
gboolean msnet_conv2d_winograd_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer params, GError **error);

gboolean msnet_conv2d_amx_may_use (
    const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params);
/* Whether tiles are filled well; a plan of a width asks for vectors. */
gboolean msnet_conv2d_amx_is_worthwhile (const MsnetKernel *kernel, gconstpointer params);
gboolean msnet_conv2d_amx_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer params, GError **error);

gboolean msnet_conv2d_fused_may_use (
    const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params);
gboolean msnet_conv2d_fused_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer params, GError **error);

gboolean msnet_conv2d_stem_may_use (
    const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params);
gboolean msnet_conv2d_stem_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer params, GError **error);

G_END_DECLS
