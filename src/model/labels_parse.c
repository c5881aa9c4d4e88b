/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "labels_parse.h"

#include "base/error.h"
#include "json.h"

static const gsize longest_label = 256; /* bytes */

static gboolean
set_label_error (MsnetSafetensors *file, const gchar *place, const gchar *problem, GError **error)
{
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: %s: expected unique labels of 1 to %" G_GSIZE_FORMAT
      " bytes without control characters, found %s; correct it and save the file again",
      msnet_safetensors_get_path (file), place, longest_label, problem);
  return FALSE;
}

/* @labels: (out) (transfer full): the strings of @root, a set in the order of the file */
static gboolean
parse_strings (MsnetSafetensors *file, const gchar *place, JsonNode *root, gchar ***labels, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);

  if (!JSON_NODE_HOLDS_ARRAY (root))
    return set_label_error (file, place, "no list", error);
  JsonArray *array = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    const gchar *text = msnet_json_is_string (node) ? json_node_get_string (node) : "";
    if (!msnet_json_is_plain_text (text, longest_label)) {
      g_autofree gchar *problem = g_strdup_printf ("another thing at index %u", i);
      return set_label_error (file, place, problem, error);
    }
    if (!g_hash_table_add (seen, (gpointer)text)) {
      g_autofree gchar *problem = g_strdup_printf ("\"%s\" twice", text);
      return set_label_error (file, place, problem, error);
    }
    g_ptr_array_add (strings, g_strdup (text));
  }
  g_ptr_array_add (strings, NULL);
  *labels = (gchar **)g_ptr_array_free (g_steal_pointer (&strings), FALSE);
  return TRUE;
}

gchar **
msnet_labels_parse (MsnetSafetensors *file, JsonNode *root, guint classes, GError **error)
{
  g_auto (GStrv) labels = NULL;

  if (!parse_strings (file, "msnet.labels", root, &labels, error))
    return NULL;
  guint found = g_strv_length (labels);
  if (found == classes)
    return g_steal_pointer (&labels);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: msnet.labels: expected %u labels, as msnet.network has classes, found %u; correct one of them",
      msnet_safetensors_get_path (file), classes, found);
  return NULL;
}

static gboolean
mark (gboolean *background, const gchar *const *labels, const gchar *name)
{
  for (guint i = 0; labels[i] != NULL; i++)
    if (g_str_equal (labels[i], name))
      return background[i] = TRUE;
  return FALSE;
}

gboolean *
msnet_background_parse (MsnetSafetensors *file, JsonNode *root, const gchar *const *labels, GError **error)
{
  g_autofree gboolean *background = g_new0 (gboolean, g_strv_length ((gchar **)labels));
  g_auto (GStrv) names = NULL;

  if (!parse_strings (file, "msnet.background", root, &names, error))
    return NULL;
  for (guint i = 0; names[i] != NULL; i++) {
    if (mark (background, labels, names[i]))
      continue;
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: msnet.background: expected labels of msnet.labels, found \"%s\"; correct one of them",
        msnet_safetensors_get_path (file), names[i]);
    return NULL;
  }
  return g_steal_pointer (&background);
}
