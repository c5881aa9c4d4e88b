/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "correlation.h"

#include "base/error.h"
#include "case.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

guint
msnet_direction_get_least_frames (MsnetDirection direction)
{
  return direction == MSNET_DIRECTION_PAST ? 1 : 2;
}

guint
msnet_direction_get_pairs (MsnetDirection direction, guint frames)
{
  switch (direction) {
  case MSNET_DIRECTION_FORWARD:
    return frames - 1;
  case MSNET_DIRECTION_PAST:
    return frames;
  default:
    return 2 * (frames - 1);
  }
}

static MsnetTensor *
get_searched (const MsnetCorrelationParams *params)
{
  return params->searched != NULL ? params->searched : params->features;
}

/**
 * Run: pairs that one launch makes: pair @pair + i of the scores compares frame @frame + i with frame
 *     max (i + @step, 0), for i = 0 .. @n - 1.
 */
typedef struct
{
  guint pair;
  guint frame;
  gint step;
  guint n;
} Run;

/* Returns: how many there are */
static guint
list_runs (const MsnetCorrelationParams *params, Run runs[2])
{
  const guint n = params->scores->shape.frames;

  switch (params->direction) {
  case MSNET_DIRECTION_FORWARD:
    runs[0] = (Run){ .step = 1, .n = n };
    return 1;
  case MSNET_DIRECTION_PAST:
    runs[0] = (Run){ .step = -1, .n = n };
    return 1;
  default:
    runs[0] = (Run){ .step = 1, .n = n / 2 };
    runs[1] = (Run){ .pair = n / 2, .frame = 1, .n = n / 2 };
    return 2;
  }
}

/* Of @tensor from frame @first on. */
static MsnetGeometry
get_geometry_from (const MsnetTensor *tensor, guint first)
{
  MsnetGeometry geometry = msnet_operation_get_geometry (&tensor->shape);

  geometry.origin += first * geometry.frame;
  return geometry;
}

static gboolean
append_plain_run (
    MsnetCommandList *list, const MsnetCorrelationParams *params, const Run *run, GError **error)
{
  const MsnetShape *shape = &params->scores->shape;
  const MsnetGeometry scores = get_geometry_from (params->scores, run->pair);
  const MsnetGeometry features = get_geometry_from (params->features, run->frame);
  MsnetLaunch launch = {
    .file = "plain/correlation.cl",
    .kernel = "correlation",
    MSNET_ARGUMENTS (MSNET_BUFFER (params->scores->buffer), MSNET_STRUCT (scores),
        MSNET_BUFFER (params->features->buffer), MSNET_STRUCT (features),
        MSNET_TENSOR (get_searched (params)), MSNET_INT (run->n), MSNET_INT (shape->height),
        MSNET_INT (shape->width), MSNET_INT (params->patch), MSNET_INT (params->dilation),
        MSNET_INT (run->step)),
    MSNET_FLAT_SIZES ((gsize)run->n * shape->height * shape->width * shape->channels),
  };

  return msnet_command_list_append (list, &launch, error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  Run runs[2];
  const guint n = list_runs (data, runs);

  for (guint i = 0; i < n; i++)
    if (!append_plain_run (list, data, &runs[i], error))
      return FALSE;
  return TRUE;
}

/**
 * Transposed: the searched frames, columns last, with room for every displacement beside them; see
 *     cpu/small/correlation.cl.
 * @lanes, @rows: of the tiles that are made of it
 * @pitch: floats from channel to channel
 * @plane: floats from frame to frame
 */
typedef struct
{
  MsnetBuffer *buffer;
  guint lanes;
  guint rows;
  guint pitch;
  guint plane;
} Transposed;

/* Of a tile with @lanes: as many as make sums that fit into 16 registers of 8 floats. */
static guint
get_rows (guint lanes)
{
  static const guint rows[] = { 4, 3, 2, 1 }; /* of 8, 16, 24, 32 lanes */

  return rows[lanes / 8 - 1];
}

static gboolean
transposed_init (
    Transposed *transposed, MsnetCommandList *list, const MsnetCorrelationParams *params, GError **error)
{
  const MsnetShape *shape = &get_searched (params)->shape;
  MsnetDevice *device = msnet_command_list_get_device (list);
  const guint dilation = params->dilation, lanes = (params->patch + 8) / 8 * 8, rows = get_rows (lanes);
  const guint64 pitch = (guint64)dilation * (shape->width / dilation + 1 + lanes);
  const guint64 plane = (shape->height + (rows - 1) * dilation) * pitch * shape->channels;

  if (plane * shape->frames > G_MAXINT32) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "correlation: %u frames of %u x %u x %u need more than %d values", shape->frames, shape->height,
        shape->width, shape->channels, G_MAXINT32);
    return FALSE;
  }
  transposed->lanes = lanes;
  transposed->rows = rows;
  transposed->pitch = pitch;
  transposed->plane = plane;
  transposed->buffer = msnet_buffer_new (device, plane * shape->frames * sizeof (gfloat), error);
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
        MSNET_INT (shape->width), MSNET_INT (params->patch), MSNET_INT (params->dilation),
        MSNET_INT (transposed->plane), MSNET_INT (transposed->pitch)),
    .global = { shape->height, shape->frames },
  };

  return msnet_command_list_append (list, &launch, error);
}

