/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The end of MotionSqueeze: how what it found of motion joins the features (MSNET.md 3.9).  For
 * motion_squeeze.c. */
#pragma once

#include "builder.h"
#include "motion_layers.h"

G_BEGIN_DECLS

/**
 * msnet_motion_fusion_append: the last pointwise convolution of @layers, and the fusion
 * @input: what the convolution reads; not given back here
 * @x: the features; not given back here
 * @border: of the output
 *
 * Returns: of the shape of @x
 */
MsnetTensor *msnet_motion_fusion_append (MsnetBuilder *builder, MsnetFusion fusion,
    const MsnetMotionLayers *layers, MsnetTensor *input, MsnetTensor *x, MsnetBorder border, GError **error);

G_END_DECLS
