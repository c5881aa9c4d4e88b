/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads `msnet.labels` and `msnet.background` of a model file.  For spec.c. */
#pragma once

#include "safetensors.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* @root: of the metadata `msnet.labels`.  Returns: (transfer full): @classes labels, NULL-terminated; NULL
 * with MSNET_ERROR_MODEL */
gchar **msnet_labels_parse (MsnetSafetensors *file, JsonNode *root, guint classes, GError **error);

/* @root: of the metadata `msnet.background`.  Returns: (transfer full): a flag for each of @labels; NULL with
 * MSNET_ERROR_MODEL */
gboolean *msnet_background_parse (
    MsnetSafetensors *file, JsonNode *root, const gchar *const *labels, GError **error);

G_END_DECLS
