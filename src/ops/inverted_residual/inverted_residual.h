/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An inverted residual at once: a 1x1 convolution that widens, a depthwise one, and a 1x1 convolution that
 * narrows.  Kernels keep what lies between them, the largest tensors of such networks, in a core's own
 * cache; that pays while maps are large. */
#pragma once

#include "ops/conv2d/conv2d.h"
#include "ops/depthwise_conv2d.h"

G_BEGIN_DECLS

/**
 * MsnetInvertedResidualParams: its layers as they would be appended one by one
 * @name: (nullable): of the block, for people
 * @widen: kernel 1, stride 1; `.output` of NULL: it does not widen, and the rest of it is not read
 * @depthwise: of what widening makes, with halo >= K / 2
 * @narrow: kernel 1, stride 1, without shift
 *
 * The tensors that lie between two of them are only looked at for their shapes, and need no buffer.
 */
typedef struct
{
  const gchar *name;
  MsnetConv2dParams widen;
  MsnetDepthwiseConv2dParams depthwise;
  MsnetConv2dParams narrow;
} MsnetInvertedResidualParams;

/* Whether it is worth more than its layers one by one; never where MSNET_PLAN names a kernel of those. */
gboolean msnet_inverted_residual_is_worthwhile (
    MsnetDevice *device, const MsnetInvertedResidualParams *params);

/* As msnet_conv2d_append(). */
gboolean msnet_inverted_residual_append (
    MsnetCommandList *list, const MsnetInvertedResidualParams *params, GError **error);

G_END_DECLS
