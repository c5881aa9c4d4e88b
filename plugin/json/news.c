/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "news.h"

#include "line.h"

static void
add_field (GString *line, const MsnetMetaField *field, gconstpointer data)
{
  gconstpointer value = G_STRUCT_MEMBER_P (data, field->offset);
  guint n;

  switch (field->type) {
  case MSNET_META_BOOLEAN:
    return msnet_json_line_add_boolean (line, field->name, *(const gboolean *)value);
  case MSNET_META_INT:
    return msnet_json_line_add_integer (line, field->name, *(const gint *)value);
  case MSNET_META_UINT64:
    return msnet_json_line_add_integer (line, field->name, *(const guint64 *)value);
  case MSNET_META_TIME:
    return msnet_json_line_add_seconds (line, field->name, *(const GstClockTime *)value);
  case MSNET_META_WALL:
    return msnet_json_line_add_wall_clock (line, field->name, *(const guint64 *)value);
  case MSNET_META_DOUBLE:
    return msnet_json_line_add_score (line, field->name, *(const gdouble *)value);
  case MSNET_META_STRING:
    return msnet_json_line_add_string (line, field->name, *(gchar *const *)value);
  case MSNET_META_STRINGS:
    n = G_STRUCT_MEMBER (guint, data, field->n);
    return msnet_json_line_add_strings (line, field->name, *(gchar * *const *)value, n);
  case MSNET_META_DOUBLES:
    n = G_STRUCT_MEMBER (guint, data, field->n);
    return msnet_json_line_add_scores (line, field->name, *(gdouble *const *)value, n);
  case MSNET_META_VECTOR:
    return msnet_json_line_add_scores (line, field->name, value, field->n);
  case MSNET_META_BYTES: /* cells are for programs */
    return;
  }
}

/* Those of the fields that have @flag. */
static void
add_fields (GString *line, const MsnetMetaTable *table, gconstpointer data, MsnetMetaFlags flag)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].flags & flag && msnet_fields_has (&table->fields[i], data))
      add_field (line, &table->fields[i], data);
}

gchar *
msnet_json_news_from_result (const MsnetResult *result, const MsnetMotion *motion, gboolean measured)
{
  GString *line = msnet_json_line_new ("result");

  add_fields (line, &msnet_result_table, result, MSNET_META_JSON);
  if (motion != NULL) {
    msnet_json_line_open (line, "motion");
    add_fields (line, &msnet_motion_table, motion, MSNET_META_JSON);
    msnet_json_line_close (line);
  }
  if (measured)
    add_fields (line, &msnet_result_table, result, MSNET_META_MEASURED);
  return msnet_json_line_finish (line);
}

gchar *
msnet_json_news_from_action (const GstStructure *structure)
{
  g_auto (MsnetAction) action = { 0 };
  GString *line;

  if (!msnet_action_read (&action, structure))
    return NULL;
  line = msnet_json_line_new (action.ended ? "action-end" : "action-begin");
  add_fields (
      line, action.ended ? &msnet_action_end_table : &msnet_action_begin_table, &action, MSNET_META_JSON);
  return msnet_json_line_finish (line);
}
