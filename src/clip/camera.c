/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "camera.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Places and moves are complex: x + i y in heights of the frame, from its middle, x right and y down. */
typedef double complex Vector;

typedef struct
{
  Vector place;
  Vector move; /* between the two frames */
  gdouble confidence;
} Cell;

/* A cell at p moves by shift + turn p. */
typedef struct
{
  Vector shift;
  Vector turn;
} Similarity;

#define LEAST_NEXT 1e-4 /* weight of a neighbour: less leaves no trace of what was rounded away */
#define SEED 1
#define DRAWS 96            /* with 60 % outliers one draw in six is of two cells that are none */
#define REACH 0.7           /* steps: farther off is far off, when draws are judged */
#define FINEST 0.05         /* steps: a field is not trusted to deviate less */
#define COARSEST 0.35       /* nor more */
#define MEDIAN_LENGTH 1.177 /* of two normal errors, in deviations */
#define AGREES 3.0          /* deviations */
#define CUT 4.685           /* deviations: Tukey's biweight */
#define ROUNDS 3            /* estimates of the deviation */
#define STEPS 8             /* of the weighted fit for each */
#define MOST_TURN 0.9       /* a picture that shrinks to nothing has no rate */

static gdouble
square (Vector vector)
{
  return creal (vector) * creal (vector) + cimag (vector) * cimag (vector);
}

static gboolean
is_told (const gfloat *cell)
{
  return cell[2] > 0 && isfinite (cell[0]) && isfinite (cell[1]) && isfinite (cell[2]);
}

/* The displacement whose soft-argmax is @mean, in steps of @step cells.  Around a whole step it is drawn
 * there: of the weights of that step and of its neighbours, 1 and @next e^(+-d / variance), the mean gives
 * e^(d / variance). */
static gdouble
undo_rounding (gdouble mean, gdouble temperature, guint step)
{
  gdouble variance = temperature / (2.0 * MSNET_CAMERA_FALL * step * step);
  gdouble next = exp (-0.5 / variance);
  gdouble rest = fabs (mean - round (mean));
  gdouble ratio;

  if (!(next > LEAST_NEXT))
    return mean;
  ratio = (rest + sqrt (rest * rest + 4.0 * next * next * (1.0 - rest * rest))) / (2.0 * next * (1.0 - rest));
  return round (mean) + copysign (variance * log (ratio), mean - round (mean));
}

/* From a rate, in fractions of the frame, to the move between the two frames. */
static gdouble
get_move (const MsnetField *field, gdouble rate, gdouble extent)
{
  gdouble step = field->step * extent / field->size;

  return undo_rounding (rate * (field->end - field->start) / 1e9 / step, field->temperature, field->step)
         * step;
}

/* Returns: how many cells are not flat */
static guint
collect (const MsnetField *field, Cell *cells)
{
  const gdouble *region = field->region;
  guint n = 0;

  for (guint i = 0; i < field->size * field->size; i++) {
    const gfloat *cell = field->cells + 3 * i;
    gdouble x = region[0] + region[2] * (i % field->size + 0.5) / field->size - 0.5;
    gdouble y = region[1] + region[3] * (i / field->size + 0.5) / field->size - 0.5;
    if (is_told (cell))
      cells[n++] = (Cell){
        .place = x * field->aspect + I * y,
        .move
        = get_move (field, cell[0], region[2]) * field->aspect + I * get_move (field, cell[1], region[3]),
        .confidence = cell[2],
      };
  }
  return n;
}

static gdouble
square_error (const Similarity *fit, const Cell *cell)
{
  return square (cell->move - fit->shift - fit->turn * cell->place);
}

/* Weighted least squares; FALSE where the cells with weight lie at one place. */
static gboolean
fit_weighted (const Cell *cells, const gdouble *weights, guint n, Similarity *fit)
{
  Vector place = 0, move = 0, product = 0;
  gdouble sum = 0, spread = 0;

  for (guint i = 0; i < n; i++) {
    sum += weights[i];
    place += weights[i] * cells[i].place;
    move += weights[i] * cells[i].move;
  }
  if (!(sum > 0))
    return FALSE;
  place /= sum;
  move /= sum;
  for (guint i = 0; i < n; i++) {
    product += weights[i] * conj (cells[i].place - place) * (cells[i].move - move);
    spread += weights[i] * square (cells[i].place - place);
  }
  if (!(spread > 1e-9 * sum))
    return FALSE;
  fit->turn = product / spread;
  fit->shift = move - fit->turn * place;
  return TRUE;
}

/* Repeats the fit with Tukey's biweight times confidence: from @limit (squared) on a cell does not count.
 * @weights: n of them, scratch */
