/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkpoint.h"

#include "base/error.h"
#include "base/lock.h"

#include <string.h>

/**
 * MsnetCheckpoint:
 * @tensors: name without wrappers to MsnetSafetensor; what was taken leaves it
 * @twins: the same, of those whose name is in @tensors already: an error where the network needs one of them
 */
struct _MsnetCheckpoint
{
  MsnetSafetensors *file;
  const gchar *description;
  const gchar *first_layer;
  GHashTable *tensors;
  GHashTable *twins;
  MsnetLock lock; /* of `tensors`, while layers are read by several threads */
};

/* What a network is wrapped in: for several GPUs, in the authors' own class, by torch.compile (), which
 * may also wrap parts of a network, in a trainer's module, in a checkpoint's dictionary. */
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
index_tensors (MsnetCheckpoint *checkpoint)
{
  GPtrArray *tensors = msnet_safetensors_get_tensors (checkpoint->file);

  for (guint i = 0; i < tensors->len; i++) {
    MsnetSafetensor *tensor = g_ptr_array_index (tensors, i);
    g_autofree gchar *name = unwrap (tensor->name);
    GHashTable *index
        = g_hash_table_contains (checkpoint->tensors, name) ? checkpoint->twins : checkpoint->tensors;
    g_hash_table_insert (index, g_steal_pointer (&name), tensor);
  }
}

MsnetCheckpoint *
msnet_checkpoint_new (MsnetSafetensors *file, const gchar *description, const gchar *first_layer)
{
  MsnetCheckpoint *checkpoint = g_new0 (MsnetCheckpoint, 1);

  checkpoint->file = file;
  checkpoint->description = description;
  checkpoint->first_layer = first_layer;
  checkpoint->tensors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  checkpoint->twins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  msnet_lock_init (&checkpoint->lock);
  index_tensors (checkpoint);
  return checkpoint;
}

void
msnet_checkpoint_free (MsnetCheckpoint *checkpoint)
{
  if (checkpoint == NULL)
    return;
  msnet_lock_clear (&checkpoint->lock);
  g_hash_table_unref (checkpoint->twins);
  g_hash_table_unref (checkpoint->tensors);
  g_free (checkpoint);
}

const gchar *
msnet_checkpoint_get_path (MsnetCheckpoint *checkpoint)
{
  return msnet_safetensors_get_path (checkpoint->file);
}

const MsnetSafetensor *
msnet_checkpoint_lookup (MsnetCheckpoint *checkpoint, const gchar *owner, const gchar *part)
{
  g_autofree gchar *name = g_strdup_printf ("%s.%s", owner, part);
  const MsnetSafetensor *tensor;

  msnet_lock_take (&checkpoint->lock);
  tensor = g_hash_table_lookup (checkpoint->tensors, name);
  msnet_lock_give (&checkpoint->lock);
  return tensor;
}

/* FALSE where two tensors could be the one called @name. */
static gboolean
check_single (MsnetCheckpoint *checkpoint, const gchar *name, GError **error)
{
  const MsnetSafetensor *twin = g_hash_table_lookup (checkpoint->twins, name), *tensor;

  if (twin == NULL)
    return TRUE;
  msnet_lock_take (&checkpoint->lock);
  tensor = g_hash_table_lookup (checkpoint->tensors, name);
  msnet_lock_give (&checkpoint->lock);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: expected tensor %s once, found %s and %s; save the file again with one of them",
      msnet_safetensors_get_path (checkpoint->file), name, tensor->name, twin->name);
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
set_shape_error (const MsnetCheckpoint *checkpoint, const gchar *name, const gchar *expected,
    const gchar *found, GError **error)
{
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: tensor %s: expected shape %s, found %s; msnet.network says %s:"
      " correct it, or save the weights that belong to it",
      msnet_safetensors_get_path (checkpoint->file), name, expected, found, checkpoint->description);
}

/* Returns: (transfer full) (nullable): what stands before the names of a network's tensors, such as
 * `ema.`: where it stands before the first layer's */
