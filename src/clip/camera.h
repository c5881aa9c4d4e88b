/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a motion field says about the camera: four numbers, by a robust fit.  Any thread.
 *
 * A camera that slides, zooms and rolls at constant rates between two frames moves the content by a
 * similarity.  The fit finds the similarity, in square units, that most cells follow, and returns its
 * rates.  Cells that do not follow it show what moves by itself. */
#pragma once

#include "recognition.h"

G_BEGIN_DECLS

#define MSNET_CAMERA_LEAST_CELLS 12 /* with fewer cells that are not flat, nothing is known */

/* How much a cosine of features typically falls one cell away from its peak (and four times that two cells
 * away).  Chosen for the shipped model; docs/models/motion.md says how.  A soft-argmax is the mean over
 * whole cells k of weights e^(-fall (k - d)^2 / temperature).  With this constant, its value shows what the
 * displacement d was. */
#define MSNET_CAMERA_FALL 0.28

/**
 * msnet_camera_fit:
 * @camera: (out): always finite; the same field gives the same bits
 */
void msnet_camera_fit (const MsnetField *field, MsnetCamera *camera);

G_END_DECLS