static void
refine (const Cell *cells, guint n, gdouble limit, gdouble *weights, Similarity *fit)
{
  for (guint step = 0; step < STEPS; step++) {
    for (guint i = 0; i < n; i++) {
      gdouble inside = MAX (1.0 - square_error (fit, &cells[i]) / limit, 0.0);
      weights[i] = cells[i].confidence * inside * inside;
    }
    if (!fit_weighted (cells, weights, n, fit))
      return;
  }
}

/* Squares of errors, where far off is as bad as farther. */
static gdouble
get_cost (const Cell *cells, guint n, gdouble reach, const Similarity *fit)
{
  gdouble cost = 0.0;

  for (guint i = 0; i < n; i++)
    cost += cells[i].confidence * MIN (square_error (fit, &cells[i]), reach * reach);
  return cost;
}

/* The cheapest similarity among those of two cells each; whichever is the cheapest so far is also refined,
 * because two cells alone are too noisy to be judged by.  @scratch: n of them */
static void
search (const Cell *cells, guint n, gdouble reach, gdouble *scratch, Similarity *best)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);
  gdouble least = G_MAXDOUBLE;

  for (guint i = 0; i < DRAWS; i++) {
    const Cell pair[] = { cells[g_rand_int_range (random, 0, n)], cells[g_rand_int_range (random, 0, n)] };
    Similarity fit;
    if (!fit_weighted (pair, (const gdouble[]){ 1.0, 1.0 }, 2, &fit)
        || get_cost (cells, n, reach, &fit) >= least)
      continue;
    refine (cells, n, reach * reach, scratch, &fit);
    if (get_cost (cells, n, reach, &fit) < least) {
      least = get_cost (cells, n, reach, &fit);
      *best = fit;
    }
  }
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble first = *(const gdouble *)a, second = *(const gdouble *)b;

  return (first > second) - (first < second);
}

/* How far the cells that agree deviate in one direction.  @scratch: n of them */
static gdouble
estimate_deviation (const Cell *cells, guint n, const Similarity *fit, gdouble unit, gdouble *scratch)
{
  for (guint i = 0; i < n; i++)
    scratch[i] = square_error (fit, &cells[i]);
  qsort (scratch, n, sizeof *scratch, compare);
  return CLAMP (sqrt (scratch[n / 2]) / MEDIAN_LENGTH, FINEST * unit, COARSEST * unit);
}

static gdouble
get_agreement (const Cell *cells, guint n, const Similarity *fit, gdouble deviation)
{
  guint agreeing = 0;

  for (guint i = 0; i < n; i++)
    agreeing += square_error (fit, &cells[i]) <= AGREES * AGREES * deviation * deviation;
  return agreeing / (gdouble)n;
}

/* From what happens between two frames to rates that do this.  The content goes from p to e^(rate t) p + ...;
 * cells of the older frame tell e^(rate t) - 1, those of the newer frame 1 - e^(-rate t). */
static void
to_rates (const MsnetField *field, const Similarity *fit, MsnetCamera *camera)
{
  gdouble seconds = (field->end - field->start) / 1e9;
  Vector rate = (field->of_newer ? -clog (1.0 - fit->turn) : clog (1.0 + fit->turn)) / seconds;
  Vector slide = fit->shift * (cabs (fit->turn) < 1e-9 ? 1.0 / seconds : rate / fit->turn);

  camera->pan = -creal (slide) / field->aspect;
  camera->tilt = cimag (slide);
  camera->zoom = creal (rate);
  camera->roll = cimag (rate);
}

void
msnet_camera_fit (const MsnetField *field, MsnetCamera *camera)
{
  guint most = field->size * field->size;
  g_autofree Cell *cells = g_new (Cell, most);
  g_autofree gdouble *scratch = g_new (gdouble, most);
  gdouble unit = field->step * sqrt (field->region[2] * field->aspect * field->region[3]) / field->size;
  guint n = collect (field, cells);
  Similarity fit = { 0 };
  gdouble deviation = COARSEST * unit;

  memset (camera, 0, sizeof *camera);
  if (n < MSNET_CAMERA_LEAST_CELLS)
    return;
  search (cells, n, REACH * unit, scratch, &fit);
  for (guint round = 0; round < ROUNDS; round++) {
    deviation = estimate_deviation (cells, n, &fit, unit, scratch);
    refine (cells, n, CUT * CUT * deviation * deviation, scratch, &fit);
  }
  if (!(cabs (fit.turn) < MOST_TURN))
    return;
  camera->agreement = get_agreement (cells, n, &fit, deviation);
  if (camera->agreement > 0.0)
    to_rates (field, &fit, camera);
}
