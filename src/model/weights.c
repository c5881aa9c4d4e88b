#include "weights.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/lock.h"
#include "base/parallel.h"
#include "backbone.h"

/* PyTorch's; the official networks never change it. */
static const gdouble norm_epsilon = 1e-5;

/**
 * Reader: a model file on its way into layers.
 * @tensors: name without wrappers to MsnetSafetensor; what was taken leaves it
 * @twins: the same, of those whose name is in @tensors already: an error where the network needs one of them
 */
typedef struct
{
  MsnetSafetensors *file;
  const MsnetNetworkSpec *spec;
  GHashTable *tensors;
  GHashTable *twins;
  MsnetLock lock; /* of `tensors`, while layers are read by several threads */
} Reader;

/* The four tensors of a batch norm, each of one value a channel. */
typedef struct
{
  gfloat *gamma;
  gfloat *beta;
  gfloat *mean;
  gfloat *variance;
} Norm;

static void
norm_clear (Norm *norm)
{
  g_free (norm->gamma);
  g_free (norm->beta);
  g_free (norm->mean);
  g_free (norm->variance);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Norm, norm_clear)

/* What a network is wrapped in: for several GPUs, in the authors' own class, by torch.compile (), which may also wrap
 * parts of a network, in a trainer's module, in a checkpoint's dictionary. */
static const gchar *const wrappers[] = { "module", "base_model", "_orig_mod", "model", "state_dict", NULL };

/* Returns: (transfer full): @name without the names of wrappers, wherever in it they stand */
static gchar *
unwrap (const gchar *name)
{
  g_auto (GStrv) parts = g_strsplit (name, ".", -1);
  GString *unwrapped = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    if (!g_strv_contains (wrappers, parts[i]))
      g_string_append_printf (unwrapped, "%s%s", unwrapped->len > 0 ? "." : "", parts[i]);
  return g_string_free (unwrapped, FALSE);
}

static void
index_tensors (Reader *reader)
{
  GPtrArray *tensors = msnet_safetensors_get_tensors (reader->file);

  for (guint i = 0; i < tensors->len; i++) {
    MsnetSafetensor *tensor = g_ptr_array_index (tensors, i);
    g_autofree gchar *name = unwrap (tensor->name);
    GHashTable *index = g_hash_table_contains (reader->tensors, name) ? reader->twins : reader->tensors;
    g_hash_table_insert (index, g_steal_pointer (&name), tensor);
  }
}

/* FALSE where two tensors could be the one called @name. */
static gboolean
check_single (Reader *reader, const gchar *name, GError **error)
{
  const MsnetSafetensor *twin = g_hash_table_lookup (reader->twins, name), *tensor;

  if (twin == NULL)
    return TRUE;
  msnet_lock_take (&reader->lock);
  tensor = g_hash_table_lookup (reader->tensors, name);
  msnet_lock_give (&reader->lock);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: expected tensor %s once, found %s and %s; save the file again with one of them",
      msnet_safetensors_get_path (reader->file), name, tensor->name, twin->name);
  return FALSE;
}

static gchar *
format_shape (const gsize *shape, guint n_dimensions)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n_dimensions; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT, i > 0 ? ", " : "", shape[i]);
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* @found: shape of the tensor, or that there is none */
static void
set_shape_error (
    const Reader *reader, const gchar *name, const gchar *expected, const gchar *found, GError **error)
{
  g_autofree gchar *description = reader->spec->backbone->describe (reader->spec);

  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: tensor %s: expected shape %s, found %s; msnet.network says %s, %u classes%s:"
      " correct it, or save the weights that belong to it",
      msnet_safetensors_get_path (reader->file), name, expected, found, description, reader->spec->classes,
      reader->spec->motion.present ? ", with motion" : "");
}

/* Returns: (transfer full) (nullable): what stands before the names of a network's tensors, such as `ema.`: where it
 * stands before the first block's, which every network has */
static gchar *
find_prefix (const Reader *reader)
{
  static const gchar first_block[] = ".layer1.0.conv1.weight";
  GPtrArray *tensors = msnet_safetensors_get_tensors (reader->file);

  for (guint i = 0; i < tensors->len; i++) {
    const gchar *name = ((const MsnetSafetensor *)g_ptr_array_index (tensors, i))->name;
    if (g_str_has_suffix (name, first_block))
      return g_strndup (name, strlen (name) - strlen (first_block) + 1);
  }
  return NULL;
}

