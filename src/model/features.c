/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "features.h"

#include "base/error.h"
#include "json.h"
#include "json_parse.h"

#include <string.h>

/* Deeper values are in cards alone, which no feature is about. */
static const guint deepest_value = 8;

/**
 * Feature:
 * @name: as `msnet.requires` has it
 * @metadata: where @key is
 * @object: (nullable): in which object of it
 * @key: (nullable): NULL: the metadata itself
 * @uses: (nullable): whether this value of @key needs the feature; NULL: any value does
 * @value: (nullable): for @uses
 */
typedef struct
{
  const gchar *name;
  const gchar *metadata;
  const gchar *object;
  const gchar *key;
  gboolean (*uses) (JsonNode *node, const gchar *value);
  const gchar *value;
} Feature;

static gboolean
is_text (JsonNode *node, const gchar *value)
{
  return msnet_json_is_string (node) && g_str_equal (json_node_get_string (node), value);
}

static gboolean
begins_with (JsonNode *node, const gchar *value)
{
  return msnet_json_is_string (node) && g_str_has_prefix (json_node_get_string (node), value);
}

static gboolean
is_list (JsonNode *node, const gchar *value)
{
  return JSON_NODE_HOLDS_ARRAY (node);
}

/* Version 1 has MotionSqueeze behind the second stage. */
static gboolean
is_not_two (JsonNode *node, const gchar *value)
{
  return !JSON_NODE_HOLDS_VALUE (node) || json_node_get_int (node) != 2;
}

#define NETWORK "msnet.network"
#define INPUT "msnet.input"

static const Feature features[] = {
  { "mobilenet-v2", NETWORK, NULL, "backbone", is_text, "mobilenet-v2" },
  { "efficientnet-lite", NETWORK, NULL, "backbone", begins_with, "efficientnet-lite" },
  { "shift-div", NETWORK, NULL, "shift_div", NULL, NULL },
  { "shift-place", NETWORK, NULL, "shift_place", NULL, NULL },
  { "output", NETWORK, NULL, "output", NULL, NULL },
  { "head", NETWORK, NULL, "head", NULL, NULL },
  { "grid", NETWORK, NULL, "grid", NULL, NULL },
  { "motion-after", NETWORK, "motion", "after", is_not_two, NULL },
  { "motion-both", NETWORK, "motion", "directions", is_text, "both" },
  { "motion-plain", NETWORK, "motion", "softargmax", is_text, "plain" },
  { "motion-dilation", NETWORK, "motion", "dilation", NULL, NULL },
  { "motion-fusion", NETWORK, "motion", "fusion", NULL, NULL },
  { "fit-pad", INPUT, NULL, "fit", is_text, "pad" },
  { "resize-pair", INPUT, NULL, "resize", is_list, NULL },
  { "resize-filter", INPUT, NULL, "resize_filter", NULL, NULL },
  { "range", INPUT, NULL, "range", NULL, NULL },
  { "sampling-at", "msnet.sampling", NULL, "at", NULL, NULL },
  { "actions", "msnet.actions", NULL, NULL, NULL, NULL },
};

static gboolean
is_known (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    if (g_str_equal (features[i].name, name))
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full) (nullable): the root of metadata @key; NULL without an error: there is none */
static JsonNode *
parse (MsnetSafetensors *file, const gchar *key, GError **error)
{
  const gchar *text = msnet_safetensors_get_metadata (file, key);

  return text != NULL ? msnet_json_parse (
             msnet_safetensors_get_path (file), key, text, strlen (text), deepest_value, error)
                      : NULL;
}

static gboolean
check_requirement (MsnetSafetensors *file, const gchar *name, GError **error)
{
  if (is_known (name))
    return TRUE;
  g_autofree gchar *shown = msnet_json_quote (name);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED,
      "%s: msnet.requires: it needs a newer msnet (%s); update msnet, or ask for the model without it",
      msnet_safetensors_get_path (file), shown);
  return FALSE;
}

