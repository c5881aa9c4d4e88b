/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network_parse.h"

#include "backbone.h"
#include "base/error.h"

static const guint largest_grid = 8;

#define STRINGS(...) ((const gchar *const[]){ __VA_ARGS__, NULL })

static gboolean
has (const MsnetJsonObject *json, const gchar *key)
{
  return json_object_has_member (json->object, key);
}

/* Takes the stage that @node names, which must be past the last one. */
static gboolean
add_place (MsnetMotionSpec *motion, JsonNode *node, guint n_stages)
{
  const guint least = motion->n_places > 0 ? motion->after[motion->n_places - 1] + 1 : 1;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  gint64 found = json_node_get_int (node);
  if (found < least || found > n_stages)
    return FALSE;
  motion->after[motion->n_places++] = (guint)found;
  return TRUE;
}

/* A stage, or a list of them. */
static gboolean
parse_places (MsnetMotionSpec *motion, const MsnetJsonObject *json, guint n_stages, GError **error)
{
  JsonNode *node = json_object_get_member (json->object, "after");
  JsonArray *list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  const guint n = list != NULL ? json_array_get_length (list) : 1;
  gboolean good = node != NULL && n > 0;

  for (guint i = 0; good && i < n; i++)
    good = add_place (motion, list != NULL ? json_array_get_element (list, i) : node, n_stages);
  if (good)
    return TRUE;
  g_autofree gchar *expected
      = g_strdup_printf ("a whole number from 1 to %u, or an ascending list of such", n_stages);
  msnet_json_set_error (json, "after", expected, error);
  return FALSE;
}

static gboolean
parse_patch (MsnetMotionSpec *motion, const MsnetJsonObject *json, GError **error)
{
  motion->dilation = 1;
  if (!msnet_json_get_integer (json, "patch", 3, 31, &motion->patch, error)
      || (has (json, "dilation")
          && !msnet_json_get_integer (json, "dilation", 1, 2, &motion->dilation, error)))
    return FALSE;
  if (motion->patch % 2 == 1)
    return TRUE;
  msnet_json_set_error (json, "patch", "an odd number", error);
  return FALSE;
}

/* Without a Gaussian there is no sigma. */
static gboolean
parse_softargmax (MsnetMotionSpec *motion, const MsnetJsonObject *json, GError **error)
{
  guint softargmax;

  if (!msnet_json_get_choice (json, "softargmax", STRINGS ("kernel", "plain"), &softargmax, error)
      || !msnet_json_get_number (json, "temperature", 1e-4, 100, &motion->temperature, error))
    return FALSE;
  motion->softargmax = (MsnetSoftArgmax)softargmax;
  return (motion->softargmax == MSNET_SOFT_ARGMAX_PLAIN && !has (json, "sigma"))
         || msnet_json_get_number (json, "sigma", 0.1, 1000, &motion->sigma, error);
}

static gboolean
parse_directions (MsnetMotionSpec *motion, const MsnetJsonObject *json, GError **error)
{
  guint direction;

  if (!msnet_json_get_choice (json, "directions", STRINGS ("forward", "past", "both"), &direction, error))
    return FALSE;
  motion->direction = (MsnetDirection)direction;
  return TRUE;
}

static gboolean
parse_fusion (MsnetMotionSpec *motion, const MsnetJsonObject *json, GError **error)
{
  guint fusion = MSNET_FUSION_ADD;

  if (has (json, "fusion")
      && !msnet_json_get_choice (
          json, "fusion", STRINGS ("add", "multiply", "concat", "replace"), &fusion, error))
    return FALSE;
  motion->fusion = (MsnetFusion)fusion;
  return TRUE;
}

static gboolean
parse_motion (MsnetNetworkSpec *spec, const MsnetJsonObject *network, GError **error)
{
  JsonObject *object = msnet_json_get_object (network, "motion", error);
  MsnetJsonObject json = { network->file, "msnet.network, motion", object };
  MsnetMotionSpec *motion = &spec->motion;

  return object != NULL
         && msnet_json_check_keys (&json,
             STRINGS ("after", "patch", "dilation", "sigma", "temperature", "directions", "softargmax",
                 "confidence", "fusion"),
             error)
         && parse_places (motion, &json, MSNET_N_STAGES, error) && parse_patch (motion, &json, error)
         && parse_softargmax (motion, &json, error) && parse_directions (motion, &json, error)
         && msnet_json_get_boolean (&json, "confidence", &motion->confidence, error)
         && parse_fusion (motion, &json, error);
}

