/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MotionSqueeze (MSNET.md 3), as layer calls.  For forward.c. */
#pragma once

#include "builder.h"
#include "motion_layers.h"

G_BEGIN_DECLS

/**
 * msnet_motion_squeeze_append:
 * @x: [T, H, W, C], layer2's output
 * @border: of the output
 * @scores: (out): [pairs, H, W, P * P]; keeps its memory, so that the motion field can be read from
 *     it after a run
 *
 * Returns: x + M, [T, H, W, C]
 */
MsnetTensor *msnet_motion_squeeze_append (MsnetBuilder *builder, const MsnetMotionLayers *layers,
    const MsnetMotionSpec *motion, MsnetTensor *x, MsnetBorder border, MsnetTensor **scores, GError **error);

G_END_DECLS
