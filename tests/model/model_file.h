/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model files for tests: a small valid one in memory, to be spoiled and written. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ModelFile ModelFile;

/* Returns: (transfer full): ResNet-18, width 8, causal shift, 3 classes, 4 frames of 32 x 32, with
 * every tensor that it needs (F32, batch norm near identity) */
ModelFile *model_file_new (void);
void model_file_free (ModelFile *file);

/* @value: (nullable): NULL removes the key */
void model_file_set_metadata (ModelFile *file, const gchar *key, const gchar *value);

/* Replaces @found in the value of @key by @replacement; aborts the test where it is not in it. */
void model_file_edit_metadata (
    ModelFile *file, const gchar *key, const gchar *found, const gchar *replacement);

/* Makes msnet.network one with motion (`past`); its tensors are not in the file. */
void model_file_add_motion (ModelFile *file);

/* @shape: as in JSON, such as "[8, 3, 7, 7]"; @type: F32 or I64; all values are @value.  Replaces a
 * tensor of that name. */
void model_file_set_tensor (
    ModelFile *file, const gchar *name, const gchar *type, const gchar *shape, gdouble value);
void model_file_remove_tensor (ModelFile *file, const gchar *name);

/* Puts @prefix before the names of all tensors. */
void model_file_add_prefix (ModelFile *file, const gchar *prefix);

/* Sets one value of a tensor of type F32. */
void model_file_set_value (ModelFile *file, const gchar *name, gsize index, gfloat value);

/* Returns: (transfer full): the file's bytes */
GByteArray *model_file_pack (ModelFile *file);

/* Returns: (transfer full): bytes of a .safetensors file with this header and @data_size zeros */
GByteArray *model_file_pack_header (const gchar *header, gsize length, gsize data_size);

/* Returns: (transfer full): path of a file with these bytes, in a folder of the test's own; removed by
 * model_file_remove() */
gchar *model_file_write (const guint8 *bytes, gsize length);
void model_file_remove (const gchar *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModelFile, model_file_free)

G_END_DECLS
