/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twin of ops/temporal_shift.h over dense arrays without halo. */
#pragma once

#include "ops/temporal_shift.h"

G_BEGIN_DECLS

/* The frame that @channel of frame @frame is read from; -1 and the number of frames stand for zeros. */
gint reference_temporal_shift_get_frame (MsnetShift shift, guint n_channels, guint frame, guint channel);

/**
 * reference_temporal_shift:
 * @output, @input: [T, P, C]
 * @previous: (nullable): [P, N], in place of frame -1
 */
void reference_temporal_shift (gfloat *output, const gfloat *input, const gfloat *previous, guint frames,
    guint pixels, guint channels, MsnetShift shift, guint n_channels);

G_END_DECLS
