/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twins of ops/correlation.h over dense arrays without halo. */
#pragma once

#include "ops/correlation.h"

G_BEGIN_DECLS

/* @scores: [pairs, H, W, P * P]; @features: of @shape */
void reference_correlation (gfloat *scores, const gfloat *features, const MsnetShape *shape, guint patch,
    guint dilation, MsnetDirection direction);

typedef struct
{
  guint frames; /* T, of the output */
  guint pairs;
  guint height;
  guint width;
  guint channels; /* 2 or 3, of the output */
  guint patch;
  gdouble sigma; /* INFINITY: plain soft-argmax */
  gdouble temperature;
} ReferenceDisplacement;

/* @displacement: [T, H, W, channels]; @scores: [pairs, H, W, P * P] */
void reference_displacement (gfloat *displacement, const gfloat *scores, const ReferenceDisplacement *sizes);

/* @flatness: [pairs, H, W]; @scores: [pairs, H, W, P * P] */
void reference_flatness (gfloat *flatness, const gfloat *scores, guint pairs, guint height, guint width,
    guint patch, guint dilation);

G_END_DECLS
