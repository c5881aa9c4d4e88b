/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The forward pass, top to bottom: stem, blocks, MotionSqueeze behind some of them, head.  For network.c. */
#pragma once

#include "builder.h"
#include "model.h"

G_BEGIN_DECLS

/* Returns: of what msnet_forward_append() starts from: [T, S, S, 3]; of a trunk what the stem makes */
MsnetShape msnet_forward_get_input_shape (
    MsnetModel *model, MsnetNetworkPart part, guint frames, MsnetDataType data_type);

/**
 * msnet_forward_append: the whole network, or a part of it
 * @input: stays the caller's
 * @scores: (out): [pairs, H, W, P * P] of where the motion field is read (backbone.h), readable after a run;
 *     NULL without motion
 *
 * Returns: logits, [1, 1, 1, classes]; of a stem its output
 */
MsnetTensor *msnet_forward_append (MsnetBuilder *builder, MsnetModel *model, MsnetNetworkPart part,
    MsnetTensor *input, MsnetTensor **scores, GError **error);

G_END_DECLS
