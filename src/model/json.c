/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

gchar *
msnet_json_quote (const gchar *text)
{
  GString *quoted = g_string_new (NULL);
  guint n_characters = 0;

  for (; *text != 0 && n_characters < 80; text = g_utf8_next_char (text), n_characters++) {
    gunichar character = g_utf8_get_char (text);
    g_string_append_unichar (quoted, g_unichar_iscntrl (character) ? '?' : character);
  }
  if (*text != 0)
    g_string_append (quoted, "...");
  return g_string_free (quoted, FALSE);
}

/* Returns: (transfer full): the value of @key as it stands in the file */
static gchar *
describe_value (const MsnetJsonObject *json, const gchar *key)
{
  JsonNode *node = json_object_get_member (json->object, key);

  if (node == NULL)
    return g_strdup ("nothing");
  g_autofree gchar *text = json_to_string (node, FALSE);
  return msnet_json_quote (text);
}

void
msnet_json_set_error (const MsnetJsonObject *json, const gchar *key, const gchar *expected, GError **error)
{
  g_autofree gchar *name = msnet_json_quote (key);
  g_autofree gchar *found = describe_value (json, key);

  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: %s: %s: expected %s, found %s; correct it and save the file again", json->file, json->place, name,
      expected, found);
}

gboolean
msnet_json_check_keys (const MsnetJsonObject *json, const gchar *const *known, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (json->object);

  for (GList *item = names; item != NULL; item = item->next) {
    if (g_strv_contains (known, item->data))
      continue;
    g_autofree gchar *list = g_strjoinv (", ", (gchar **)known);
    g_autofree gchar *expected = g_strdup_printf ("only %s", list);
    msnet_json_set_error (json, item->data, expected, error);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_integer (JsonNode *node, guint least, guint most, guint *value)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  gint64 found = json_node_get_int (node);
  *value = (guint)found;
  return found >= least && found <= most;
}

gboolean
msnet_json_get_integer (
    const MsnetJsonObject *json, const gchar *key, guint least, guint most, guint *value, GError **error)
{
  if (read_integer (json_object_get_member (json->object, key), least, most, value))
    return TRUE;
  g_autofree gchar *expected = g_strdup_printf ("a whole number from %u to %u", least, most);
  msnet_json_set_error (json, key, expected, error);
  return FALSE;
}

/* NaN stands for "no number". */
static gdouble
number_of (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NAN;
  GType type = json_node_get_value_type (node);
  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double (node) : NAN;
}

gboolean
msnet_json_get_number (const MsnetJsonObject *json, const gchar *key, gdouble least, gdouble most,
    gdouble *value, GError **error)
{
  gdouble found = number_of (json_object_get_member (json->object, key));

  if (found >= least && found <= most) {
    *value = found;
    return TRUE;
  }
  g_autofree gchar *expected = g_strdup_printf ("a number from %g to %g", least, most);
  msnet_json_set_error (json, key, expected, error);
  return FALSE;
}

gboolean
msnet_json_get_boolean (const MsnetJsonObject *json, const gchar *key, gboolean *value, GError **error)
{
  JsonNode *node = json_object_get_member (json->object, key);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN) {
    msnet_json_set_error (json, key, "true or false", error);
    return FALSE;
  }
  *value = json_node_get_boolean (node);
  return TRUE;
}

gboolean
msnet_json_is_string (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

gboolean
msnet_json_get_choice (
    const MsnetJsonObject *json, const gchar *key, const gchar *const *choices, guint *value, GError **error)
{
  JsonNode *node = json_object_get_member (json->object, key);

  for (guint i = 0; msnet_json_is_string (node) && choices[i] != NULL; i++)
    if (g_str_equal (choices[i], json_node_get_string (node))) {
      *value = i;
      return TRUE;
    }
  g_autofree gchar *list = g_strjoinv (", ", (gchar **)choices);
  g_autofree gchar *expected = g_strdup_printf ("one of %s", list);
  msnet_json_set_error (json, key, expected, error);
  return FALSE;
}

JsonObject *
msnet_json_get_object (const MsnetJsonObject *json, const gchar *key, GError **error)
{
  JsonNode *node = json_object_get_member (json->object, key);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  msnet_json_set_error (json, key, "an object", error);
  return NULL;
}

gboolean
msnet_json_get_triple (const MsnetJsonObject *json, const gchar *key, gdouble least, gdouble most,
    gfloat value[3], GError **error)
{
  JsonNode *node = json_object_get_member (json->object, key);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gboolean good = array != NULL && json_array_get_length (array) == 3;

  for (guint i = 0; good && i < 3; i++) {
    gdouble found = number_of (json_array_get_element (array, i));
    good = found >= least && found <= most;
    value[i] = (gfloat)found;
  }
  if (good)
    return TRUE;
  g_autofree gchar *expected = g_strdup_printf ("three numbers from %g to %g", least, most);
  msnet_json_set_error (json, key, expected, error);
  return FALSE;
}

gboolean
msnet_json_get_pair (
    const MsnetJsonObject *json, const gchar *key, guint least, guint most, guint value[2], GError **error)
{
  JsonNode *node = json_object_get_member (json->object, key);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gboolean good = array != NULL && json_array_get_length (array) == 2;

  for (guint i = 0; good && i < 2; i++)
    good = read_integer (json_array_get_element (array, i), least, most, &value[i]);
  if (good)
    return TRUE;
  g_autofree gchar *expected = g_strdup_printf ("two whole numbers from %u to %u", least, most);
  msnet_json_set_error (json, key, expected, error);
  return FALSE;
}

gboolean
msnet_json_is_plain_text (const gchar *text, gsize most)
{
  gsize length = strlen (text);

  if (length == 0 || length > most)
    return FALSE;
  for (const gchar *at = text; *at != 0; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}
