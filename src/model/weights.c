/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "weights.h"

#include "backbone.h"
#include "base/error.h"
#include "base/parallel.h"
#include "batch_norm.h"
#include "checkpoint.h"

/* Layers to be loaded, on several threads.  @errors: one for each, NULL where it was loaded */
typedef struct
{
  MsnetCheckpoint *checkpoint;
  GPtrArray *layers;
  GError **errors;
} Loading;

static gboolean
take_norm (MsnetCheckpoint *checkpoint, const MsnetLayer *layer, MsnetBatchNorm *norm, GError **error)
{
  const struct
  {
    const gchar *part;
    gfloat **values;
  } parts[] = { { "weight", &norm->gamma }, { "bias", &norm->beta }, { "running_mean", &norm->mean },
    { "running_var", &norm->variance } };
  gsize channels = layer->outputs;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    *parts[i].values = msnet_checkpoint_take (checkpoint, layer->norm, parts[i].part, &channels, 1, error);
    if (*parts[i].values == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
load_norm (MsnetCheckpoint *checkpoint, MsnetLayer *layer, GError **error)
{
  g_auto (MsnetBatchNorm) norm = { 0 };
  guint channel;

  if (!take_norm (checkpoint, layer, &norm, error))
    return FALSE;
  if (msnet_batch_norm_fold (&norm, layer, &channel))
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: tensor %s.weight: expected finite weights once its batch norm %s is folded in, found others at"
      " index %u, variance %g; the training went wrong or the file is damaged",
      msnet_checkpoint_get_path (checkpoint), layer->name, layer->norm, channel,
      (gdouble)norm.variance[channel]);
  return FALSE;
}

static gboolean
load_layer (MsnetCheckpoint *checkpoint, MsnetLayer *layer, GError **error)
{
  gsize shape[] = { layer->outputs, layer->inputs, layer->kernel, layer->kernel };

  layer->weights
      = msnet_checkpoint_take (checkpoint, layer->name, "weight", shape, G_N_ELEMENTS (shape), error);
  return layer->weights != NULL && load_norm (checkpoint, layer, error);
}

/* `new_fc`, or `fc1` when trained without dropout; a 1x1 Conv1d [classes, C, 1] or a Linear [classes, C]. */
static gboolean
load_classifier (MsnetCheckpoint *checkpoint, MsnetLayer *layer, GError **error)
{
  gsize shape[] = { layer->outputs, layer->inputs, 1 }, classes = layer->outputs;
  const gchar *name = layer->name;
  const MsnetSafetensor *tensor = msnet_checkpoint_lookup (checkpoint, name, "weight");

  if (tensor == NULL && (tensor = msnet_checkpoint_lookup (checkpoint, "fc1", "weight")) != NULL)
    name = "fc1";
  guint n_dimensions = tensor != NULL && tensor->n_dimensions == 2 ? 2 : 3;
  layer->weights = msnet_checkpoint_take (checkpoint, name, "weight", shape, n_dimensions, error);
  if (layer->weights != NULL)
    layer->bias = msnet_checkpoint_take (checkpoint, name, "bias", &classes, 1, error);
  return layer->bias != NULL;
}

static void
load_one (guint index, gpointer data)
{
  const Loading *loading = data;

  load_layer (loading->checkpoint, loading->layers->pdata[index], &loading->errors[index]);
}

/* On all cores; of several errors the first layer's is told. */
static gboolean
load_layers (MsnetCheckpoint *checkpoint, GPtrArray *layers, GError **error)
{
  g_autofree GError **errors = g_new0 (GError *, layers->len);
  gboolean loaded = TRUE;

  msnet_parallel_run (layers->len, load_one, &(Loading){ checkpoint, layers, errors });
  for (guint i = 0; i < layers->len; i++) {
    if (errors[i] == NULL)
      continue;
    if (loaded)
      g_propagate_error (error, errors[i]);
    else
      g_error_free (errors[i]);
    loaded = FALSE;
  }
  return loaded;
}

static gchar *
describe (const MsnetNetworkSpec *spec)
{
  g_autofree gchar *backbone = spec->backbone->describe (spec);
  g_autofree gchar *grid = spec->grid > 1 ? g_strdup_printf (", grid %u", spec->grid) : g_strdup ("");

  return g_strdup_printf ("%s, %u classes%s%s%s", backbone, spec->classes,
      spec->motion.n_places > 0 ? ", with motion" : "",
      spec->head == MSNET_HEAD_POOLED_AND_CHANGE ? ", with head pooled and change" : "", grid);
}

gboolean
msnet_weights_load (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec, MsnetSafetensors *file,
    gchar **unused, GError **error)
{
  g_autofree gchar *description = describe (spec);
  g_autoptr (MsnetCheckpoint) checkpoint
      = msnet_checkpoint_new (file, description, architecture->blocks[0].layers[0].name);
  g_autoptr (GPtrArray) layers = msnet_architecture_list_layers (architecture);

  g_ptr_array_remove (layers, &architecture->classifier);
  if (!load_layers (checkpoint, layers, error)
      || !load_classifier (checkpoint, &architecture->classifier, error))
    return FALSE;
  *unused = msnet_checkpoint_list_unused (checkpoint);
  return TRUE;
}
