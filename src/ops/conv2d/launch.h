/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernels of a convolution are told.  For this folder. */
#pragma once

#include "kernels.h"

G_BEGIN_DECLS

/* Returns: what all kernels of a convolution are told, but for the output past the caches.
 * @unit: input values that the kernel counts as one: 1, or 2 if it takes them in pairs */
MsnetConv2dArguments msnet_conv2d_get_arguments (const MsnetConv2dParams *params, guint unit);

/* Returns: (transfer none): where frame t - 1 lies: the input, or the frame before a stream's */
MsnetBuffer *msnet_conv2d_get_previous (const MsnetConv2dParams *params);

/* So many work-items a core, that the last ones do not keep the others waiting for long. */
#define MSNET_ITEMS_A_CORE 4

static inline guint
msnet_divide_up (guint value, guint divisor)
{
  return (value + divisor - 1) / divisor;
}

/* Whether tiles of @rows suit @n rows: of tiles with less than six, which take more loads a product, where
 * clearly fewer rows are computed twice. */
gboolean msnet_conv2d_suits_tiles (guint rows, guint n);

/* Returns: floats in the widest vector, of at most 16, in which no two channels of the input come from
 *     different frames */
guint msnet_conv2d_get_input_width (const MsnetConv2dParams *params);

/* Bytes of the map without borders. */
gsize msnet_conv2d_count_bytes (const MsnetShape *shape);

/* Whether @kernel should store @output past the caches: none will hold it until it is read.  Only vectors
 * that lie at multiples of their size can be. */
gboolean msnet_conv2d_flows_past_caches (const MsnetKernel *kernel, const MsnetShape *output);

/* Returns: (transfer full): the `-D` of a kernel with a register tile */
gchar *msnet_conv2d_get_options (const MsnetKernel *kernel, const MsnetConv2dParams *params);

/**
 * msnet_conv2d_launch:
 * @launch: file, kernel, options and work sizes; arguments are filled in
 * @weights: in the kernel's order
 * @extra: @n_extra more arguments, the kernel's last
 *
 * Uploads the bias and appends @launch with the buffers that direct kernels share, in the order of
 * kernels/plain/conv2d.cl.
 */
gboolean msnet_conv2d_launch (MsnetCommandList *list, const MsnetConv2dParams *params, MsnetLaunch *launch,
    MsnetBuffer *weights, const MsnetArgument *extra, guint n_extra, GError **error);

G_END_DECLS
