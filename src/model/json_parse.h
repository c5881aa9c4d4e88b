/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strict parser for JSON from unknown sources, on top of json-glib: text that is not exactly JSON is
 * refused before json-glib sees it.  For src/model. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * msnet_json_parse:
 * @text: @length bytes of UTF-8
 * @depth: how deep objects and arrays may nest
 *
 * Refuses what json-glib accepts or mishandles: comments, assignments, several documents, NUL, unpaired
 * surrogates, keys that occur twice, endless nesting, whole numbers from 2^63 on.
 *
 * Returns: (transfer full): the root, or NULL with MSNET_ERROR_MODEL
 */
JsonNode *msnet_json_parse (
    const gchar *file, const gchar *place, const gchar *text, gsize length, guint depth, GError **error);

G_END_DECLS
