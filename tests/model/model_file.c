/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model_file.h"

#include "common/folder.h"

#include <check.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  gchar *name;
  const gchar *type;
  gchar *shape;
  GByteArray *bytes;
} Tensor;

struct _ModelFile
{
  GHashTable *metadata;
  GPtrArray *tensors;
};

static void
tensor_free (gpointer data)
{
  Tensor *tensor = data;

  g_free (tensor->name);
  g_free (tensor->shape);
  g_byte_array_unref (tensor->bytes);
  g_free (tensor);
}

static void
add_norm (ModelFile *file, const gchar *name, guint channels)
{
  static const struct
  {
    const gchar *part;
    gdouble value;
  } parts[] = { { "weight", 1 }, { "bias", 0.1 }, { "running_mean", 0.05 }, { "running_var", 1 } };
  g_autofree gchar *shape = g_strdup_printf ("[%u]", channels);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree gchar *full = g_strdup_printf ("%s.%s", name, parts[i].part);
    model_file_set_tensor (file, full, "F32", shape, parts[i].value);
  }
}

static void
add_convolution (ModelFile *file, const gchar *prefix, const gchar *conv, const gchar *norm, guint outputs,
    guint inputs, guint kernel)
{
  g_autofree gchar *name = g_strdup_printf ("%s%s.weight", prefix, conv);
  g_autofree gchar *norm_name = g_strconcat (prefix, norm, NULL);
  g_autofree gchar *shape = g_strdup_printf ("[%u, %u, %u, %u]", outputs, inputs, kernel, kernel);

  model_file_set_tensor (file, name, "F32", shape, 0.01);
  add_norm (file, norm_name, outputs);
}

/* ResNet-18: two blocks of two 3x3 convolutions a stage. */
static void
add_stage (ModelFile *file, guint stage, guint inputs, guint outputs)
{
  for (guint block = 0; block < 2; block++) {
    g_autofree gchar *prefix = g_strdup_printf ("layer%u.%u.", stage, block);
    guint first = block == 0 ? inputs : outputs;
    add_convolution (file, prefix, "conv1", "bn1", outputs, first, 3);
    add_convolution (file, prefix, "conv2", "bn2", outputs, outputs, 3);
    if (first != outputs)
      add_convolution (file, prefix, "downsample.0", "downsample.1", outputs, first, 1);
  }
}

ModelFile *
model_file_new (void)
{
  ModelFile *file = g_new0 (ModelFile, 1);

  file->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  file->tensors = g_ptr_array_new_with_free_func (tensor_free);
  model_file_set_metadata (file, "format", "pt");
  model_file_set_metadata (file, "msnet.version", "1");
  model_file_set_metadata (file, "msnet.network",
      "{\"depth\": 18, \"width\": 8, \"shift\": \"causal\", \"shift_every\": 1, \"classes\": 3}");
  model_file_set_metadata (file, "msnet.input",
      "{\"frames\": 4, \"fit\": \"crop\", \"resize\": 40, \"size\": 32, \"order\": \"RGB\","
      " \"mean\": [0.485, 0.456, 0.406], \"std\": [0.229, 0.224, 0.225]}");
  model_file_set_metadata (file, "msnet.sampling", "{\"window\": 1.5, \"hop\": 0.25}");
  model_file_set_metadata (file, "msnet.labels", "[\"still\", \"pan-left\", \"zoom-in\"]");
  add_convolution (file, "", "conv1", "bn1", 8, 3, 7);
  add_stage (file, 1, 8, 8);
  add_stage (file, 2, 8, 16);
  add_stage (file, 3, 16, 32);
  add_stage (file, 4, 32, 64);
  model_file_set_tensor (file, "new_fc.weight", "F32", "[3, 64, 1]", 0.5);
  model_file_set_tensor (file, "new_fc.bias", "F32", "[3]", 0.25);
  return file;
}

void
model_file_free (ModelFile *file)
{
  if (file == NULL)
    return;
  g_hash_table_unref (file->metadata);
  g_ptr_array_unref (file->tensors);
  g_free (file);
}

void
model_file_set_metadata (ModelFile *file, const gchar *key, const gchar *value)
{
  if (value != NULL)
    g_hash_table_insert (file->metadata, g_strdup (key), g_strdup (value));
  else
    g_hash_table_remove (file->metadata, key);
}

void
model_file_edit_metadata (ModelFile *file, const gchar *key, const gchar *found, const gchar *replacement)
{
  g_autoptr (GString) value = g_string_new (g_hash_table_lookup (file->metadata, key));

  ck_assert_msg (g_string_replace (value, found, replacement, 1) == 1, "%s holds no %s", key, found);
  model_file_set_metadata (file, key, value->str);
}

void
model_file_add_motion (ModelFile *file)
{
  model_file_edit_metadata (file, "msnet.network", "}",
      ", \"motion\": {\"after\": 2, \"patch\": 15, \"sigma\": 5.0, \"temperature\": 0.01,"
      " \"directions\": \"past\", \"softargmax\": \"kernel\", \"confidence\": true}}");
}

