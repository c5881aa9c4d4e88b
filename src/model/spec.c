/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "spec.h"

#include "base/error.h"
#include "json.h"
#include "json_parse.h"
#include "network_parse.h"

#include <math.h>
#include <string.h>

#define STRINGS(...) ((const gchar *const[]){ __VA_ARGS__, NULL })

/* A card is free inside, but not without end. */
static const guint deepest_value = 8;

static const gsize longest_label = 256; /* bytes */
static const gdouble longest_window = 3600.0;

static gboolean
parse_network (MsnetModelSpec *spec, const MsnetJsonObject *json, GError **error)
{
  return msnet_network_spec_parse (&spec->network, json, error);
}

static gboolean
parse_crop (MsnetPrepareParams *input, const MsnetJsonObject *json, GError **error)
{
  if (!msnet_json_get_integer (json, "resize", 32, 4096, &input->resize, error))
    return FALSE;
  if (input->resize >= input->size)
    return TRUE;
  msnet_json_set_error (json, "resize", "at least size, so that the crop lies inside", error);
  return FALSE;
}

static gboolean
parse_input (MsnetModelSpec *spec, const MsnetJsonObject *json, GError **error)
{
  static const MsnetFit fits[] = { MSNET_FIT_CROP, MSNET_FIT_STRETCH };
  MsnetPrepareParams *input = &spec->input;
  gboolean resizes = json_object_has_member (json->object, "resize");
  guint fit, order;

  if (!msnet_json_check_keys (
          json, STRINGS ("frames", "fit", "resize", "size", "order", "mean", "std"), error)
      || !msnet_json_get_integer (json, "frames", 1, 64, &spec->frames, error)
      || !msnet_json_get_supported (json, "fit", STRINGS ("crop", "stretch", "pad"), 2, &fit, error)
      || !msnet_json_get_integer (json, "size", 32, 1024, &input->size, error)
      || !msnet_json_get_choice (json, "order", STRINGS ("RGB", "BGR"), &order, error)
      || !msnet_json_get_triple (json, "mean", -1000, 1000, input->mean, error)
      || !msnet_json_get_triple (json, "std", 1e-6, 1000, input->std, error))
    return FALSE;
  input->fit = fits[fit];
  input->bgr = order == 1;
  return (input->fit == MSNET_FIT_STRETCH && !resizes) || parse_crop (input, json, error);
}

static guint64
nanoseconds (gdouble seconds)
{
  return (guint64)llround (seconds * 1e9);
}

static gboolean
parse_sampling (MsnetModelSpec *spec, const MsnetJsonObject *json, GError **error)
{
  gdouble window, hop;

  if (!msnet_json_check_keys (json, STRINGS ("window", "hop"), error)
      || !msnet_json_get_number (json, "window", spec->frames * 1e-3, longest_window, &window, error)
      || !msnet_json_get_number (json, "hop", 0, longest_window, &hop, error))
    return FALSE;
  spec->window = nanoseconds (window);
  spec->hop = nanoseconds (hop);
  return TRUE;
}

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

/* Returns: (transfer full): the root of metadata @key, or NULL with an error */
static JsonNode *
parse_value (MsnetSafetensors *file, const gchar *key, GError **error)
{
  const gchar *text = msnet_safetensors_get_metadata (file, key);
  const gchar *path = msnet_safetensors_get_path (file);

  if (text != NULL)
    return msnet_json_parse (path, key, text, strlen (text), deepest_value, error);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: expected the metadata %s, found none; it is no msnet model, or converted without its description",
      path, key);
  return NULL;
}

static gboolean
parse_labels (MsnetModelSpec *spec, MsnetSafetensors *file, GError **error)
{
  g_autoptr (JsonNode) root = parse_value (file, "msnet.labels", error);

  if (root == NULL || !parse_strings (file, "msnet.labels", root, &spec->labels, error))
    return FALSE;
  guint found = g_strv_length (spec->labels);
  if (found == spec->network.classes)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: msnet.labels: expected %u labels, as msnet.network has classes, found %u; correct one of them",
      msnet_safetensors_get_path (file), spec->network.classes, found);
  return FALSE;
}

static gboolean
mark_background (MsnetModelSpec *spec, const gchar *label)
{
  for (guint i = 0; i < spec->network.classes; i++)
    if (g_str_equal (spec->labels[i], label))
      return spec->background[i] = TRUE;
  return FALSE;
}

