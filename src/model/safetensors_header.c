/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "safetensors_header.h"

#include "base/error.h"
#include "json.h"
#include "json_parse.h"

#include <string.h>

/* The header holds objects, these hold shapes: three levels. */
static const guint header_depth = 3;

/* A ResNet-152 has 933. */
static const guint most_tensors = 20000;

static const gsize longest_name = 256;
static const gsize longest_type = 32;

/* The types whose size is known, for a stricter look.  A file may hold tensors that nobody reads, such as
 * counters, and the format gets further types: those of any other name may take what room they like. */
static const struct
{
  const gchar *name;
  gsize size;
} types[] = {
  { "F32", 4 },
  { "F16", 2 },
  { "BF16", 2 },
  { "F64", 8 },
  { "I64", 8 },
  { "I32", 4 },
  { "I16", 2 },
  { "I8", 1 },
  { "U64", 8 },
  { "U32", 4 },
  { "U16", 2 },
  { "U8", 1 },
  { "BOOL", 1 },
  { "C64", 8 },
  { "F8_E4M3", 1 },
  { "F8_E5M2", 1 },
};

static void
tensor_free (gpointer data)
{
  MsnetSafetensor *tensor = data;

  g_free (tensor->name);
  g_free (tensor->type);
  g_free (tensor);
}

static gint
compare_keys (gconstpointer a, gconstpointer b, gpointer unused)
{
  return strcmp (a, b);
}

void
msnet_safetensors_header_init (MsnetSafetensorsHeader *header)
{
  header->metadata = g_tree_new_full (compare_keys, NULL, g_free, g_free);
  header->tensors = g_ptr_array_new_with_free_func (tensor_free);
}

void
msnet_safetensors_header_clear (MsnetSafetensorsHeader *header)
{
  g_clear_pointer (&header->metadata, g_tree_unref);
  g_clear_pointer (&header->tensors, g_ptr_array_unref);
}

static gboolean
parse_metadata (MsnetSafetensorsHeader *header, const MsnetJsonObject *json, GError **error)
{
  JsonObject *object = msnet_json_get_object (json, "__metadata__", error);
  MsnetJsonObject metadata = { json->file, "__metadata__", object };

  if (object == NULL)
    return FALSE;
  g_autoptr (GList) keys = json_object_get_members (object);
  for (GList *item = keys; item != NULL; item = item->next) {
    JsonNode *value = json_object_get_member (object, item->data);
    if (!msnet_json_is_string (value)) {
      msnet_json_set_error (&metadata, item->data, "a string", error);
      return FALSE;
    }
    g_tree_insert (header->metadata, g_strdup (item->data), g_strdup (json_node_get_string (value)));
  }
  return TRUE;
}

/* Whole, not negative; -1 otherwise. */
static gint64
size_of (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return -1;
  return MAX (json_node_get_int (node), -1);
}

static gboolean
parse_shape (MsnetSafetensor *tensor, const MsnetJsonObject *json, GError **error)
{
  JsonNode *node = json_object_get_member (json->object, "shape");
  gboolean good = node != NULL && JSON_NODE_HOLDS_ARRAY (node)
                  && json_array_get_length (json_node_get_array (node)) <= MSNET_SAFETENSORS_MAX_DIMENSIONS;

  tensor->n_dimensions = good ? json_array_get_length (json_node_get_array (node)) : 0;
  tensor->n_values = 1;
  for (guint i = 0; good && i < tensor->n_dimensions; i++) {
    gint64 size = size_of (json_array_get_element (json_node_get_array (node), i));
    tensor->shape[i] = (gsize)MAX (size, 0);
    good = size >= 0 && g_size_checked_mul (&tensor->n_values, tensor->n_values, tensor->shape[i])
           && tensor->n_values <= G_MAXINT64;
  }
  if (!good)
    msnet_json_set_error (json, "shape", "at most 8 sizes whose product is less than 2^63", error);
  return good;
}

static gboolean
parse_type (MsnetSafetensor *tensor, const MsnetJsonObject *json, GError **error)
{
  JsonNode *node = json_object_get_member (json->object, "dtype");

  if (!msnet_json_is_string (node) || !msnet_json_is_plain_text (json_node_get_string (node), longest_type)) {
    msnet_json_set_error (json, "dtype", "a type such as F32, F16 or BF16", error);
    return FALSE;
  }
  tensor->type = g_strdup (json_node_get_string (node));
  return TRUE;
}

/* Whether its bytes are as many as its values take; of a type that is not known nobody can tell. */
static gboolean
fits (const MsnetSafetensor *tensor)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].name, tensor->type))
      return tensor->size % types[i].size == 0 && tensor->size / types[i].size == tensor->n_values;
  return TRUE;
}

