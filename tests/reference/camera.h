/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalar twins of clip/camera.h: how a camera moves a point, and least squares without robustness. */
#pragma once

#include "clip/camera.h"

G_BEGIN_DECLS

/* Where @point (x, y in fractions of the frame) is after @seconds (they may be negative) of @camera. */
void reference_camera_move (
    const MsnetCamera *camera, gdouble aspect, gdouble seconds, const gdouble point[2], gdouble moved[2]);

/* The soft-argmax of a displacement in cells, over those that are up to seven steps of @step cells away. */
gdouble reference_soft_argmax (gdouble displacement, gdouble temperature, guint step);

/* Pan, tilt, zoom and roll of least squares over the cells that @wanted tells; agreement is 1. */
void reference_camera_fit (
    const MsnetField *field, gdouble aspect, const gboolean *wanted, MsnetCamera *camera);

G_END_DECLS
