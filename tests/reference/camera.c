/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "camera.h"

#include <math.h>
#include <string.h>

/* Velocity of the content at x, y: heights of the frame from its middle. */
static void
get_velocity (const MsnetCamera *camera, gdouble aspect, gdouble x, gdouble y, gdouble velocity[2])
{
  velocity[0] = -camera->pan * aspect + camera->zoom * x - camera->roll * y;
  velocity[1] = camera->tilt + camera->zoom * y + camera->roll * x;
}

/* The differential equation in a hundred steps, each by its middle. */
void
reference_camera_move (
    const MsnetCamera *camera, gdouble aspect, gdouble seconds, const gdouble point[2], gdouble moved[2])
{
  gdouble x = (point[0] - 0.5) * aspect, y = point[1] - 0.5, step = seconds / 100;
  gdouble first[2], middle[2];

  for (guint i = 0; i < 100; i++) {
    get_velocity (camera, aspect, x, y, first);
    get_velocity (camera, aspect, x + first[0] * step / 2, y + first[1] * step / 2, middle);
    x += middle[0] * step;
    y += middle[1] * step;
  }
  moved[0] = x / aspect + 0.5;
  moved[1] = y + 0.5;
}

gdouble
reference_soft_argmax (gdouble displacement, gdouble temperature, guint step)
{
  gdouble sum = 0, weights = 0;

  for (gint cell = -7 * (gint)step; cell <= 7 * (gint)step; cell += step) {
    gdouble score = 1 - MSNET_CAMERA_FALL * (cell - displacement) * (cell - displacement);
    sum += cell * exp (score / temperature);
    weights += exp (score / temperature);
  }
  return sum / weights;
}

/* Gaussian elimination with pivots. */
static void
solve (gdouble matrix[4][5], gdouble solution[4])
{
  for (guint column = 0; column < 4; column++) {
    guint pivot = column;
    for (guint row = column + 1; row < 4; row++)
      if (fabs (matrix[row][column]) > fabs (matrix[pivot][column]))
        pivot = row;
    for (guint i = 0; i < 5; i++) {
      gdouble value = matrix[column][i];
      matrix[column][i] = matrix[pivot][i];
      matrix[pivot][i] = value;
    }
    for (guint row = 0; row < 4; row++) {
      gdouble factor = matrix[row][column] / matrix[column][column];
      for (guint i = 0; i < 5 && row != column; i++)
        matrix[row][i] -= factor * matrix[column][i];
    }
  }
  for (guint i = 0; i < 4; i++)
    solution[i] = matrix[i][4] / matrix[i][i];
}

static void
add_equation (gdouble matrix[4][5], const gdouble row[5])
{
  for (guint i = 0; i < 4; i++)
    for (guint j = 0; j < 5; j++)
      matrix[i][j] += row[i] * row[j];
}

/* Turns the similarity x' = x + p + a x - b y, y' = y + q + b x + a y of @seconds into rates: the angle and
 * the growth, then the speed whose movement from the middle of the frame ends at p, q. */
static void
to_rates (const gdouble solution[4], gdouble aspect, gdouble seconds, MsnetCamera *camera)
{
  MsnetCamera unit = { 0 };
  const gdouble origin[2] = { 0.5, 0.5 };
  gdouble across[2], down[2], matrix[2][2], determinant;

  unit.zoom = log (hypot (1 + solution[2], solution[3])) / seconds;
  unit.roll = atan2 (solution[3], 1 + solution[2]) / seconds;
  *camera = unit;
  unit.pan = -1 / aspect;
  reference_camera_move (&unit, aspect, seconds, origin, across);
  unit.pan = 0;
  unit.tilt = 1;
  reference_camera_move (&unit, aspect, seconds, origin, down);
  matrix[0][0] = (across[0] - 0.5) * aspect;
  matrix[1][0] = across[1] - 0.5;
  matrix[0][1] = (down[0] - 0.5) * aspect;
  matrix[1][1] = down[1] - 0.5;
  determinant = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0];
  camera->pan = -(matrix[1][1] * solution[0] - matrix[0][1] * solution[1]) / determinant / aspect;
  camera->tilt = (matrix[0][0] * solution[1] - matrix[1][0] * solution[0]) / determinant;
  camera->agreement = 1;
}

void
reference_camera_fit (const MsnetField *field, gdouble aspect, const gboolean *wanted, MsnetCamera *camera)
{
  gdouble seconds = (field->end - field->start) / 1e9 * (field->of_newer ? -1 : 1);
  gdouble matrix[4][5] = { 0 }, solution[4];

  for (guint i = 0; i < field->size * field->size; i++) {
    const gfloat *cell = field->cells + 3 * i;
    gdouble x = field->region[0] + field->region[2] * (i % field->size + 0.5) / field->size - 0.5;
    gdouble y = field->region[1] + field->region[3] * (i / field->size + 0.5) / field->size - 0.5;
    if (!wanted[i])
      continue;
    add_equation (matrix, (gdouble[]){ 1, 0, x * aspect, -y, cell[0] * aspect * seconds });
    add_equation (matrix, (gdouble[]){ 0, 1, y, x * aspect, cell[1] * seconds });
  }
  solve (matrix, solution);
  to_rates (solution, aspect, seconds, camera);
}