static gboolean
check_requirements (MsnetSafetensors *file, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonNode) root = parse (file, "msnet.requires", &problem);
  JsonArray *names = root != NULL && JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : NULL;
  gboolean are_texts = names != NULL && json_array_get_length (names) > 0;

  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  for (guint i = 0; are_texts && i < json_array_get_length (names); i++)
    are_texts = msnet_json_is_string (json_array_get_element (names, i));
  if (!are_texts) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: msnet.requires: expected a list of the features that this file uses, as its version is 2, found "
        "none; add the list, or save the file as version 1",
        msnet_safetensors_get_path (file));
    return FALSE;
  }
  for (guint i = 0; i < json_array_get_length (names); i++)
    if (!check_requirement (file, json_array_get_string_element (names, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
set_version_error (MsnetSafetensors *file, const gchar *version, GError **error)
{
  const guint64 number = version != NULL ? g_ascii_strtoull (version, NULL, 10) : 0;
  g_autofree gchar *found = msnet_json_quote (version != NULL ? version : "none");

  g_set_error (error, MSNET_ERROR, number > 2 ? MSNET_ERROR_UNSUPPORTED : MSNET_ERROR_MODEL,
      "%s: msnet.version: expected 1 or 2, found %s; %s", msnet_safetensors_get_path (file), found,
      number > 2 ? "it needs a newer version of msnet" : "it is no msnet model");
  return FALSE;
}

static gboolean
is_version_2 (MsnetSafetensors *file)
{
  return g_strcmp0 (msnet_safetensors_get_metadata (file, "msnet.version"), "2") == 0;
}

gboolean
msnet_features_check_known (MsnetSafetensors *file, GError **error)
{
  const gchar *version = msnet_safetensors_get_metadata (file, "msnet.version");

  if (is_version_2 (file))
    return check_requirements (file, error);
  if (g_strcmp0 (version, "1") != 0)
    return set_version_error (file, version, error);
  if (msnet_safetensors_get_metadata (file, "msnet.requires") == NULL)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: msnet.version: expected 2, as there is a list msnet.requires, found 1; correct one of them",
      msnet_safetensors_get_path (file));
  return FALSE;
}

/* Returns: (nullable): the object in @root that @feature is about */
static JsonObject *
find_object (const Feature *feature, JsonNode *root)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;

  if (object == NULL || feature->object == NULL)
    return object;
  JsonNode *node = json_object_get_member (object, feature->object);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
is_used (const Feature *feature, JsonNode *root)
{
  if (feature->key == NULL)
    return TRUE;
  JsonObject *object = find_object (feature, root);
  JsonNode *node = object != NULL ? json_object_get_member (object, feature->key) : NULL;
  return node != NULL && (feature->uses == NULL || feature->uses (node, feature->value));
}

static gboolean
is_listed (const Feature *feature, JsonNode *requirements)
{
  JsonArray *names = requirements != NULL ? json_node_get_array (requirements) : NULL;

  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    if (g_str_equal (json_array_get_string_element (names, i), feature->name))
      return TRUE;
  return FALSE;
}

static gboolean
set_unlisted_error (MsnetSafetensors *file, const Feature *feature, GError **error)
{
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: %s: expected msnet.version 2 and \"%s\" in msnet.requires, as %s%s%s asks for it, found %s;"
      " add it and save the file again",
      msnet_safetensors_get_path (file), feature->metadata, feature->name,
      feature->object != NULL ? feature->object : "", feature->object != NULL ? ", " : "",
      feature->key != NULL ? feature->key : feature->metadata,
      is_version_2 (file) ? "a list without it" : "version 1");
  return FALSE;
}

gboolean
msnet_features_check_listed (MsnetSafetensors *file, GError **error)
{
  g_autoptr (JsonNode) requirements = parse (file, "msnet.requires", NULL);
  g_autoptr (JsonNode) root = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (features); i++) {
    if (i == 0 || !g_str_equal (features[i].metadata, features[i - 1].metadata)) {
      g_clear_pointer (&root, json_node_unref);
      root = parse (file, features[i].metadata, NULL);
    }
    if (root != NULL && is_used (&features[i], root) && !is_listed (&features[i], requirements))
      return set_unlisted_error (file, &features[i], error);
  }
  return TRUE;
}
