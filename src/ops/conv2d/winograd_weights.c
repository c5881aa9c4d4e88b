/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "winograd_weights.h"

#include "base/parallel.h"
#include "winograd_groups.h"

#include <string.h>

/* F(4x4, 3x3) has as many, F(2x2, 3x3) fewer. */
#define MAX_POSITIONS 36

/* Filters that are transformed at a time: all columns of kernels are multiples of it. */
#define LANES 8

/* Of any kernel. */
#define MAX_COLUMNS 64

static const gdouble G4[6][3]
    = { { 1.0 / 4, 0.0, 0.0 }, { -1.0 / 6, -1.0 / 6, -1.0 / 6 }, { -1.0 / 6, 1.0 / 6, -1.0 / 6 },
        { 1.0 / 24, 1.0 / 12, 1.0 / 6 }, { 1.0 / 24, -1.0 / 12, 1.0 / 6 }, { 0.0, 0.0, 1.0 } };
static const gdouble G2[4][3]
    = { { 1.0, 0.0, 0.0 }, { 0.5, 0.5, 0.5 }, { 0.5, -0.5, 0.5 }, { 0.0, 0.0, 1.0 } };

/* @transformed: G g G^T of each filter @g; in double, so that the transformation adds no error of its own */
static void
transform_filters (guint piece, gdouble g[9][LANES], gfloat transformed[MAX_POSITIONS][LANES])
{
  const gdouble (*G)[3] = piece == 2 ? G2 : G4;
  const guint points = piece + 2;

  for (guint i = 0; i < points; i++) {
    gdouble row[3][LANES];

    for (guint j = 0; j < 3; j++)
      for (guint lane = 0; lane < LANES; lane++)
        row[j][lane] = G[i][0] * g[j][lane] + G[i][1] * g[3 + j][lane] + G[i][2] * g[6 + j][lane];
    for (guint j = 0; j < points; j++)
      for (guint lane = 0; lane < LANES; lane++)
        transformed[i * points + j][lane]
            = (gfloat)(row[0][lane] * G[j][0] + row[1][lane] * G[j][1] + row[2][lane] * G[j][2]);
  }
}

/* Weights on their way from [C'][C][9] to [positions][C'/columns][C][columns]. */
typedef struct
{
  const MsnetKernel *kernel;
  const MsnetConv2dParams *params;
  gfloat *transformed;
} Transformation;

/* @transformed: of output channels @first to @first + LANES - 1 and input channel @c */
static void
transform_lanes (
    const Transformation *transformation, guint first, guint c, gfloat transformed[MAX_POSITIONS][LANES])
{
  const MsnetConv2dParams *params = transformation->params;
  const guint inputs = params->input->shape.channels;
  gdouble filters[9][LANES];

  for (guint lane = 0; lane < LANES; lane++)
    for (guint tap = 0; tap < 9; tap++)
      filters[tap][lane] = params->weights[((gsize)(first + lane) * inputs + c) * 9 + tap];
  transform_filters (transformation->kernel->piece, filters, transformed);
}

/* Whole rows of a panel: half a cache line each from many places would be fetched twice. */
static void
transform_panel (guint panel, gpointer data)
{
  const Transformation *transformation = data;
  const MsnetConv2dParams *params = transformation->params;
  const guint piece = transformation->kernel->piece, columns = transformation->kernel->columns;
  const guint inputs = params->input->shape.channels;
  const gsize plane = (gsize)inputs * params->output->shape.channels;
  gfloat *target = transformation->transformed + (gsize)panel * inputs * columns;
  gfloat transformed[MAX_COLUMNS / LANES][MAX_POSITIONS][LANES];

  for (guint c = 0; c < inputs; c++, target += columns) {
    for (guint i = 0; i < columns / LANES; i++)
      transform_lanes (transformation, panel * columns + i * LANES, c, transformed[i]);
    for (guint position = 0; position < msnet_winograd_count_positions (piece); position++)
      for (guint i = 0; i < columns / LANES; i++)
        memcpy (
            target + position * plane + i * LANES, transformed[i][position], sizeof transformed[i][position]);
  }
}

static void
transform (gpointer target, gpointer data)
{
  Transformation *transformation = data;

  transformation->transformed = target;
  msnet_parallel_run (transformation->params->output->shape.channels / transformation->kernel->columns,
      transform_panel, transformation);
}

MsnetBuffer *
msnet_winograd_upload_weights (
    const MsnetKernel *kernel, MsnetCommandList *list, const MsnetConv2dParams *params, GError **error)
{
  const gsize n = (gsize)msnet_winograd_count_positions (kernel->piece) * params->input->shape.channels
                  * params->output->shape.channels;
  Transformation transformation = { kernel, params, NULL };

  return msnet_buffer_make_constant (
      msnet_command_list_get_device (list), n * sizeof (gfloat), transform, &transformation, error);
}
