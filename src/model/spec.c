/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "spec.h"

#include "backbone.h"
#include "base/error.h"
#include "features.h"
#include "input_parse.h"
#include "json.h"
#include "json_parse.h"
#include "labels_parse.h"
#include "network_parse.h"

#include <math.h>
#include <string.h>

#define STRINGS(...) ((const gchar *const[]){ __VA_ARGS__, NULL })

/* A card is free inside, but not without end. */
static const guint deepest_value = 8;

static const gdouble longest_window = 3600.0;

static gboolean
parse_network (MsnetModelSpec *spec, const MsnetJsonObject *json, GError **error)
{
  return msnet_network_spec_parse (&spec->network, json, error);
}

static gboolean
parse_input (MsnetModelSpec *spec, const MsnetJsonObject *json, GError **error)
{
  return msnet_input_parse (&spec->input, &spec->frames, json, error);
}

static guint64
nanoseconds (gdouble seconds)
{
  return (guint64)llround (seconds * 1e9);
}

static gboolean
has (const MsnetJsonObject *json, const gchar *key)
{
  return json_object_has_member (json->object, key);
}

static gboolean
parse_sampling (MsnetModelSpec *spec, const MsnetJsonObject *json, GError **error)
{
  gdouble window, hop;
  guint at = 0;

  if (!msnet_json_check_keys (json, STRINGS ("window", "hop", "at"), error)
      || !msnet_json_get_number (json, "window", spec->frames * 1e-3, longest_window, &window, error)
      || !msnet_json_get_number (json, "hop", 0, longest_window, &hop, error)
      || (has (json, "at") && !msnet_json_get_choice (json, "at", STRINGS ("start", "centre"), &at, error)))
    return FALSE;
  spec->window = nanoseconds (window);
  spec->hop = nanoseconds (hop);
  spec->at_centre = at == 1;
  return TRUE;
}

static gboolean
parse_actions (MsnetModelSpec *spec, const MsnetJsonObject *json, GError **error)
{
  MsnetActionProposal *actions = &spec->actions;
  gdouble smoothing;

  if (!msnet_json_check_keys (json, STRINGS ("enter", "leave", "smoothing"), error)
      || (has (json, "enter") && !msnet_json_get_number (json, "enter", 0, 1, &actions->enter, error))
      || (has (json, "leave") && !msnet_json_get_number (json, "leave", 0, 1, &actions->leave, error)))
    return FALSE;
  if (actions->leave > actions->enter && actions->enter >= 0) {
    msnet_json_set_error (json, "leave", "at most enter, so that no action ends before it begins", error);
    return FALSE;
  }
  if (!has (json, "smoothing"))
    return TRUE;
  if (!msnet_json_get_number (json, "smoothing", 0, longest_window, &smoothing, error))
    return FALSE;
  actions->smoothing = nanoseconds (smoothing);
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

  spec->labels = root != NULL ? msnet_labels_parse (file, root, spec->network.classes, error) : NULL;
  return spec->labels != NULL;
}

static gboolean
parse_background (MsnetModelSpec *spec, MsnetSafetensors *file, GError **error)
{
  if (msnet_safetensors_get_metadata (file, "msnet.background") == NULL) {
    spec->background = g_new0 (gboolean, spec->network.classes);
    return TRUE;
  }
  g_autoptr (JsonNode) root = parse_value (file, "msnet.background", error);
  if (root != NULL)
    spec->background = msnet_background_parse (file, root, (const gchar *const *)spec->labels, error);
  return spec->background != NULL;
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

/* Other programs' metadata (`format`) is theirs; ours is known. */
static gboolean
check_metadata_keys (MsnetSafetensors *file, GError **error)
{
  static const gchar *const known[] = { "msnet.version", "msnet.requires", "msnet.network", "msnet.input",
    "msnet.sampling", "msnet.actions", "msnet.labels", "msnet.background", "msnet.card", NULL };
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
parse_proposals (MsnetModelSpec *spec, MsnetSafetensors *file, GError **error)
{
  spec->actions = (MsnetActionProposal){ -1, -1, MSNET_NOT_PROPOSED };
  return msnet_safetensors_get_metadata (file, "msnet.actions") == NULL
         || parse_object (spec, file, "msnet.actions", parse_actions, error);
}

static gboolean
check_pairs (const MsnetModelSpec *spec, MsnetSafetensors *file, GError **error)
{
  const MsnetMotionSpec *motion = &spec->network.motion;

  if (motion->n_places == 0 || spec->frames >= msnet_direction_get_least_frames (motion->direction))
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: msnet.input: frames: expected at least 2, as motion with directions %s compares each frame"
      " with the next, found %u; correct one of them",
      msnet_safetensors_get_path (file), motion->direction == MSNET_DIRECTION_BOTH ? "both" : "forward",
      spec->frames);
  return FALSE;
}

/* All backbones halve the picture five times. */
static gboolean
check_grid (const MsnetModelSpec *spec, MsnetSafetensors *file, GError **error)
{
  const guint side = (spec->input.size + 31) / 32;

  if (spec->network.grid <= side)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
      "%s: msnet.network: grid: expected at most %u, as msnet.input has size %u and the last map %u x %u "
      "cells,"
      " found %u; correct one of them",
      msnet_safetensors_get_path (file), side, spec->input.size, side, side, spec->network.grid);
  return FALSE;
}

gboolean
msnet_model_spec_parse (MsnetModelSpec *spec, MsnetSafetensors *file, GError **error)
{
  return msnet_features_check_known (file, error) && check_metadata_keys (file, error)
         && parse_object (spec, file, "msnet.network", parse_network, error)
         && parse_object (spec, file, "msnet.input", parse_input, error) && check_pairs (spec, file, error)
         && check_grid (spec, file, error)
         && parse_object (spec, file, "msnet.sampling", parse_sampling, error)
         && parse_proposals (spec, file, error) && parse_labels (spec, file, error)
         && parse_background (spec, file, error) && check_card (file, error)
         && msnet_features_check_listed (file, error);
}

void
msnet_model_spec_clear (MsnetModelSpec *spec)
{
  g_clear_pointer (&spec->labels, g_strfreev);
  g_clear_pointer (&spec->background, g_free);
}
