/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reader of .safetensors files.  Nothing in a file is trusted: everything is checked before it is used.
 *
 * Layout: 8 bytes, little endian, are the length of the header.  The header follows, as JSON, then the
 * values of the tensors, one after the other without holes.  An open file does not change, so several
 * threads may read values at once. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MSNET_SAFETENSORS_MAX_DIMENSIONS 8

typedef struct _MsnetSafetensors MsnetSafetensors;

/**
 * MsnetSafetensor: one tensor of a file.
 * @shape: @n_dimensions sizes
 * @n_values: their product
 * @type: name of the values' type in the file, such as `F16`; may be one that this reader does not know
 * @offset: where its values start in the file, bytes
 * @size: how many bytes they take
 */
typedef struct
{
  gchar *name;
  gsize shape[MSNET_SAFETENSORS_MAX_DIMENSIONS];
  guint n_dimensions;
  gsize n_values;
  gchar *type;
  gsize offset;
  gsize size;
} MsnetSafetensor;

/**
 * msnet_safetensors_open:
 *
 * Checks sizes, offsets, overlaps, holes, shapes and the header's UTF-8 and JSON.  msnet_safetensors_read()
 * checks the type when it reads values, so a tensor that nobody reads may have any type.
 *
 * Returns: (transfer full): the file, or NULL with MSNET_ERROR_FILE or MSNET_ERROR_MODEL; the message names
 *     file, tensor, expected and found
 */
MsnetSafetensors *msnet_safetensors_open (const gchar *path, GError **error);
void msnet_safetensors_free (MsnetSafetensors *file);

/* Returns: (transfer none): as text (UTF-8), for messages; names of files may be any bytes */
const gchar *msnet_safetensors_get_path (MsnetSafetensors *file);

/* Returns: (nullable): value of @key in `__metadata__` */
const gchar *msnet_safetensors_get_metadata (MsnetSafetensors *file, const gchar *key);

/* Returns: (transfer container) (element-type utf8): the keys of `__metadata__`, in order */
GList *msnet_safetensors_get_metadata_keys (MsnetSafetensors *file);

/* Returns: (transfer none) (element-type MsnetSafetensor): in the order of their names */
GPtrArray *msnet_safetensors_get_tensors (MsnetSafetensors *file);

/* Returns: (nullable) (transfer none) */
const MsnetSafetensor *msnet_safetensors_lookup (MsnetSafetensors *file, const gchar *name);

/* Returns: (transfer full): the values as float (from F32, F16 or BF16), or NULL: with MSNET_ERROR_MODEL if
 *     they have another type or one is not finite, with MSNET_ERROR_FILE if the file has changed since it
 *     was opened */
gfloat *msnet_safetensors_read (MsnetSafetensors *file, const MsnetSafetensor *tensor, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetSafetensors, msnet_safetensors_free)

G_END_DECLS