static gboolean
parse_background (MsnetModelSpec *spec, MsnetSafetensors *file, GError **error)
{
  g_auto (GStrv) names = NULL;

  spec->background = g_new0 (gboolean, spec->network.classes);
  if (msnet_safetensors_get_metadata (file, "msnet.background") == NULL)
    return TRUE;
  g_autoptr (JsonNode) root = parse_value (file, "msnet.background", error);
  if (root == NULL || !parse_strings (file, "msnet.background", root, &names, error))
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++) {
    if (mark_background (spec, names[i]))
      continue;
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: msnet.background: expected labels of msnet.labels, found \"%s\"; correct one of them",
        msnet_safetensors_get_path (file), names[i]);
    return FALSE;
  }
  return TRUE;
}

/* Whatever is in it is for people. */
static gboolean
check_card (MsnetSafetensors *file, GError **error)
{
  if (msnet_safetensors_get_metadata (file, "msnet.card") == NULL)
    return TRUE;
  g_autoptr (JsonNode) root = parse_value (file, "msnet.card", error);
  return root != NULL;
}

static gboolean
check_version (MsnetSafetensors *file, GError **error)
{
  const gchar *version = msnet_safetensors_get_metadata (file, "msnet.version");

  if (g_strcmp0 (version, "1") == 0)
    return TRUE;
  guint64 number = version != NULL ? g_ascii_strtoull (version, NULL, 10) : 0;
  g_autofree gchar *found = msnet_json_quote (version != NULL ? version : "none");
  g_set_error (error, MSNET_ERROR, number > 1 ? MSNET_ERROR_UNSUPPORTED : MSNET_ERROR_MODEL,
      "%s: msnet.version: expected 1, found %s; %s", msnet_safetensors_get_path (file), found,
      number > 1 ? "it needs a newer version of msnet" : "it is no msnet model");
  return FALSE;
}

/* Other programs' metadata (`format`) is theirs; ours is known. */
static gboolean
check_metadata_keys (MsnetSafetensors *file, GError **error)
{
  static const gchar *const known[] = { "msnet.version", "msnet.network", "msnet.input", "msnet.sampling",
    "msnet.labels", "msnet.background", "msnet.card", NULL };
  g_autoptr (GList) keys = msnet_safetensors_get_metadata_keys (file);

  for (GList *item = keys; item != NULL; item = item->next) {
    if (!g_str_has_prefix (item->data, "msnet.") || g_strv_contains (known, item->data))
      continue;
    g_autofree gchar *list = g_strjoinv (", ", (gchar **)known);
    g_autofree gchar *found = msnet_json_quote (item->data);
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: expected only the metadata %s, found %s; remove it and save the file again",
        msnet_safetensors_get_path (file), list, found);
    return FALSE;
  }
  return TRUE;
}

typedef gboolean (*ParseObject) (MsnetModelSpec *spec, const MsnetJsonObject *json, GError **error);

static gboolean
parse_object (
    MsnetModelSpec *spec, MsnetSafetensors *file, const gchar *key, ParseObject parse, GError **error)
{
  g_autoptr (JsonNode) root = parse_value (file, key, error);

  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: %s: expected an object, found an array; correct it and save the file again",
        msnet_safetensors_get_path (file), key);
    return FALSE;
  }
  MsnetJsonObject json = { msnet_safetensors_get_path (file), key, json_node_get_object (root) };
  return parse (spec, &json, error);
}

static gboolean
check_pairs (const MsnetModelSpec *spec, MsnetSafetensors *file, GError **error)
{
  const MsnetMotionSpec *motion = &spec->network.motion;

  if (!motion->present || motion->direction != MSNET_DIRECTION_FORWARD || spec->frames >= 2)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: msnet.input: frames: expected at least 2, as motion with directions forward compares each frame"
      " with the next, found %u; correct one of them",
      msnet_safetensors_get_path (file), spec->frames);
  return FALSE;
}

gboolean
msnet_model_spec_parse (MsnetModelSpec *spec, MsnetSafetensors *file, GError **error)
{
  return check_version (file, error) && check_metadata_keys (file, error)
         && parse_object (spec, file, "msnet.network", parse_network, error)
         && parse_object (spec, file, "msnet.input", parse_input, error) && check_pairs (spec, file, error)
         && parse_object (spec, file, "msnet.sampling", parse_sampling, error)
         && parse_labels (spec, file, error) && parse_background (spec, file, error)
         && check_card (file, error);
}

void
msnet_model_spec_clear (MsnetModelSpec *spec)
{
  g_clear_pointer (&spec->labels, g_strfreev);
  g_clear_pointer (&spec->background, g_free);
}