static gchar *
find_prefix (const MsnetCheckpoint *checkpoint)
{
  g_autofree gchar *ending = g_strdup_printf (".%s.weight", checkpoint->first_layer);
  GPtrArray *tensors = msnet_safetensors_get_tensors (checkpoint->file);

  for (guint i = 0; i < tensors->len; i++) {
    const gchar *name = ((const MsnetSafetensor *)g_ptr_array_index (tensors, i))->name;
    if (g_str_has_suffix (name, ending))
      return g_strndup (name, strlen (name) - strlen (ending) + 1);
  }
  return NULL;
}

/* Returns: TRUE where there is tensor @name behind a prefix: then that is the error */
static gboolean
set_prefix_error (const MsnetCheckpoint *checkpoint, const gchar *name, GError **error)
{
  g_autofree gchar *prefix = find_prefix (checkpoint);
  g_autofree gchar *prefixed = g_strconcat (prefix != NULL ? prefix : "", name, NULL);

  if (prefix == NULL || msnet_safetensors_lookup (checkpoint->file, prefixed) == NULL)
    return FALSE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: expected a tensor %s, found %s; take %s off the names of the tensors and save them again",
      msnet_safetensors_get_path (checkpoint->file), name, prefixed, prefix);
  return TRUE;
}

/* @found: (nullable): the tensor that has another shape; NULL: there is none */
static void
set_tensor_error (const MsnetCheckpoint *checkpoint, const gchar *name, const gsize *shape,
    guint n_dimensions, const MsnetSafetensor *found, GError **error)
{
  g_autofree gchar *expected = format_shape (shape, n_dimensions);
  g_autofree gchar *found_shape = found != NULL ? format_shape (found->shape, found->n_dimensions) : NULL;

  if (found != NULL || !set_prefix_error (checkpoint, name, error))
    set_shape_error (checkpoint, name, expected, found != NULL ? found_shape : "no such tensor", error);
}

static gboolean
has_shape (const MsnetSafetensor *tensor, const gsize *shape, guint n_dimensions)
{
  return tensor->n_dimensions == n_dimensions
         && memcmp (tensor->shape, shape, n_dimensions * sizeof *shape) == 0;
}

/* Returns: (nullable): tensor @name; where it has @shape no one finds it again */
static const MsnetSafetensor *
claim (MsnetCheckpoint *checkpoint, const gchar *name, const gsize *shape, guint n_dimensions)
{
  const MsnetSafetensor *tensor;

  msnet_lock_take (&checkpoint->lock);
  tensor = g_hash_table_lookup (checkpoint->tensors, name);
  if (tensor != NULL && has_shape (tensor, shape, n_dimensions))
    g_hash_table_remove (checkpoint->tensors, name);
  msnet_lock_give (&checkpoint->lock);
  return tensor;
}

gfloat *
msnet_checkpoint_take (MsnetCheckpoint *checkpoint, const gchar *owner, const gchar *part, const gsize *shape,
    guint n_dimensions, GError **error)
{
  g_autofree gchar *name = g_strdup_printf ("%s.%s", owner, part);
  const MsnetSafetensor *tensor;

  if (!check_single (checkpoint, name, error))
    return NULL;
  tensor = claim (checkpoint, name, shape, n_dimensions);
  if (tensor == NULL || !has_shape (tensor, shape, n_dimensions)) {
    set_tensor_error (checkpoint, name, shape, n_dimensions, tensor, error);
    return NULL;
  }
  return msnet_safetensors_read (checkpoint->file, tensor, error);
}

static gboolean
is_unused (MsnetCheckpoint *checkpoint, const MsnetSafetensor *tensor)
{
  g_autofree gchar *name = unwrap (tensor->name);

  /* PyTorch counts the batches that a norm has seen: of no use to anyone here. */
  return g_hash_table_contains (checkpoint->tensors, name)
         && !g_str_has_suffix (tensor->name, ".num_batches_tracked");
}

gchar *
msnet_checkpoint_list_unused (MsnetCheckpoint *checkpoint)
{
  GPtrArray *tensors = msnet_safetensors_get_tensors (checkpoint->file);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < tensors->len; i++) {
    const MsnetSafetensor *tensor = g_ptr_array_index (tensors, i);
    if (is_unused (checkpoint, tensor))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", tensor->name);
  }
  return names->len > 0 ? g_strdup (names->str) : NULL;
}
