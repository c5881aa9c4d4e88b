/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Batch norm in its inference form, as part of the convolution before it.  For weights.c. */
#pragma once

#include "layer.h"

G_BEGIN_DECLS

/**
 * MsnetBatchNorm: its four tensors, each of one value a channel
 */
typedef struct
{
  gfloat *gamma;
  gfloat *beta;
  gfloat *mean;
  gfloat *variance;
} MsnetBatchNorm;

void msnet_batch_norm_clear (MsnetBatchNorm *norm);

/**
 * msnet_batch_norm_fold: into weights and bias of @layer, which has none yet
 * @channel: (out): the first one where that gives a value that is not finite
 *
 * Returns: FALSE where there is one
 */
gboolean msnet_batch_norm_fold (const MsnetBatchNorm *norm, MsnetLayer *layer, guint *channel);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetBatchNorm, msnet_batch_norm_clear)

G_END_DECLS
