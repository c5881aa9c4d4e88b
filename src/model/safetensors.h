/* Reader of .safetensors files.  A file is a stranger's: everything is checked before it is used. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _MsnetSafetensors MsnetSafetensors;

/**
 * MsnetSafetensor: one tensor of a file.
 * @shape: @n_dimensions sizes
 * @n_values: their product
 */
typedef struct
{
  gchar *name;
  gsize shape[8];
  guint n_dimensions;
  gsize n_values;
} MsnetSafetensor;

/**
 * msnet_safetensors_open:
 *
 * Checks sizes, offsets, overlaps, shapes, types and the header's UTF-8 and JSON.
 *
 * Returns: (transfer full): the file, or NULL with MSNET_ERROR_FILE or MSNET_ERROR_MODEL; the
 *     message names file, tensor, expected and found
 */
MsnetSafetensors *msnet_safetensors_open (const gchar *path, GError **error);
void msnet_safetensors_free (MsnetSafetensors *file);

const gchar *msnet_safetensors_get_path (MsnetSafetensors *file);

/* Returns: (nullable): value of @key in `__metadata__` */
const gchar *msnet_safetensors_get_metadata (MsnetSafetensors *file, const gchar *key);

/* Returns: (transfer none) (element-type MsnetSafetensor): in the order of their names */
GPtrArray *msnet_safetensors_get_tensors (MsnetSafetensors *file);

/* Returns: (nullable) (transfer none) */
const MsnetSafetensor *msnet_safetensors_lookup (MsnetSafetensors *file, const gchar *name);

/* Returns: (transfer full): the values as float (from F32, F16 or BF16), or NULL with
 * MSNET_ERROR_MODEL where one is not finite */
gfloat *msnet_safetensors_read (MsnetSafetensors *file, const MsnetSafetensor *tensor, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetSafetensors, msnet_safetensors_free)

G_END_DECLS
