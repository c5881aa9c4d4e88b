/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine_base.h"

#include "base/error.h"

#include <math.h>

static void
get_region (MsnetEngine *self, const MsnetFrame *frame, gdouble region[4])
{
  msnet_prepare_get_region (msnet_model_get_input (((MsnetEngineBase *)self)->model), frame, region);
}

static void
get_rows (MsnetEngine *self, const MsnetFrame *frame, guint *first, guint *end)
{
  msnet_prepare_get_rows (msnet_model_get_input (((MsnetEngineBase *)self)->model), frame, first, end);
}

void
msnet_engine_base_init (MsnetEngineBase *base, MsnetModel *model, guint n_slots)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (model);

  base->model = msnet_model_ref (model);
  base->engine.n_frames = msnet_model_get_frames (model);
  base->engine.n_slots = n_slots;
  base->engine.n_classes = spec->classes;
  base->engine.field_step = spec->motion.dilation;
  base->engine.field_reach = spec->motion.patch / 2 * spec->motion.dilation;
  base->engine.field_of_newer = spec->motion.direction == MSNET_DIRECTION_PAST;
  base->engine.field_temperature = spec->motion.temperature;
  base->engine.get_region = get_region;
  base->engine.get_rows = get_rows;
}

/* Width of @size cells that are @stride pixels apart, by that of what the network sees. */
static gdouble
get_cover (MsnetEngineBase *base, guint size, guint stride)
{
  return size * stride / (gdouble)msnet_model_get_input (base->model)->size;
}

static void
describe_field (MsnetEngineBase *base)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (base->model);
  const guint size = msnet_network_get_field_size (base->network);

  base->engine.field_size = size;
  if (size > 0)
    base->engine.field_cover = get_cover (base, size, msnet_network_get_field_stride (spec));
}

gboolean
msnet_engine_base_build (
    MsnetEngineBase *base, MsnetDevice *device, const MsnetNetworkOptions *options, GError **error)
{
  base->network = msnet_network_new (base->model, device, options, error);
  if (base->network == NULL)
    return FALSE;
  describe_field (base);
  base->prepare = msnet_prepare_new (device, msnet_model_get_input (base->model), error);
  return base->prepare != NULL;
}

static void
describe_activation (MsnetEngineBase *base, guint n_cells)
{
  const MsnetArchitecture *layers = msnet_model_get_architecture (base->model);
  const MsnetNetworkSpec *spec = msnet_model_get_network (base->model);
  const guint size = msnet_model_get_input (base->model)->size;
  const guint stride = msnet_network_get_feature_stride (spec);

  base->engine.activation_size = n_cells;
  base->engine.activation_cover = get_cover (base, n_cells, stride);
  base->engine.activation_origin
      = (msnet_architecture_find_origin (layers, spec, size) - stride / 2.0) / size;
}

gboolean
msnet_engine_base_build_activation (
    MsnetEngineBase *base, MsnetDevice *device, MsnetTensor *features, GError **error)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (base->model);
  const MsnetShape *shape = &features->shape;

  base->points = g_new0 (MsnetActivationPoint, base->engine.n_frames);
  if (spec->head != MSNET_HEAD_POOLED)
    base->pooled = g_new0 (gfloat, shape->frames * spec->grid * spec->grid * shape->channels);
  describe_activation (base, shape->width);
  base->reader = msnet_activation_reader_new (base->model, device, features, error);
  return base->reader != NULL;
}

gboolean
msnet_engine_base_read_activation (
    MsnetEngine *self, guint class_index, gfloat *map, gdouble *bias, GError **error)
{
  MsnetEngineBase *base = (MsnetEngineBase *)self;

  *bias = msnet_model_get_architecture (base->model)->classifier.bias[class_index];
  return msnet_activation_reader_read (
      base->reader, class_index, base->points, self->n_frames, base->pooled, map, error);
}

void
msnet_engine_base_clear (MsnetEngineBase *base)
{
  g_free (base->points);
  g_free (base->pooled);
  msnet_activation_reader_free (base->reader);
  msnet_prepare_free (base->prepare);
  msnet_network_free (base->network);
  msnet_model_unref (base->model);
}

gboolean
msnet_engine_base_read_field (MsnetEngineBase *base, guint frame, gfloat *field, GError **error)
{
  gboolean past = base->engine.field_of_newer;
  guint n_cells = base->engine.field_size * base->engine.field_size;

  if (!msnet_network_read_field (base->network, frame, field, error))
    return FALSE;
  /* `past` tells where the content comes from. */
  for (guint i = 0; past && i < n_cells; i++) {
    field[3 * i] = 0 - field[3 * i];
    field[3 * i + 1] = 0 - field[3 * i + 1];
  }
  return TRUE;
}

/* Returns: whether all are numbers */
static gboolean
softmax (const gfloat *logits, guint n, gfloat *probabilities)
{
  gdouble largest = -G_MAXDOUBLE, sum = 0;

  for (guint i = 0; i < n; i++)
    largest = MAX (largest, logits[i]);
  for (guint i = 0; i < n; i++)
    sum += exp (logits[i] - largest);
  for (guint i = 0; i < n; i++)
    probabilities[i] = exp (logits[i] - largest) / sum;
  return isfinite (sum) && sum > 0;
}

/* Returns: whether all are numbers */
static gboolean
sigmoid (const gfloat *logits, guint n, gfloat *probabilities)
{
  gboolean good = TRUE;

  for (guint i = 0; i < n; i++) {
    probabilities[i] = 1 / (1 + exp (-(gdouble)logits[i]));
    good &= isfinite (logits[i]);
  }
  return good;
}

gboolean
msnet_engine_base_get_probabilities (
    const MsnetEngineBase *base, const gfloat *logits, gfloat *probabilities, GError **error)
{
  const guint n = base->engine.n_classes;
  const gboolean is_each = msnet_model_get_network (base->model)->output == MSNET_OUTPUT_SIGMOID;

  if (is_each ? sigmoid (logits, n, probabilities) : softmax (logits, n, probabilities))
    return TRUE;
  g_set_error_literal (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
      "the network gave a score that is not a number: its weights are too large for float32, or the "
      "device computes wrongly; try another device or model");
  return FALSE;
}
