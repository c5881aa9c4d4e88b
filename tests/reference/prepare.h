/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twin of ops/prepare.h: one sample, one pixel, one formula at a time. */
#pragma once

#include "ops/prepare/prepare.h"

G_BEGIN_DECLS

/* @output: [size, size, 3] */
void reference_prepare (gfloat *output, const MsnetFrame *frame, const MsnetPrepareParams *params);

G_END_DECLS
