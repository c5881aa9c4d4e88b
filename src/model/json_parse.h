/* Strict JSON from strangers, on top of json-glib: what is not exactly JSON is refused before
 * json-glib sees it.  For src/model. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * msnet_json_parse:
 * @text: @length bytes of UTF-8
 * @depth: how deep objects and arrays may nest
 *
 * Refuses what json-glib would let pass or stumble over: comments, assignments, several documents,
 * NUL, unpaired surrogates, keys that occur twice, nesting without end, whole numbers from 2^63 on.
 *
 * Returns: (transfer full): the root, or NULL with MSNET_ERROR_MODEL
 */
JsonNode *msnet_json_parse (
    const gchar *file, const gchar *place, const gchar *text, gsize length, guint depth, GError **error);

G_END_DECLS
