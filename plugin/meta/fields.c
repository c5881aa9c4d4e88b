/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fields.h"

#include <math.h>
#include <string.h>

#define MEMBER(type, data, field) G_STRUCT_MEMBER (type, data, (field)->offset)
#define COUNT(data, field) G_STRUCT_MEMBER (guint, data, (field)->n)

/* Metadata may be of anybody, and arrays hold any bytes. */
static gboolean
is_text (const gchar *string)
{
  return string != NULL && g_utf8_validate (string, -1, NULL);
}

static gboolean
is_number (gdouble value)
{
  return isfinite (value) && fabs (value) <= MSNET_META_LARGEST;
}

static void
write_boolean (GValue *value, const MsnetMetaField *field, gconstpointer data)
{
  g_value_init (value, G_TYPE_BOOLEAN);
  g_value_set_boolean (value, MEMBER (gboolean, data, field));
}

static gboolean
read_boolean (const GValue *value, const MsnetMetaField *field, gpointer data)
{
  if (!G_VALUE_HOLDS_BOOLEAN (value))
    return FALSE;
  MEMBER (gboolean, data, field) = g_value_get_boolean (value);
  return TRUE;
}

static void
write_int (GValue *value, const MsnetMetaField *field, gconstpointer data)
{
  g_value_init (value, G_TYPE_INT);
  g_value_set_int (value, MEMBER (gint, data, field));
}

static gboolean
read_int (const GValue *value, const MsnetMetaField *field, gpointer data)
{
  if (!G_VALUE_HOLDS_INT (value))
    return FALSE;
  MEMBER (gint, data, field) = g_value_get_int (value);
  return TRUE;
}

static void
write_uint64 (GValue *value, const MsnetMetaField *field, gconstpointer data)
{
  g_value_init (value, G_TYPE_UINT64);
  g_value_set_uint64 (value, MEMBER (guint64, data, field));
}

static gboolean
read_uint64 (const GValue *value, const MsnetMetaField *field, gpointer data)
{
  if (!G_VALUE_HOLDS_UINT64 (value))
    return FALSE;
  MEMBER (guint64, data, field) = g_value_get_uint64 (value);
  return TRUE;
}

static void
write_double (GValue *value, const MsnetMetaField *field, gconstpointer data)
{
  g_value_init (value, G_TYPE_DOUBLE);
  g_value_set_double (value, MEMBER (gdouble, data, field));
}

static gboolean
get_number (const GValue *value, gdouble *number)
{
  if (!G_VALUE_HOLDS_DOUBLE (value))
    return FALSE;
  *number = g_value_get_double (value);
  return is_number (*number);
}

static gboolean
read_double (const GValue *value, const MsnetMetaField *field, gpointer data)
{
  return get_number (value, &MEMBER (gdouble, data, field));
}

static void
write_string (GValue *value, const MsnetMetaField *field, gconstpointer data)
{
  g_value_init (value, G_TYPE_STRING);
  g_value_set_string (value, MEMBER (gchar *, data, field));
}

static gboolean
get_text (const GValue *value, gchar **text)
{
  if (!G_VALUE_HOLDS_STRING (value) || !is_text (g_value_get_string (value)))
    return FALSE;
  *text = g_value_dup_string (value);
  return TRUE;
}

static gboolean
read_string (const GValue *value, const MsnetMetaField *field, gpointer data)
{
  return get_text (value, &MEMBER (gchar *, data, field));
}

static void
clear_string (const MsnetMetaField *field, gpointer data)
{
  g_free (MEMBER (gchar *, data, field));
}

static void
write_strings (GValue *value, const MsnetMetaField *field, gconstpointer data)
{
  gchar **strings = MEMBER (gchar **, data, field);

  gst_value_array_init (value, COUNT (data, field));
  for (guint i = 0; i < COUNT (data, field); i++) {
    GValue item = G_VALUE_INIT;
    g_value_init (&item, G_TYPE_STRING);
    g_value_set_string (&item, strings[i]);
    gst_value_array_append_and_take_value (value, &item);
  }
}

static gboolean
read_strings (const GValue *value, const MsnetMetaField *field, gpointer data)
{
  guint n = GST_VALUE_HOLDS_ARRAY (value) ? gst_value_array_get_size (value) : 0;
  gchar **strings = g_new0 (gchar *, n + 1);

  MEMBER (gchar **, data, field) = strings;
  COUNT (data, field) = n;
  for (guint i = 0; i < n; i++)
    if (!get_text (gst_value_array_get_value (value, i), &strings[i]))
      return FALSE;
  return GST_VALUE_HOLDS_ARRAY (value);
}

static void
clear_strings (const MsnetMetaField *field, gpointer data)
{
  g_strfreev (MEMBER (gchar **, data, field));
}

static void
write_numbers (GValue *value, const gdouble *numbers, guint n)
{
  gst_value_array_init (value, n);
  for (guint i = 0; i < n; i++) {
    GValue item = G_VALUE_INIT;
    g_value_init (&item, G_TYPE_DOUBLE);
    g_value_set_double (&item, numbers[i]);
    gst_value_array_append_and_take_value (value, &item);
  }
}