static gboolean
append_cpu_run (MsnetCommandList *list, const MsnetCorrelationParams *params, const Transposed *transposed,
    const Run *run, GError **error)
{
  const MsnetShape *shape = &params->scores->shape;
  const MsnetGeometry scores = get_geometry_from (params->scores, run->pair);
  const MsnetGeometry features = get_geometry_from (params->features, run->frame);
  MsnetLaunch launch = {
    .file = "cpu/small/correlation.cl",
    .kernel = "correlation",
    MSNET_ARGUMENTS (MSNET_BUFFER (params->scores->buffer), MSNET_STRUCT (scores),
        MSNET_BUFFER (params->features->buffer), MSNET_STRUCT (features), MSNET_BUFFER (transposed->buffer),
        MSNET_INT (shape->height), MSNET_INT (shape->width), MSNET_INT (params->patch),
        MSNET_INT (params->dilation), MSNET_INT (transposed->plane), MSNET_INT (transposed->pitch),
        MSNET_INT (run->step), MSNET_INT (transposed->lanes), MSNET_INT (transposed->rows)),
    .global = { shape->height, run->n },
  };

  return msnet_command_list_append (list, &launch, error);
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetCorrelationParams *params = data;
  Transposed transposed = { 0 };
  g_autoptr (MsnetBuffer) owned
      = transposed_init (&transposed, list, params, error) ? transposed.buffer : NULL;
  Run runs[2];
  const guint n = list_runs (params, runs);

  if (owned == NULL || !append_transposition (list, params, &transposed, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!append_cpu_run (list, params, &transposed, &runs[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
check_sizes (const MsnetCorrelationParams *params, guint frames, GError **error)
{
  const guint least = msnet_direction_get_least_frames (params->direction);

  if (params->patch % 2 == 0 || params->dilation == 0) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "correlation: expected an odd patch and a dilation of 1 or more, found %u and %u", params->patch,
        params->dilation);
    return FALSE;
  }
  if (frames < least) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "correlation: this direction needs %u frames or more, found %u", least, frames);
    return FALSE;
  }
  if (params->searched == NULL || (frames == 1 && params->direction == MSNET_DIRECTION_PAST))
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "correlation: the frame before a stream's is for one frame with direction past, found %u frames",
      frames);
  return FALSE;
}

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetCorrelationParams *params = data;
  MsnetShape scores = params->features->shape;

  if (!check_sizes (params, scores.frames, error))
    return FALSE;
  scores.halo = 0;
  scores.data_type = MSNET_FLOAT32;
  if (!msnet_operation_check_shape ("correlation", "features", params->features, &scores, error)
      || !msnet_operation_check_shape ("correlation", "searched", get_searched (params), &scores, error))
    return FALSE;
  scores.frames = msnet_direction_get_pairs (params->direction, scores.frames);
  scores.channels = params->patch * params->patch;
  return msnet_operation_check_shape ("correlation", "scores", params->scores, &scores, error);
}

/* More lanes than that would need a tile of another shape. */
#define CPU_PATCH 31

static gboolean
cpu_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetCorrelationParams *params = data;

  return device->is_cpu && params->patch <= CPU_PATCH;
}

/* The variant of the sizes: which of these, and 4 times the cells that displacements leave out. */
enum
{
  VARIANT_FORWARD,
  VARIANT_PAST,
  VARIANT_STREAM, /* past, with the frame before a stream's */
  VARIANT_BOTH,
  N_VARIANTS,
};

static gchar *
print_sizes (gconstpointer data)
{
  static const guint variants[] = { VARIANT_FORWARD, VARIANT_PAST, VARIANT_BOTH };
  const MsnetCorrelationParams *params = data;
  const guint variant = params->searched != NULL ? VARIANT_STREAM : variants[params->direction];

  return msnet_sizes_print (
      params->features, params->scores, params->patch, variant + N_VARIANTS * (params->dilation - 1));
}

static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  static const MsnetDirection directions[]
      = { MSNET_DIRECTION_FORWARD, MSNET_DIRECTION_PAST, MSNET_DIRECTION_PAST, MSNET_DIRECTION_BOTH };
  MsnetCorrelationParams params = { 0 };
  MsnetSizes sizes;

  if (!msnet_sizes_parse (text, &sizes))
    return FALSE;
  params.patch = sizes.extent;
  params.dilation = sizes.variant / N_VARIANTS + 1;
  params.direction = directions[sizes.variant % N_VARIANTS];
  if ((params.features = msnet_case_add_tensor (self, &sizes.input, -1.0, 1.0, error)) == NULL
      || (params.scores = msnet_case_add_tensor (self, &sizes.output, -1.0, 1.0, error)) == NULL)
    return FALSE;
  if (sizes.variant % N_VARIANTS == VARIANT_STREAM
      && (params.searched = msnet_case_add_tensor (self, &sizes.input, -1.0, 1.0, error)) == NULL)
    return FALSE;
  msnet_case_set_params (self, &params, sizeof params, params.scores);
  return TRUE;
}

/* How many pairs of positions along an axis of @length displacements lead from one to the other. */
static guint64
count_inside (guint length, guint patch, guint dilation)
{
  guint64 n = length;

  for (guint i = 1; i <= patch / 2 && i * dilation < length; i++)
    n += 2 * (guint64)(length - i * dilation);
  return n;
}

static gdouble
get_work (gconstpointer data)
{
  const MsnetCorrelationParams *params = data;
  const MsnetShape *scores = &params->scores->shape;

  return (gdouble)scores->frames * params->features->shape.channels
         * count_inside (scores->height, params->patch, params->dilation)
         * count_inside (scores->width, params->patch, params->dilation);
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
  .get_work = get_work,
};

gboolean
msnet_correlation_append (MsnetCommandList *list, const MsnetCorrelationParams *params, GError **error)
{
  return msnet_operation_append (&msnet_correlation_operation, list, NULL, params, error);
}