/* Returns: TRUE where there is tensor @name behind a prefix: then that is the error */
static gboolean
set_prefix_error (const Reader *reader, const gchar *name, GError **error)
{
  g_autofree gchar *prefix = find_prefix (reader);
  g_autofree gchar *prefixed = g_strconcat (prefix != NULL ? prefix : "", name, NULL);

  if (prefix == NULL || msnet_safetensors_lookup (reader->file, prefixed) == NULL)
    return FALSE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: expected a tensor %s, found %s; take %s off the names of the tensors and save them again",
      msnet_safetensors_get_path (reader->file), name, prefixed, prefix);
  return TRUE;
}

/* @found: (nullable): the tensor that has another shape; NULL: there is none */
static void
set_tensor_error (const Reader *reader, const gchar *name, const gsize *shape, guint n_dimensions,
    const MsnetSafetensor *found, GError **error)
{
  g_autofree gchar *expected = format_shape (shape, n_dimensions);
  g_autofree gchar *found_shape = found != NULL ? format_shape (found->shape, found->n_dimensions) : NULL;

  if (found != NULL || !set_prefix_error (reader, name, error))
    set_shape_error (reader, name, expected, found != NULL ? found_shape : "no such tensor", error);
}

static gboolean
has_shape (const MsnetSafetensor *tensor, const gsize *shape, guint n_dimensions)
{
  return tensor->n_dimensions == n_dimensions
         && memcmp (tensor->shape, shape, n_dimensions * sizeof *shape) == 0;
}

/* Returns: (nullable): tensor @name; where it has @shape no one finds it again */
static const MsnetSafetensor *
claim (Reader *reader, const gchar *name, const gsize *shape, guint n_dimensions)
{
  const MsnetSafetensor *tensor;

  msnet_lock_take (&reader->lock);
  tensor = g_hash_table_lookup (reader->tensors, name);
  if (tensor != NULL && has_shape (tensor, shape, n_dimensions))
    g_hash_table_remove (reader->tensors, name);
  msnet_lock_give (&reader->lock);
  return tensor;
}

/* Returns: (transfer full): the values of tensor @owner.@part, which must have @shape */
static gfloat *
take (Reader *reader, const gchar *owner, const gchar *part, const gsize *shape, guint n_dimensions,
    GError **error)
{
  g_autofree gchar *name = g_strdup_printf ("%s.%s", owner, part);
  const MsnetSafetensor *tensor;

  if (!check_single (reader, name, error))
    return NULL;
  tensor = claim (reader, name, shape, n_dimensions);
  if (tensor == NULL || !has_shape (tensor, shape, n_dimensions)) {
    set_tensor_error (reader, name, shape, n_dimensions, tensor, error);
    return NULL;
  }
  return msnet_safetensors_read (reader->file, tensor, error);
}

static gboolean
take_norm (Reader *reader, const MsnetLayer *layer, Norm *norm, GError **error)
{
  gsize channels = layer->outputs;

  return (norm->gamma = take (reader, layer->norm, "weight", &channels, 1, error)) != NULL
         && (norm->beta = take (reader, layer->norm, "bias", &channels, 1, error)) != NULL
         && (norm->mean = take (reader, layer->norm, "running_mean", &channels, 1, error)) != NULL
         && (norm->variance = take (reader, layer->norm, "running_var", &channels, 1, error)) != NULL;
}

/* gamma (w x - mean) / sqrt (variance + epsilon) + beta, as one convolution: computed in double, so
 * that folding adds no error of its own.  Returns: FALSE where a value is not finite */
static gboolean
fold_channel (gfloat *weights, gsize n_weights, gfloat *bias, const Norm *norm, guint channel)
{
  gdouble scale = norm->gamma[channel] / sqrt (norm->variance[channel] + norm_epsilon);
  gboolean finite = TRUE;

  for (gsize i = 0; i < n_weights; i++) {
    weights[i] = (gfloat)(weights[i] * scale);
    finite = finite && isfinite (weights[i]);
  }
  *bias = (gfloat)(norm->beta[channel] - norm->mean[channel] * scale);
  return finite && isfinite (*bias);
}

