/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line of JSON, key by key.  Numbers are formatted here, so that the same value gives the same bytes in
 * any locale and at every run.  Strings are escaped by json-glib.
 *
 * For news.c.  Knows nothing of elements. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Opens an object whose first key is `type`; close it with msnet_json_line_finish(). */
GString *msnet_json_line_new (const gchar *type);

void msnet_json_line_add_string (GString *line, const gchar *key, const gchar *value);
void msnet_json_line_add_strings (GString *line, const gchar *key, gchar **values, guint n);
void msnet_json_line_add_integer (GString *line, const gchar *key, gint64 value);
void msnet_json_line_add_boolean (GString *line, const gchar *key, gboolean value);

/* Four decimals. */
void msnet_json_line_add_score (GString *line, const gchar *key, gdouble value);
void msnet_json_line_add_scores (GString *line, const gchar *key, const gdouble *values, guint n);

/* Opens an object as the value of @key: keys that are added until msnet_json_line_close() belong to it. */
void msnet_json_line_open (GString *line, const gchar *key);
void msnet_json_line_close (GString *line);

/* @time in ns: written in seconds, exact, with three decimals or as many more as needed;
 * GST_CLOCK_TIME_NONE: null */
void msnet_json_line_add_seconds (GString *line, const gchar *key, GstClockTime time);

/* @time in ns since the epoch: written as RFC 3339 in UTC, as exact as seconds; null if no calendar reaches
 * so far */
void msnet_json_line_add_wall_clock (GString *line, const gchar *key, GstClockTime time);

/* Returns: (transfer full): the object and a newline; @line is gone. */
gchar *msnet_json_line_finish (GString *line);

G_END_DECLS
