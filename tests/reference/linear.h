/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twins of ops/linear.h over dense arrays. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @output: [T][K]; @input: [T][C]; @weights: [K][C]; @bias: [K] */
void reference_linear (gfloat *output, const gfloat *input, const gfloat *weights, const gfloat *bias,
    guint frames, guint channels, guint classes);

/* @output: [K]; @input: [T][K] */
void reference_consensus (gfloat *output, const gfloat *input, guint frames, guint classes);

G_END_DECLS
