/* What a motion field says of the camera: four numbers, by a robust fit.  Any thread.
 *
 * A camera that slides, zooms and rolls at constant rates between two frames moves the content by a similarity.
 * The one that most cells follow is sought, in square units, and its rates are told; cells that do not follow
 * it show what moves by itself. */
#pragma once

#include "recognition.h"

G_BEGIN_DECLS

#define MSNET_CAMERA_LEAST_CELLS 12 /* fewer that are not flat say nothing */

/* How much a cosine of features falls one cell away from its peak (and four times that two cells away), where
 * it is typical: chosen for the shipped model (docs/models/motion.md says how).  With it a soft-argmax, the mean over whole
 * cells k of weights e^(-fall (k - d)^2 / temperature), tells from its value what the displacement d was. */
#define MSNET_CAMERA_FALL 0.28

/**
 * msnet_camera_fit:
 * @camera: (out): always finite; the same field gives the same bits
 */
void msnet_camera_fit (const MsnetField *field, MsnetCamera *camera);

G_END_DECLS
