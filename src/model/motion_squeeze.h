/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MotionSqueeze (MSNET.md 3), as layer calls.  For forward.c. */
#pragma once

#include "builder.h"
#include "motion_layers.h"

G_BEGIN_DECLS

/**
 * msnet_motion_squeeze_append:
 * @index: which of the places of @motion it stands at; with several, names of stages end with the number of
 *     the backbone's stage: `scores_3`
 * @x: [T, H, W, C], what the backbone's stage makes
 * @border: of the output
 * @scores: (out) (nullable): [pairs, H, W, P * P]; keeps its memory, so that the motion field can be read
 *     from it after a run
 *
 * Returns: x and M as @motion fuses them, [T, H, W, C]
 */
MsnetTensor *msnet_motion_squeeze_append (MsnetBuilder *builder, const MsnetMotionSpec *motion, guint index,
    const MsnetMotionLayers *layers, MsnetTensor *x, MsnetBorder border, MsnetTensor **scores,
    GError **error);

G_END_DECLS