static gboolean
parse_offsets (MsnetSafetensor *tensor, const MsnetJsonObject *json, guint64 data_size, GError **error)
{
  JsonNode *node = json_object_get_member (json->object, "data_offsets");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gboolean pair = array != NULL && json_array_get_length (array) == 2;
  gint64 begin = pair ? size_of (json_array_get_element (array, 0)) : -1;
  gint64 end = pair ? size_of (json_array_get_element (array, 1)) : -1;

  if (begin < 0 || end < begin || (guint64)end > data_size) {
    g_autofree gchar *expected = g_strdup_printf (
        "begin and end within the %" G_GUINT64_FORMAT " bytes behind the header", data_size);
    msnet_json_set_error (json, "data_offsets", expected, error);
    return FALSE;
  }
  tensor->offset = (gsize)begin;
  tensor->size = (gsize)(end - begin);
  if (fits (tensor))
    return TRUE;
  g_autofree gchar *expected = g_strdup_printf (
      "room for the shape's %" G_GSIZE_FORMAT " values of type %s", tensor->n_values, tensor->type);
  msnet_json_set_error (json, "data_offsets", expected, error);
  return FALSE;
}

static gboolean
parse_tensor (MsnetSafetensorsHeader *header, const MsnetJsonObject *json, const gchar *name,
    guint64 data_size, GError **error)
{
  static const gchar *const keys[] = { "dtype", "shape", "data_offsets", NULL };

  if (!msnet_json_is_plain_text (name, longest_name)) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: header: expected names of 1 to %" G_GSIZE_FORMAT
        " bytes without control characters, found another; the file is damaged or no model",
        json->file, longest_name);
    return FALSE;
  }
  JsonObject *object = msnet_json_get_object (json, name, error);
  if (object == NULL)
    return FALSE;
  MsnetSafetensor *tensor = g_new0 (MsnetSafetensor, 1);
  g_ptr_array_add (header->tensors, tensor);
  tensor->name = g_strdup (name);
  g_autofree gchar *place = g_strconcat ("tensor ", name, NULL);
  MsnetJsonObject inner = { json->file, place, object };
  return msnet_json_check_keys (&inner, keys, error) && parse_shape (tensor, &inner, error)
         && parse_type (tensor, &inner, error) && parse_offsets (tensor, &inner, data_size, error);
}

static gint
compare_offsets (gconstpointer a, gconstpointer b)
{
  const MsnetSafetensor *first = *(MsnetSafetensor *const *)a, *second = *(MsnetSafetensor *const *)b;

  if (first->offset != second->offset)
    return first->offset < second->offset ? -1 : 1;
  return first->size < second->size ? -1 : first->size > second->size;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  const MsnetSafetensor *first = *(MsnetSafetensor *const *)a, *second = *(MsnetSafetensor *const *)b;

  return strcmp (first->name, second->name);
}

/* One behind the other from the first byte to the last: no overlap, no hole, nothing behind. */
static gboolean
check_layout (MsnetSafetensorsHeader *header, const gchar *path, guint64 data_size, GError **error)
{
  gsize end = 0;

  g_ptr_array_sort (header->tensors, compare_offsets);
  for (guint i = 0; i < header->tensors->len; i++) {
    const MsnetSafetensor *tensor = g_ptr_array_index (header->tensors, i);
    if (tensor->offset != end) {
      g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
          "%s: tensor %s: expected its values at byte %" G_GSIZE_FORMAT
          ", where the tensor before ends, found %" G_GSIZE_FORMAT ": %s; save the file again",
          path, tensor->name, end, tensor->offset, tensor->offset < end ? "an overlap" : "a hole");
      return FALSE;
    }
    end += tensor->size;
  }
  if (end == data_size)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: expected %" G_GSIZE_FORMAT " bytes behind the header, as its tensors say, found %" G_GUINT64_FORMAT
      "; something was appended, save the file again",
      path, end, data_size);
  return FALSE;
}

static gboolean
parse_members (MsnetSafetensorsHeader *header, const MsnetJsonObject *json, guint64 data_size, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (json->object);

  for (GList *item = names; item != NULL; item = item->next) {
    gboolean good = g_str_equal (item->data, "__metadata__")
                        ? parse_metadata (header, json, error)
                        : parse_tensor (header, json, item->data, data_size, error);
    if (!good)
      return FALSE;
  }
  return TRUE;
}

/* File offsets count from the header's end until here. */
static void
finish_tensors (MsnetSafetensorsHeader *header, gsize length)
{
  for (guint i = 0; i < header->tensors->len; i++) {
    MsnetSafetensor *tensor = g_ptr_array_index (header->tensors, i);
    tensor->offset += sizeof (guint64) + length;
  }
  g_ptr_array_sort (header->tensors, compare_names);
}

gboolean
msnet_safetensors_header_parse (MsnetSafetensorsHeader *header, const gchar *path, const gchar *text,
    gsize length, guint64 data_size, GError **error)
{
  g_autoptr (JsonNode) root = msnet_json_parse (path, "header", text, length, header_depth, error);

  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: header: expected an object, found an array; the file is no .safetensors file", path);
    return FALSE;
  }
  MsnetJsonObject json = { path, "header", json_node_get_object (root) };
  guint count = json_object_get_size (json.object);
  if (count > most_tensors) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: header: expected at most %u tensors, found %u; the file is no model", path, most_tensors, count);
    return FALSE;
  }
  if (!parse_members (header, &json, data_size, error) || !check_layout (header, path, data_size, error))
    return FALSE;
  finish_tensors (header, length);
  return TRUE;
}