static gboolean
fold_norm (Reader *reader, MsnetLayer *layer, const Norm *norm, GError **error)
{
  gsize n_weights = (gsize)layer->inputs * layer->kernel * layer->kernel;

  layer->bias = g_new0 (gfloat, layer->outputs);
  for (guint i = 0; i < layer->outputs; i++) {
    if (fold_channel (layer->weights + i * n_weights, n_weights, &layer->bias[i], norm, i))
      continue;
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: tensor %s.weight: expected finite weights once its batch norm %s is folded in, found others at"
        " index %u, variance %g; the training went wrong or the file is damaged",
        msnet_safetensors_get_path (reader->file), layer->name, layer->norm, i, (gdouble)norm->variance[i]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
load_layer (Reader *reader, MsnetLayer *layer, GError **error)
{
  gsize shape[] = { layer->outputs, layer->inputs, layer->kernel, layer->kernel };
  g_auto (Norm) norm = { 0 };

  layer->weights = take (reader, layer->name, "weight", shape, G_N_ELEMENTS (shape), error);
  return layer->weights != NULL && take_norm (reader, layer, &norm, error)
         && fold_norm (reader, layer, &norm, error);
}

/* `new_fc`, or `fc1` when trained without dropout; a 1x1 Conv1d [classes, C, 1] or a Linear [classes, C]. */
static gboolean
load_classifier (Reader *reader, MsnetLayer *layer, GError **error)
{
  gsize shape[] = { layer->outputs, layer->inputs, 1 }, classes = layer->outputs;
  const gchar *name = layer->name;

  if (!g_hash_table_contains (reader->tensors, "new_fc.weight")
      && g_hash_table_contains (reader->tensors, "fc1.weight"))
    name = "fc1";
  g_autofree gchar *tensor_name = g_strconcat (name, ".weight", NULL);
  const MsnetSafetensor *tensor = g_hash_table_lookup (reader->tensors, tensor_name);
  guint n_dimensions = tensor != NULL && tensor->n_dimensions == 2 ? 2 : 3;
  layer->weights = take (reader, name, "weight", shape, n_dimensions, error);
  if (layer->weights != NULL)
    layer->bias = take (reader, name, "bias", &classes, 1, error);
  return layer->bias != NULL;
}

static gboolean
is_unused (Reader *reader, const MsnetSafetensor *tensor)
{
  g_autofree gchar *name = unwrap (tensor->name);

  /* PyTorch counts the batches that a norm has seen: of no use to anyone here. */
  return g_hash_table_contains (reader->tensors, name)
         && !g_str_has_suffix (tensor->name, ".num_batches_tracked");
}

static gchar *
list_unused (Reader *reader)
{
  GPtrArray *tensors = msnet_safetensors_get_tensors (reader->file);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < tensors->len; i++) {
    const MsnetSafetensor *tensor = g_ptr_array_index (tensors, i);
    if (is_unused (reader, tensor))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", tensor->name);
  }
  return names->len > 0 ? g_strdup (names->str) : NULL;
}

/* Layers on their way from the file, all but the classifier. @errors: one for each, NULL where it was loaded */
typedef struct
{
  Reader *reader;
  GPtrArray *layers;
  GError **errors;
} Loading;

static void
load_one (guint index, gpointer data)
{
  const Loading *loading = data;

  load_layer (loading->reader, loading->layers->pdata[index], &loading->errors[index]);
}

/* On all cores; of several errors the first layer's is told. */
static gboolean
load_layers (Reader *reader, GPtrArray *layers, GError **error)
{
  g_autofree GError **errors = g_new0 (GError *, layers->len);
  gboolean loaded = TRUE;

  msnet_parallel_run (layers->len, load_one, &(Loading){ reader, layers, errors });
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

gboolean
msnet_weights_load (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec, MsnetSafetensors *file,
    gchar **unused, GError **error)
{
  g_autoptr (GHashTable) tensors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) twins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) layers = msnet_architecture_list_layers (architecture);
  Reader reader = { .file = file, .spec = spec, .tensors = tensors, .twins = twins };
  gboolean loaded;

  index_tensors (&reader);
  g_ptr_array_remove (layers, &architecture->classifier);
  msnet_lock_init (&reader.lock);
  loaded
      = load_layers (&reader, layers, error) && load_classifier (&reader, &architecture->classifier, error);
  msnet_lock_clear (&reader.lock);
  if (loaded)
    *unused = list_unused (&reader);
  return loaded;
}
