/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A result or an action as a line of JSON: those fields of the tables that JSON has, in their order.
 *
 * For msnetjson. */
#pragma once

#include "meta/result_meta.h"

G_BEGIN_DECLS

/* @motion: (nullable): also say what it says of the camera
 * @measured: also say what differs from run to run: `inference`, and `wall` if it is known
 *
 * Returns: (transfer full): one line that ends in a newline */
gchar *msnet_json_news_from_result (const MsnetResult *result, const MsnetMotion *motion, gboolean measured);

/* @structure: of an action's event
 *
 * Returns: (transfer full) (nullable): one line that ends in a newline; NULL if @structure is no action
 *     or lacks a field */
gchar *msnet_json_news_from_action (const GstStructure *structure);

G_END_DECLS
