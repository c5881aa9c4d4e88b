/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From features to logits (MSNET.md 4), whatever the backbone.  For forward.c. */
#pragma once

#include "builder.h"
#include "network_spec.h"

G_BEGIN_DECLS

/**
 * msnet_head_append: pooled, features (with change), frame-logits and logits
 * @spec: what the classifier reads, and of how many parts of the map
 * @classifier: features to classes
 * @features: [T, H, W, C]
 *
 * Returns: the mean over the frames, [1, 1, 1, classes]
 */
MsnetTensor *msnet_head_append (MsnetBuilder *builder, const MsnetNetworkSpec *spec,
    const MsnetLayer *classifier, MsnetTensor *features, GError **error);

G_END_DECLS
