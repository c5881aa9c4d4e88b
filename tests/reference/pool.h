/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twins of ops/pool.h over dense arrays without halo. */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/* @shape: of @input; @output: [T, ceil (H/2), ceil (W/2), C] */
void reference_max_pool (gfloat *output, const gfloat *input, const MsnetShape *shape);

/* @shape: of @input; @output: [T, 1, 1, grid grid C] */
void reference_average_pool (gfloat *output, const gfloat *input, const MsnetShape *shape, guint grid);

G_END_DECLS
