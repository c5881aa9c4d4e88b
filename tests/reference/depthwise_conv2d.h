/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twin of ops/depthwise_conv2d.h over dense arrays without halo. */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/* @output, @input: of @shape; @weights: [C][1][K][K]; @bias: [C] */
void reference_depthwise_conv2d (gfloat *output, const gfloat *input, const gfloat *weights,
    const gfloat *bias, const MsnetShape *shape, guint kernel);

G_END_DECLS
