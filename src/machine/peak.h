/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many multiply-adds a device can do at all: what kernels are compared with.  One thread at a time. */
#pragma once

#include "opencl/command_list.h"

G_BEGIN_DECLS

typedef struct _MsnetPeak MsnetPeak;

/**
 * msnet_peak_new:
 * @vector_width: floats in a vector: 8 or 16; 0: the device's own width
 *
 * Returns: (transfer full): NULL with MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE
 */
MsnetPeak *msnet_peak_new (MsnetDevice *device, guint vector_width, GError **error);
void msnet_peak_free (MsnetPeak *peak);

/* Multiply-adds of one run on all cores. */
gdouble msnet_peak_get_work (MsnetPeak *peak);

/* Runs it once, some ten milliseconds. */
gboolean msnet_peak_run (MsnetPeak *peak, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetPeak, msnet_peak_free)

G_END_DECLS