static gboolean
read_numbers (const GValue *value, gdouble *numbers, guint n)
{
  if (!GST_VALUE_HOLDS_ARRAY (value) || gst_value_array_get_size (value) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!get_number (gst_value_array_get_value (value, i), &numbers[i]))
      return FALSE;
  return TRUE;
}

static void
write_doubles (GValue *value, const MsnetMetaField *field, gconstpointer data)
{
  write_numbers (value, MEMBER (gdouble *, data, field), COUNT (data, field));
}

static gboolean
read_doubles (const GValue *value, const MsnetMetaField *field, gpointer data)
{
  gdouble *numbers = g_new0 (gdouble, COUNT (data, field) + 1);

  MEMBER (gdouble *, data, field) = numbers;
  return read_numbers (value, numbers, COUNT (data, field));
}

static void
clear_doubles (const MsnetMetaField *field, gpointer data)
{
  g_free (MEMBER (gdouble *, data, field));
}

static void
write_vector (GValue *value, const MsnetMetaField *field, gconstpointer data)
{
  write_numbers (value, &MEMBER (gdouble, data, field), field->n);
}

static gboolean
read_vector (const GValue *value, const MsnetMetaField *field, gpointer data)
{
  return read_numbers (value, &MEMBER (gdouble, data, field), field->n);
}

static void
write_bytes (GValue *value, const MsnetMetaField *field, gconstpointer data)
{
  g_value_init (value, G_TYPE_BYTES);
  g_value_set_boxed (value, MEMBER (GBytes *, data, field));
}

static gboolean
read_bytes (const GValue *value, const MsnetMetaField *field, gpointer data)
{
  if (!G_VALUE_HOLDS (value, G_TYPE_BYTES))
    return FALSE;
  MEMBER (GBytes *, data, field) = g_value_dup_boxed (value);
  return TRUE;
}

static void
clear_bytes (const MsnetMetaField *field, gpointer data)
{
  g_clear_pointer (&MEMBER (GBytes *, data, field), g_bytes_unref);
}

/* @write initialises its value.  @clear: NULL: the type owns nothing */
static const struct
{
  const gchar *name;
  void (*write) (GValue *value, const MsnetMetaField *field, gconstpointer data);
  gboolean (*read) (const GValue *value, const MsnetMetaField *field, gpointer data);
  void (*clear) (const MsnetMetaField *field, gpointer data);
} types[] = {
  [MSNET_META_BOOLEAN] = { "gboolean", write_boolean, read_boolean, NULL },
  [MSNET_META_INT] = { "gint", write_int, read_int, NULL },
  [MSNET_META_UINT64] = { "guint64", write_uint64, read_uint64, NULL },
  [MSNET_META_TIME] = { "GstClockTime", write_uint64, read_uint64, NULL },
  [MSNET_META_WALL] = { "guint64", write_uint64, read_uint64, NULL },
  [MSNET_META_DOUBLE] = { "gdouble", write_double, read_double, NULL },
  [MSNET_META_STRING] = { "gchararray", write_string, read_string, clear_string },
  [MSNET_META_STRINGS] = { "GstValueArray of gchararray", write_strings, read_strings, clear_strings },
  [MSNET_META_DOUBLES] = { "GstValueArray of gdouble", write_doubles, read_doubles, clear_doubles },
  [MSNET_META_VECTOR] = { "GstValueArray of gdouble", write_vector, read_vector, NULL },
  [MSNET_META_BYTES] = { "GBytes", write_bytes, read_bytes, clear_bytes },
};

gboolean
msnet_fields_has (const MsnetMetaField *field, gconstpointer data)
{
  return !(field->flags & MSNET_META_OPTIONAL)
         || GST_CLOCK_TIME_IS_VALID (MEMBER (GstClockTime, data, field));
}

void
msnet_fields_write (const MsnetMetaTable *table, gconstpointer data, GstStructure *structure)
{
  for (guint i = 0; i < table->n_fields; i++) {
    const MsnetMetaField *field = &table->fields[i];
    GValue value = G_VALUE_INIT;
    if (!msnet_fields_has (field, data))
      continue;
    types[field->type].write (&value, field, data);
    gst_structure_take_value (structure, field->name, &value);
  }
}

static gboolean
read_field (const MsnetMetaField *field, gpointer data, const GstStructure *structure)
{
  const GValue *value = gst_structure_get_value (structure, field->name);

  if (value != NULL && types[field->type].read (value, field, data))
    return TRUE;
  if (!(field->flags & MSNET_META_OPTIONAL))
    return FALSE;
  MEMBER (GstClockTime, data, field) = GST_CLOCK_TIME_NONE;
  return TRUE;
}

gboolean
msnet_fields_read (const MsnetMetaTable *table, gpointer data, const GstStructure *structure)
{
  memset (data, 0, table->size);
  for (guint i = 0; i < table->n_fields; i++)
    if (!read_field (&table->fields[i], data, structure)) {
      msnet_fields_clear (table, data);
      return FALSE;
    }
  return TRUE;
}

void
msnet_fields_clear (const MsnetMetaTable *table, gpointer data)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (types[table->fields[i].type].clear != NULL)
      types[table->fields[i].type].clear (&table->fields[i], data);
  memset (data, 0, table->size);
}

const gchar *
msnet_fields_get_type_name (const MsnetMetaField *field)
{
  return types[field->type].name;
}
