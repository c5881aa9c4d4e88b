/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network_parse.h"

#include "backbone.h"
#include "base/error.h"

#define STRINGS(...) ((const gchar *const[]){ __VA_ARGS__, NULL })

/* The module can follow any stage of the paper's table; this version has it where the backbone says. */
static gboolean
parse_place (const MsnetJsonObject *json, const MsnetBackbone *backbone, GError **error)
{
  const guint n_stages = g_strv_length ((gchar **)backbone->stages), place = backbone->motion_after;
  guint after;

  if (!msnet_json_get_integer (json, "after", 1, n_stages, &after, error))
    return FALSE;
  if (after == place)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED,
      "%s: %s: after: this version does %u (motion behind %s), the model asks for %u; train it with %u",
      json->file, json->place, place, backbone->stages[place - 1], after, place);
  return FALSE;
}

static gboolean
parse_motion (MsnetNetworkSpec *spec, const MsnetJsonObject *network, GError **error)
{
  JsonObject *object = msnet_json_get_object (network, "motion", error);
  MsnetJsonObject json = { network->file, "msnet.network, motion", object };
  MsnetMotionSpec *motion = &spec->motion;
  guint direction, softargmax;

  if (object == NULL
      || !msnet_json_check_keys (&json,
          STRINGS ("after", "patch", "sigma", "temperature", "directions", "softargmax", "confidence"), error)
      || !parse_place (&json, spec->backbone, error)
      || !msnet_json_get_integer (&json, "patch", 3, 31, &motion->patch, error)
      || !msnet_json_get_number (&json, "sigma", 0.1, 1000, &motion->sigma, error)
      || !msnet_json_get_number (&json, "temperature", 1e-4, 100, &motion->temperature, error)
      || !msnet_json_get_supported (
          &json, "directions", STRINGS ("forward", "past", "both"), 2, &direction, error)
      || !msnet_json_get_supported (&json, "softargmax", STRINGS ("kernel", "plain"), 1, &softargmax, error)
      || !msnet_json_get_boolean (&json, "confidence", &motion->confidence, error))
    return FALSE;
  if (motion->patch % 2 == 0) {
    msnet_json_set_error (&json, "patch", "an odd number", error);
    return FALSE;
  }
  motion->direction = direction == 0 ? MSNET_DIRECTION_FORWARD : MSNET_DIRECTION_PAST;
  motion->present = TRUE;
  return TRUE;
}

static gboolean
parse_shift_every (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  spec->shift_every = 1;
  return !json_object_has_member (json->object, "shift_every")
         || msnet_json_get_integer (json, "shift_every", 1, 64, &spec->shift_every, error);
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
  g_strv_builder_addv (builder, (const gchar **)STRINGS ("shift", "shift_every", "classes", "motion"));
  g_auto (GStrv) keys = g_strv_builder_end (builder);
  return msnet_json_check_keys (json, (const gchar *const *)keys, error);
}

gboolean
msnet_network_spec_parse (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  static const MsnetShift shifts[] = { MSNET_SHIFT_NONE, MSNET_SHIFT_BIDIRECTIONAL, MSNET_SHIFT_CAUSAL };
  guint shift;

  if (!parse_backbone (spec, json, error) || !check_keys (spec->backbone, json, error)
      || !spec->backbone->parse (spec, json, error)
      || !msnet_json_get_choice (json, "shift", STRINGS ("none", "bidirectional", "causal"), &shift, error)
      || !parse_shift_every (spec, json, error)
      || !msnet_json_get_integer (json, "classes", 1, 10000, &spec->classes, error))
    return FALSE;
  spec->shift = shifts[shift];
  return !json_object_has_member (json->object, "motion") || parse_motion (spec, json, error);
}
