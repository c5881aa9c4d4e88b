/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* bfloat16: the sign, exponent and first seven bits of a float32. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Rounds @n values to the nearest, ties to even; NaN stays NaN. */
void msnet_bfloat16_from_float (guint16 *rounded, const gfloat *values, gsize n);

/* Exact. */
void msnet_bfloat16_to_float (gfloat *values, const guint16 *stored, gsize n);

G_END_DECLS