static Tensor *
find_tensor (ModelFile *file, const gchar *name)
{
  for (guint i = 0; i < file->tensors->len; i++) {
    Tensor *tensor = g_ptr_array_index (file->tensors, i);
    if (g_str_equal (tensor->name, name))
      return tensor;
  }
  return NULL;
}

static gsize
count_values (const gchar *shape)
{
  gsize product = 1;

  for (const gchar *at = shape; *at != 0; at++)
    if (g_ascii_isdigit (*at))
      product *= g_ascii_strtoull (at, (gchar **)&at, 10);
  return product;
}

void
model_file_set_tensor (
    ModelFile *file, const gchar *name, const gchar *type, const gchar *shape, gdouble value)
{
  Tensor *tensor = g_new0 (Tensor, 1);
  gfloat real = (gfloat)value;
  gint64 whole = (gint64)value;

  model_file_remove_tensor (file, name);
  *tensor = (Tensor){ g_strdup (name), type, g_strdup (shape), g_byte_array_new () };
  for (gsize i = count_values (shape); i > 0; i--)
    if (g_str_equal (type, "I64"))
      g_byte_array_append (tensor->bytes, (const guint8 *)&whole, sizeof whole);
    else
      g_byte_array_append (tensor->bytes, (const guint8 *)&real, sizeof real);
  g_ptr_array_add (file->tensors, tensor);
}

void
model_file_remove_tensor (ModelFile *file, const gchar *name)
{
  Tensor *tensor = find_tensor (file, name);

  if (tensor != NULL)
    g_ptr_array_remove (file->tensors, tensor);
}

void
model_file_add_prefix (ModelFile *file, const gchar *prefix)
{
  for (guint i = 0; i < file->tensors->len; i++) {
    Tensor *tensor = g_ptr_array_index (file->tensors, i);
    g_autofree gchar *name = tensor->name;
    tensor->name = g_strconcat (prefix, name, NULL);
  }
}

void
model_file_set_value (ModelFile *file, const gchar *name, gsize index, gfloat value)
{
  Tensor *tensor = find_tensor (file, name);

  memcpy (tensor->bytes->data + index * sizeof value, &value, sizeof value);
}

static JsonNode *
pack_metadata (ModelFile *file)
{
  JsonObject *object = json_object_new ();
  GHashTableIter iterator;
  gpointer key, value;

  g_hash_table_iter_init (&iterator, file->metadata);
  while (g_hash_table_iter_next (&iterator, &key, &value))
    json_object_set_string_member (object, key, value);
  return json_node_init_object (json_node_alloc (), g_steal_pointer (&object));
}

GByteArray *
model_file_pack (ModelFile *file)
{
  g_autoptr (JsonNode) metadata = pack_metadata (file);
  g_autofree gchar *metadata_text = json_to_string (metadata, FALSE);
  g_autoptr (GString) header = g_string_new (NULL);
  g_autoptr (GByteArray) values = g_byte_array_new ();

  g_string_printf (header, "{\"__metadata__\":%s", metadata_text);
  for (guint i = 0; i < file->tensors->len; i++) {
    const Tensor *tensor = g_ptr_array_index (file->tensors, i);
    g_string_append_printf (header, ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%u,%u]}",
        tensor->name, tensor->type, tensor->shape, values->len, values->len + tensor->bytes->len);
    g_byte_array_append (values, tensor->bytes->data, tensor->bytes->len);
  }
  g_string_append (header, "}  ");
  GByteArray *bytes = model_file_pack_header (header->str, header->len, 0);
  return g_byte_array_append (bytes, values->data, values->len);
}

GByteArray *
model_file_pack_header (const gchar *header, gsize length, gsize data_size)
{
  GByteArray *bytes = g_byte_array_new ();
  guint64 little_endian = GUINT64_TO_LE (length);

  g_byte_array_append (bytes, (const guint8 *)&little_endian, sizeof little_endian);
  g_byte_array_append (bytes, (const guint8 *)header, (guint)length);
  g_byte_array_set_size (bytes, bytes->len + (guint)data_size);
  memset (bytes->data + sizeof little_endian + length, 0, data_size);
  return bytes;
}

gchar *
model_file_write (const guint8 *bytes, gsize length)
{
  g_autofree gchar *folder = test_make_folder ();
  gchar *path = g_build_filename (folder, "small.safetensors", NULL);

  FILE *file = g_fopen (path, "wb");
  ck_assert_ptr_nonnull (file);
  ck_assert_uint_eq (fwrite (bytes, 1, length, file), length);
  ck_assert_int_eq (fclose (file), 0);
  return path;
}

void
model_file_remove (const gchar *path)
{
  g_autofree gchar *folder = g_path_get_dirname (path);

  g_remove (path);
  g_rmdir (folder);
}
