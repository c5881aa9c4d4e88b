/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twin of ops/activation.h over dense arrays without borders. */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/* @shape: of @input, [T, H, W, C]; @output: [H][W]; @weights: [T][grid * grid][C] */
void reference_activation (
    gfloat *output, const gfloat *input, const gfloat *weights, const MsnetShape *shape, guint grid);

G_END_DECLS
