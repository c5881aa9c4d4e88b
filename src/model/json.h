/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values from JSON that nobody has checked: the type and range of each are checked here.  For src/model. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * MsnetJsonObject: an object inside a model file and where it stands, for messages.
 * @file: path of the model file
 * @place: where in it: `header`, `msnet.network`, `msnet.network, motion`
 * @object: borrowed
 */
typedef struct
{
  const gchar *file;
  const gchar *place;
  JsonObject *object;
} MsnetJsonObject;

/* Sets MSNET_ERROR_MODEL: "FILE: PLACE: KEY: expected EXPECTED, found (the value or `nothing`)". */
void msnet_json_set_error (
    const MsnetJsonObject *json, const gchar *key, const gchar *expected, GError **error);

/* Refuses keys outside of @known (NULL-terminated). */
gboolean msnet_json_check_keys (const MsnetJsonObject *json, const gchar *const *known, GError **error);

/* Each stores the value of @key in @value.  MSNET_ERROR_MODEL if the key is missing, has another type, or
 * is out of the range (both ends included). */
gboolean msnet_json_get_integer (
    const MsnetJsonObject *json, const gchar *key, guint least, guint most, guint *value, GError **error);
gboolean msnet_json_get_number (const MsnetJsonObject *json, const gchar *key, gdouble least, gdouble most,
    gdouble *value, GError **error);
gboolean msnet_json_get_boolean (
    const MsnetJsonObject *json, const gchar *key, gboolean *value, GError **error);

/* @choices: NULL-terminated; @value: index of the one found */
gboolean msnet_json_get_choice (
    const MsnetJsonObject *json, const gchar *key, const gchar *const *choices, guint *value, GError **error);

/* Returns: (nullable) (transfer none) */
JsonObject *msnet_json_get_object (const MsnetJsonObject *json, const gchar *key, GError **error);

/* Three numbers, such as the mean of each channel. */
gboolean msnet_json_get_triple (const MsnetJsonObject *json, const gchar *key, gdouble least, gdouble most,
    gfloat value[3], GError **error);

/* Two whole numbers, such as height and width. */
gboolean msnet_json_get_pair (
    const MsnetJsonObject *json, const gchar *key, guint least, guint most, guint value[2], GError **error);

/* Whether @node holds a string. */
gboolean msnet_json_is_string (JsonNode *node);

/* Returns: (transfer full): @text for a message: at most 80 characters, `?` for control characters */
gchar *msnet_json_quote (const gchar *text);

/* Whether @text can stand in a message or on a screen: 1 to @most bytes without control characters. */
gboolean msnet_json_is_plain_text (const gchar *text, gsize most);

G_END_DECLS
