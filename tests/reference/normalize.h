/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twin of ops/normalize.h over dense arrays. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @output, @input: [pixels][channels] */
void reference_normalize (gfloat *output, const gfloat *input, gsize pixels, guint channels);

G_END_DECLS
