/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernels of prepare.cl are told about a frame's memory and colours.  For this folder. */
#pragma once

#include "arguments/prepare.h"
#include "prepare.h"

G_BEGIN_DECLS

/* Spreads the components of @frame over bands.  Filters are left to the caller, spans and lines to
 * msnet_prepare_layout_narrow(). */
void msnet_prepare_layout_init (MsnetPrepareLayout *layout, const MsnetFrame *frame);

/* Narrows the bands to the samples [first, end) of each component's rows: @samples.
 * Returns: bytes of all bands that a row is made of */
gsize msnet_prepare_layout_narrow (MsnetPrepareLayout *layout, gint samples[3][2]);

void msnet_prepare_colors_init (
    MsnetPrepareColors *colors, const MsnetFrame *frame, const MsnetPrepareParams *params);

G_END_DECLS
