/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twin of ops/change.h over dense arrays. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * reference_change:
 * @output: [frames][channels], or with @keeps [frames][2 * channels]: the input comes first
 * @input: [frames][channels]
 * @previous: (nullable): [channels], in place of frame -1
 */
void reference_change (gfloat *output, const gfloat *input, const gfloat *previous, guint frames,
    guint channels, gboolean keeps);

G_END_DECLS
