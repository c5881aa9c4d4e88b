/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "case.h"
#include "correlation.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

#include <math.h>

/* exp (-(dy^2 + dx^2) / (2 sigma^2)): [2P-1][2P-1], 0 in its middle */
static MsnetBuffer *
upload_gauss (MsnetCommandList *list, const MsnetDisplacementParams *params, GError **error)
{
  gint side = 2 * params->patch - 1;
  g_autofree gfloat *gauss = g_new (gfloat, (gsize)side * side);

  for (gint y = 0; y < side; y++)
    for (gint x = 0; x < side; x++) {
      gint dy = y - side / 2;
      gint dx = x - side / 2;
      gauss[y * side + x] = exp (-(dy * dy + dx * dx) / (2 * params->sigma * params->sigma));
    }
  return msnet_operation_upload (list, gauss, (gsize)side * side, error);
}

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetDisplacementParams *params = data;
  MsnetShape displacement = params->scores->shape;
  MsnetShape scores = params->scores->shape;
  guint channels = params->displacement->shape.channels;

  if (params->patch % 2 == 0 || params->patch < 3) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE, "displacement: expected an odd patch >= 3, found %u",
        params->patch);
    return FALSE;
  }
  displacement.frames += params->direction == MSNET_DIRECTION_FORWARD ? 1 : 0;
  displacement.channels = CLAMP (channels, 2, 3);
  displacement.halo = 0;
  displacement.data_type = scores.data_type = MSNET_FLOAT32;
  scores.channels = params->patch * params->patch;
  scores.halo = 0;
  return msnet_operation_check_shape ("displacement", "scores", params->scores, &scores, error)
         && msnet_operation_check_shape (
             "displacement", "output", params->displacement, &displacement, error);
}

/* A row of a patch in one vector of 16. */
static gboolean
cpu_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetDisplacementParams *params = data;

  return device->is_cpu && params->patch >= 8 && params->patch <= 16;
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetDisplacementParams *params = data;
  const MsnetShape *shape = &params->displacement->shape;
  g_autoptr (MsnetBuffer) gauss = upload_gauss (list, params, error);

  return gauss != NULL
         && msnet_command_list_append (list,
             &(MsnetLaunch){ .file = "cpu/small/displacement.cl",
                 .kernel = "displacement",
                 MSNET_ARGUMENTS (MSNET_TENSOR (params->displacement), MSNET_TENSOR (params->scores),
                     MSNET_BUFFER (gauss), MSNET_INT (params->scores->shape.frames), MSNET_INT (shape->width),
                     MSNET_INT (params->patch), MSNET_FLOAT (1.0 / params->temperature)),
                 .global = { shape->height, shape->frames } },
             error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetDisplacementParams *params = data;
  const MsnetShape *shape = &params->displacement->shape;
  g_autoptr (MsnetBuffer) gauss = upload_gauss (list, params, error);

  return gauss != NULL
         && msnet_command_list_append (list,
             &(MsnetLaunch){ .file = "plain/displacement.cl",
                 .kernel = "displacement",
                 MSNET_ARGUMENTS (MSNET_TENSOR (params->displacement), MSNET_TENSOR (params->scores),
                     MSNET_BUFFER (gauss), MSNET_INT (shape->frames),
                     MSNET_INT (params->scores->shape.frames), MSNET_INT (shape->height),
                     MSNET_INT (shape->width), MSNET_INT (params->patch),
                     MSNET_FLOAT (1.0 / params->temperature)),
                 MSNET_FLAT_SIZES ((gsize)shape->frames * shape->height * shape->width) },
             error);
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
  { .name = "cpu", .bound = 2e-5, .may_use = cpu_may_use, .append = append_cpu },
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
