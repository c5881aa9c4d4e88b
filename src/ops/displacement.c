/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "case.h"
#include "correlation.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

#include <math.h>

/* Values that cpu/small/displacement.cl may read before and after the table. */
#define MARGIN 8

/* exp (-(dy^2 + dx^2) / (2 sigma^2)): [2P-1][2P-1], (0, 0) in its middle; 1 everywhere if sigma is infinite.
 * @margin: zeros before and after it */
static MsnetBuffer *
upload_gauss (MsnetCommandList *list, const MsnetDisplacementParams *params, guint margin, GError **error)
{
  const gint side = 2 * params->patch - 1;
  const gsize n = (gsize)side * side + 2 * margin;
  g_autofree gfloat *gauss = g_new0 (gfloat, n);

  for (gint y = 0; y < side; y++)
    for (gint x = 0; x < side; x++) {
      gint dy = y - side / 2;
      gint dx = x - side / 2;
      gauss[margin + y * side + x] = exp (-(dy * dy + dx * dx) / (2 * params->sigma * params->sigma));
    }
  return msnet_operation_upload (list, gauss, n, error);
}

/* With direction both, the backward pairs make the second half of the channels. */
static guint
count_halves (const MsnetDisplacementParams *params)
{
  return params->direction == MSNET_DIRECTION_BOTH ? 2 : 1;
}

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetDisplacementParams *params = data;
  MsnetShape displacement = params->scores->shape;
  MsnetShape scores = params->scores->shape;
  const guint halves = count_halves (params);

  if (params->patch % 2 == 0 || params->patch < 3) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE, "displacement: expected an odd patch >= 3, found %u",
        params->patch);
    return FALSE;
  }
  displacement.frames = scores.frames / halves + (params->direction == MSNET_DIRECTION_PAST ? 0 : 1);
  displacement.channels = params->displacement->shape.channels <= 2 * halves ? 2 * halves : 3 * halves;
  displacement.halo = 0;
  displacement.data_type = scores.data_type = MSNET_FLOAT32;
  scores.frames = scores.frames / halves * halves;
  scores.channels = params->patch * params->patch;
  scores.halo = 0;
  return msnet_operation_check_shape ("displacement", "scores", params->scores, &scores, error)
         && msnet_operation_check_shape (
             "displacement", "output", params->displacement, &displacement, error);
}

/**
 * Half: what one launch makes, of @pairs pairs.
 * @output, @scores: where its channels and its pairs lie
 */
typedef struct
{
  MsnetGeometry output;
  MsnetGeometry scores;
  guint pairs;
  gboolean confidence;
} Half;

static Half
get_half (const MsnetDisplacementParams *params, guint index)
{
  const MsnetShape *output = &params->displacement->shape, *scores = &params->scores->shape;
  const guint halves = count_halves (params);
  Half half = {
    .output = msnet_operation_get_geometry (output),
    .scores = msnet_operation_get_geometry (scores),
    .pairs = scores->frames / halves,
    .confidence = output->channels == 3 * halves,
  };

  half.output.origin += index * (output->channels / halves);
  half.scores.origin += index * half.pairs * half.scores.frame;
  return half;
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetDisplacementParams *params = data;
  const MsnetShape *shape = &params->displacement->shape;
  g_autoptr (MsnetBuffer) gauss = upload_gauss (list, params, MARGIN, error);

  for (guint i = 0; gauss != NULL && i < count_halves (params); i++) {
    const Half half = get_half (params, i);
    MsnetLaunch launch = {
      .file = "cpu/small/displacement.cl",
      .kernel = "displacement",
      MSNET_ARGUMENTS (MSNET_BUFFER (params->displacement->buffer), MSNET_STRUCT (half.output),
          MSNET_BUFFER (params->scores->buffer), MSNET_STRUCT (half.scores), MSNET_BUFFER (gauss),
          MSNET_INT (MARGIN), MSNET_INT (half.pairs), MSNET_INT (shape->width), MSNET_INT (params->patch),
          MSNET_FLOAT (1.0 / params->temperature), MSNET_INT (half.confidence)),
      .global = { shape->height, shape->frames },
    };

    if (!msnet_command_list_append (list, &launch, error))
      return FALSE;
  }
  return gauss != NULL;
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetDisplacementParams *params = data;
  const MsnetShape *shape = &params->displacement->shape;
  g_autoptr (MsnetBuffer) gauss = upload_gauss (list, params, 0, error);

  for (guint i = 0; gauss != NULL && i < count_halves (params); i++) {
    const Half half = get_half (params, i);
    MsnetLaunch launch = {
      .file = "plain/displacement.cl",
      .kernel = "displacement",
      MSNET_ARGUMENTS (MSNET_BUFFER (params->displacement->buffer), MSNET_STRUCT (half.output),
          MSNET_BUFFER (params->scores->buffer), MSNET_STRUCT (half.scores), MSNET_BUFFER (gauss),
          MSNET_INT (shape->frames), MSNET_INT (half.pairs), MSNET_INT (shape->height),
          MSNET_INT (shape->width), MSNET_INT (params->patch), MSNET_FLOAT (1.0 / params->temperature),
          MSNET_INT (half.confidence)),
      MSNET_FLAT_SIZES ((gsize)shape->frames * shape->height * shape->width),
    };

    if (!msnet_command_list_append (list, &launch, error))
      return FALSE;
  }
  return gauss != NULL;
}

static gchar *
print_sizes (gconstpointer data)
{
  const MsnetDisplacementParams *params = data;

  return msnet_sizes_print (params->scores, params->displacement, params->patch, params->direction);
}

/* Sigma and temperature as models have them: speed does not depend on them. */
static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetDisplacementParams params = { .sigma = 5.0, .temperature = 0.01 };
  MsnetSizes sizes;

  if (!msnet_sizes_parse (text, &sizes)
      || (params.scores = msnet_case_add_tensor (self, &sizes.input, 0.0, 1.0, error)) == NULL
      || (params.displacement = msnet_case_add_tensor (self, &sizes.output, 0.0, 1.0, error)) == NULL)
    return FALSE;
  params.patch = sizes.extent;
  params.direction = sizes.variant;
  msnet_case_set_params (self, &params, sizeof params, params.displacement);
  return TRUE;
}

static const MsnetKernel kernels[] = {
  { .name = "cpu", .bound = 2e-5, .may_use = msnet_kernel_is_for_cpu, .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_displacement_operation = {
  .name = "displacement",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = print_sizes,
  .fill_case = fill_case,
};

gboolean
msnet_displacement_append (MsnetCommandList *list, const MsnetDisplacementParams *params, GError **error)
{
  return msnet_operation_append (&msnet_displacement_operation, list, NULL, params, error);
}
