/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "correlation.h"

#include "base/error.h"
#include "case.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

#define CPU_COLUMNS 16 /* of searched pixels that the CPU kernel reads at a time */
#define CPU_ROWS 3

guint
msnet_direction_get_pairs (MsnetDirection direction, guint frames)
{
  return direction == MSNET_DIRECTION_FORWARD ? frames - 1 : frames;
}

static gint
get_step (MsnetDirection direction)
{
  return direction == MSNET_DIRECTION_FORWARD ? 1 : -1;
}

static MsnetTensor *
get_searched (const MsnetCorrelationParams *params)
{
  return params->searched != NULL ? params->searched : params->features;
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetCorrelationParams *params = data;
  const MsnetShape *scores = &params->scores->shape;
  MsnetLaunch launch = {
    .file = "plain/correlation.cl",
    .kernel = "correlation",
    MSNET_ARGUMENTS (MSNET_TENSOR (params->scores), MSNET_TENSOR (params->features),
        MSNET_TENSOR (get_searched (params)), MSNET_INT (scores->frames), MSNET_INT (scores->height),
        MSNET_INT (scores->width), MSNET_INT (params->patch), MSNET_INT (get_step (params->direction))),
    MSNET_FLAT_SIZES (msnet_shape_get_size (scores)),
  };

  return msnet_command_list_append (list, &launch, error);
}

/* The searched frames, columns last, with room for every displacement around them; see
 * cpu/small/correlation.cl */
typedef struct
{
  MsnetBuffer *buffer;
  guint pitch; /* floats from channel to channel */
  guint plane; /* floats from frame to frame */
} Transposed;

static gboolean
transposed_init (
    Transposed *transposed, MsnetCommandList *list, const MsnetCorrelationParams *params, GError **error)
{
  const MsnetShape *shape = &get_searched (params)->shape;
  guint rows = shape->height + (params->patch + CPU_ROWS - 1) / CPU_ROWS * CPU_ROWS;
  guint64 pitch = shape->width + CPU_COLUMNS;
  guint64 plane = rows * pitch * shape->channels;

  if (plane * shape->frames > G_MAXINT32) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "correlation: %u frames of %u x %u x %u need more than %d values", shape->frames, shape->height,
        shape->width, shape->channels, G_MAXINT32);
    return FALSE;
  }
  transposed->pitch = pitch;
  transposed->plane = plane;
  transposed->buffer = msnet_buffer_new (
      msnet_command_list_get_device (list), plane * shape->frames * sizeof (gfloat), error);
  return transposed->buffer != NULL;
}

static gboolean
append_transposition (MsnetCommandList *list, const MsnetCorrelationParams *params,
    const Transposed *transposed, GError **error)
{
  const MsnetShape *shape = &get_searched (params)->shape;
  MsnetLaunch launch = {
    .file = "cpu/small/correlation.cl",
    .kernel = "transpose_features",
    MSNET_ARGUMENTS (MSNET_BUFFER (transposed->buffer), MSNET_TENSOR (get_searched (params)),
        MSNET_INT (shape->width), MSNET_INT (params->patch), MSNET_INT (transposed->plane),
        MSNET_INT (transposed->pitch)),
    .global = { shape->height, shape->frames },
  };

  return msnet_command_list_append (list, &launch, error);
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetCorrelationParams *params = data;
  const MsnetShape *scores = &params->scores->shape;
  Transposed transposed = { 0 };
  g_autoptr (MsnetBuffer) owned
      = transposed_init (&transposed, list, params, error) ? transposed.buffer : NULL;
  MsnetLaunch launch = {
    .file = "cpu/small/correlation.cl",
    .kernel = "correlation",
    MSNET_ARGUMENTS (MSNET_TENSOR (params->scores), MSNET_TENSOR (params->features), MSNET_BUFFER (owned),
        MSNET_INT (scores->width), MSNET_INT (params->patch), MSNET_INT (transposed.plane),
        MSNET_INT (transposed.pitch), MSNET_INT (get_step (params->direction))),
    .global = { scores->height, scores->frames },
  };

  return owned != NULL && append_transposition (list, params, &transposed, error)
         && msnet_command_list_append (list, &launch, error);
}

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetCorrelationParams *params = data;
  MsnetShape scores = params->features->shape;

  if (params->patch % 2 == 0) {
    g_set_error (
        error, MSNET_ERROR, MSNET_ERROR_SHAPE, "correlation: expected an odd patch, found %u", params->patch);
    return FALSE;
  }
  if (params->direction == MSNET_DIRECTION_FORWARD && scores.frames < 2) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "correlation: direction forward needs 2 frames or more, found %u", scores.frames);
    return FALSE;
  }
  if (params->searched != NULL && (scores.frames != 1 || params->direction != MSNET_DIRECTION_PAST)) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "correlation: the frame before a stream's is for one frame with direction past, found %u frames",
        scores.frames);
    return FALSE;
  }
  scores.halo = 0;
  scores.data_type = MSNET_FLOAT32;
  if (!msnet_operation_check_shape ("correlation", "features", params->features, &scores, error)
      || !msnet_operation_check_shape ("correlation", "searched", get_searched (params), &scores, error))
    return FALSE;
  scores.frames = msnet_direction_get_pairs (params->direction, scores.frames);
  scores.channels = params->patch * params->patch;
  scores.halo = 0;
  return msnet_operation_check_shape ("correlation", "scores", params->scores, &scores, error);
}

static gboolean
cpu_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetCorrelationParams *params = data;

  return device->is_cpu && params->patch < CPU_COLUMNS;
}

/* The variant of the sizes: a direction, or direction past with the frame before a stream's. */
#define VARIANT_STREAM 2

static gchar *
print_sizes (gconstpointer data)
{
  const MsnetCorrelationParams *params = data;

  return msnet_sizes_print (params->features, params->scores, params->patch,
      params->searched != NULL ? VARIANT_STREAM : params->direction);
}

static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetCorrelationParams params = { 0 };
  MsnetSizes sizes;
  gboolean is_stream;

  if (!msnet_sizes_parse (text, &sizes))
    return FALSE;
  is_stream = sizes.variant == VARIANT_STREAM;
  params.patch = sizes.extent;
  params.direction = is_stream ? MSNET_DIRECTION_PAST : sizes.variant;
  if ((params.features = msnet_case_add_tensor (self, &sizes.input, -1.0, 1.0, error)) == NULL
      || (params.scores = msnet_case_add_tensor (self, &sizes.output, -1.0, 1.0, error)) == NULL)
    return FALSE;
  if (is_stream && (params.searched = msnet_case_add_tensor (self, &sizes.input, -1.0, 1.0, error)) == NULL)
    return FALSE;
  msnet_case_set_params (self, &params, sizeof params, params.scores);
  return TRUE;
}

static const MsnetKernel kernels[] = {
  { .name = "cpu", .bound = 1e-5, .may_use = cpu_may_use, .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_correlation_operation = {
  .name = "correlation",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = print_sizes,
  .fill_case = fill_case,
};

gboolean
msnet_correlation_append (MsnetCommandList *list, const MsnetCorrelationParams *params, GError **error)
{
  return msnet_operation_append (&msnet_correlation_operation, list, NULL, params, error);
}
