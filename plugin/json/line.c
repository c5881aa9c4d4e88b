/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line.h"

#include <json-glib/json-glib.h>
#include <math.h>

static void
append_string (GString *line, const gchar *value)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), value != NULL ? value : "");
  g_autofree gchar *text = json_to_string (node, FALSE);

  g_string_append (line, text);
}

static void
append_key (GString *line, const gchar *key)
{
  if (line->str[line->len - 1] != '{')
    g_string_append_c (line, ',');
  g_string_append_printf (line, "\"%s\":", key);
}

static void
append_score (GString *line, gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  if (fabs (value) < 0.00005)
    value = 0.0; /* or it might read -0.0000 */
  g_string_append (line, g_ascii_formatd (text, sizeof text, "%.4f", value));
}

/* The ns below a second: at least three decimals, no zero after them. */
static void
append_decimals (GString *line, guint nanoseconds)
{
  g_string_append_printf (line, ".%09u", nanoseconds);
  for (guint i = 0; i < 6 && line->str[line->len - 1] == '0'; i++)
    g_string_truncate (line, line->len - 1);
}

GString *
msnet_json_line_new (const gchar *type)
{
  GString *line = g_string_new ("{\"type\":");

  append_string (line, type);
  return line;
}

void
msnet_json_line_add_string (GString *line, const gchar *key, const gchar *value)
{
  append_key (line, key);
  append_string (line, value);
}

void
msnet_json_line_add_strings (GString *line, const gchar *key, gchar **values, guint n)
{
  append_key (line, key);
  g_string_append_c (line, '[');
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (line, ',');
    append_string (line, values[i]);
  }
  g_string_append_c (line, ']');
}

void
msnet_json_line_add_integer (GString *line, const gchar *key, gint64 value)
{
  append_key (line, key);
  g_string_append_printf (line, "%" G_GINT64_FORMAT, value);
}

void
msnet_json_line_add_boolean (GString *line, const gchar *key, gboolean value)
{
  append_key (line, key);
  g_string_append (line, value ? "true" : "false");
}

void
msnet_json_line_add_score (GString *line, const gchar *key, gdouble value)
{
  append_key (line, key);
  append_score (line, value);
}

void
msnet_json_line_add_scores (GString *line, const gchar *key, const gdouble *values, guint n)
{
  append_key (line, key);
  g_string_append_c (line, '[');
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (line, ',');
    append_score (line, values[i]);
  }
  g_string_append_c (line, ']');
}

void
msnet_json_line_open (GString *line, const gchar *key)
{
  append_key (line, key);
  g_string_append_c (line, '{');
}

void
msnet_json_line_close (GString *line)
{
  g_string_append_c (line, '}');
}

void
msnet_json_line_add_seconds (GString *line, const gchar *key, GstClockTime time)
{
  append_key (line, key);
  if (!GST_CLOCK_TIME_IS_VALID (time)) {
    g_string_append (line, "null");
    return;
  }
  g_string_append_printf (line, "%" G_GUINT64_FORMAT, time / GST_SECOND);
  append_decimals (line, time % GST_SECOND);
}

void
msnet_json_line_add_wall_clock (GString *line, const gchar *key, GstClockTime time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time / GST_SECOND);
  g_autofree gchar *text = NULL;

  append_key (line, key);
  if (!GST_CLOCK_TIME_IS_VALID (time) || date == NULL) {
    g_string_append (line, "null");
    return;
  }
  text = g_date_time_format (date, "%Y-%m-%dT%H:%M:%S");
  g_string_append_printf (line, "\"%s", text);
  append_decimals (line, time % GST_SECOND);
  g_string_append (line, "Z\"");
}

gchar *
msnet_json_line_finish (GString *line)
{
  g_string_append (line, "}\n");
  return g_string_free (line, FALSE);
}