/* The keys of a shift may be left out: an eighth of every block's residual branch. */
static gboolean
parse_shift (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  static const MsnetShift shifts[] = { MSNET_SHIFT_NONE, MSNET_SHIFT_BIDIRECTIONAL, MSNET_SHIFT_CAUSAL };
  guint shift, place = MSNET_SHIFT_PLACE_RESIDUAL;

  spec->shift_every = 1;
  spec->shift_div = 8;
  if (!msnet_json_get_choice (json, "shift", STRINGS ("none", "bidirectional", "causal"), &shift, error)
      || (has (json, "shift_every")
          && !msnet_json_get_integer (json, "shift_every", 1, 64, &spec->shift_every, error))
      || (has (json, "shift_div")
          && !msnet_json_get_integer (json, "shift_div", 2, 64, &spec->shift_div, error))
      || (has (json, "shift_place")
          && !msnet_json_get_choice (json, "shift_place", STRINGS ("residual", "block"), &place, error)))
    return FALSE;
  spec->shift = shifts[shift];
  spec->shift_place = (MsnetShiftPlace)place;
  return TRUE;
}

static gboolean
parse_output (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  guint output = MSNET_OUTPUT_SOFTMAX;

  if (!msnet_json_get_integer (json, "classes", 1, 10000, &spec->classes, error)
      || (has (json, "output")
          && !msnet_json_get_choice (json, "output", STRINGS ("softmax", "sigmoid"), &output, error)))
    return FALSE;
  spec->output = (MsnetOutput)output;
  return TRUE;
}

/* Whether @node is the list of @texts, NULL-terminated, in this order. */
static gboolean
is_list_of (JsonNode *node, const gchar *const *texts)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = 0;

  if (array == NULL)
    return FALSE;
  while (n < json_array_get_length (array) && texts[n] != NULL
         && msnet_json_is_string (json_array_get_element (array, n))
         && g_str_equal (json_array_get_string_element (array, n), texts[n]))
    n++;
  return n == json_array_get_length (array) && texts[n] == NULL;
}

static gboolean
parse_head (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  static const gchar *const lists[][3] = { [MSNET_HEAD_POOLED] = { "pooled" },
    [MSNET_HEAD_POOLED_AND_CHANGE] = { "pooled", "change" },
    [MSNET_HEAD_CHANGE] = { "change" } };
  JsonNode *node = json_object_get_member (json->object, "head");

  for (guint i = 0; node != NULL && i < G_N_ELEMENTS (lists); i++)
    if (is_list_of (node, lists[i])) {
      spec->head = (MsnetHead)i;
      return TRUE;
    }
  if (node == NULL)
    return TRUE;
  msnet_json_set_error (json, "head", "[\"pooled\"], [\"pooled\", \"change\"] or [\"change\"]", error);
  return FALSE;
}

static gboolean
parse_grid (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  spec->grid = 1;
  return !has (json, "grid") || msnet_json_get_integer (json, "grid", 1, largest_grid, &spec->grid, error);
}

/* Returns: (transfer container): names of all backbones, NULL-terminated */
static const gchar **
list_backbones (void)
{
  const MsnetBackbone *const *backbones = msnet_backbone_list ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; backbones[i] != NULL; i++)
    g_ptr_array_add (names, (gpointer)backbones[i]->name);
  g_ptr_array_add (names, NULL);
  return (const gchar **)g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/* A file that names none has the first. */
static gboolean
parse_backbone (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  g_autofree const gchar **names = list_backbones ();
  guint index = 0;

  if (json_object_has_member (json->object, "backbone")
      && !msnet_json_get_choice (json, "backbone", names, &index, error))
    return FALSE;
  spec->backbone = msnet_backbone_list ()[index];
  return TRUE;
}

static gboolean
check_keys (const MsnetBackbone *backbone, const MsnetJsonObject *json, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, "backbone");
  g_strv_builder_addv (builder, (const gchar **)backbone->keys);
  g_strv_builder_addv (builder, (const gchar **)STRINGS ("shift", "shift_every", "shift_div", "shift_place",
                                    "classes", "output", "head", "grid", "motion"));
  g_auto (GStrv) keys = g_strv_builder_end (builder);
  return msnet_json_check_keys (json, (const gchar *const *)keys, error);
}

gboolean
msnet_network_spec_parse (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  return parse_backbone (spec, json, error) && check_keys (spec->backbone, json, error)
         && spec->backbone->parse (spec, json, error) && parse_shift (spec, json, error)
         && parse_output (spec, json, error) && parse_head (spec, json, error)
         && parse_grid (spec, json, error) && (!has (json, "motion") || parse_motion (spec, json, error));
}
