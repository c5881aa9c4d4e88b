/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Field tables: each row names a field of a GstStructure, says where its value lies in a C struct, and
 * documents it.  Writing, reading, JSON and docs/metadata.md follow from the rows.
 *
 * For plugin/meta, which holds the tables, and for those who translate fields.  Any thread. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What the member of the C struct is. */
typedef enum
{
  MSNET_META_BOOLEAN, /* gboolean */
  MSNET_META_INT,     /* gint */
  MSNET_META_UINT64,  /* guint64, a number or a count */
  MSNET_META_TIME,    /* GstClockTime */
  MSNET_META_WALL,    /* guint64, ns since the epoch in UTC */
  MSNET_META_DOUBLE,  /* gdouble, finite and at most MSNET_META_LARGEST */
  MSNET_META_STRING,  /* gchar *, UTF-8 */
  MSNET_META_STRINGS, /* gchar **, NULL-terminated; their number is the guint at offset @n */
  MSNET_META_DOUBLES, /* gdouble *, as many as the strings of the row before; @n as there */
  MSNET_META_VECTOR,  /* gdouble[@n] */
  MSNET_META_BYTES,   /* GBytes * */
} MsnetMetaType;

/* Far from what any video shows, and what text and drawings can still hold. */
#define MSNET_META_LARGEST 1e9

typedef enum
{
  MSNET_META_OPTIONAL
  = 1 << 0,                 /* a time; GST_CLOCK_TIME_NONE is not written, and read if there is no field */
  MSNET_META_JSON = 1 << 1, /* in lines of JSON */
  MSNET_META_MEASURED = 1 << 2, /* in lines of JSON if what differs from run to run is asked for */
} MsnetMetaFlags;

/* @unit: NULL: none; @doc: what the value means, without a full stop at the end */
typedef struct
{
  const gchar *name;
  MsnetMetaType type;
  gsize offset;
  gsize n;
  MsnetMetaFlags flags;
  const gchar *unit;
  const gchar *doc;
} MsnetMetaField;

/* @size: of the C struct */
typedef struct
{
  const MsnetMetaField *fields;
  guint n_fields;
  gsize size;
} MsnetMetaTable;

/* Sets all fields of @data, a struct of @table, in @structure, in the table's order. */
void msnet_fields_write (const MsnetMetaTable *table, gconstpointer data, GstStructure *structure);

/* Returns: FALSE if a field is missing or of another type, a number is not finite or too large, or a text is
 *     not UTF-8; @data is then all zero.  Release with msnet_fields_clear(). */
gboolean msnet_fields_read (const MsnetMetaTable *table, gpointer data, const GstStructure *structure);
void msnet_fields_clear (const MsnetMetaTable *table, gpointer data);

/* Returns: FALSE if @field is optional and @data has no value for it */
gboolean msnet_fields_has (const MsnetMetaField *field, gconstpointer data);

/* Returns: the type of @field's values as GStreamer's documentation writes it */
const gchar *msnet_fields_get_type_name (const MsnetMetaField *field);

G_END_DECLS
