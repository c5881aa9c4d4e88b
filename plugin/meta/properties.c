/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "properties.h"

/* The key under which a GParamSpec keeps its MsnetProperty. */
static GQuark
get_key (void)
{
  return g_quark_from_static_string ("msnet-property");
}

static const MsnetProperty *
find (GParamSpec *spec)
{
  return g_param_spec_get_qdata (spec, get_key ());
}

guint
msnet_properties_install (GObjectClass *klass, guint first, const MsnetProperty *properties, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_param_spec_set_qdata_full (
        properties[i].spec, get_key (), g_memdup2 (&properties[i], sizeof properties[i]), g_free);
    g_object_class_install_property (klass, first + i, properties[i].spec);
  }
  return first + n;
}

static void
store_string (gchar **string, const GValue *value, MsnetPropertyFlags flags)
{
  const gchar *given = g_value_get_string (value);

  g_free (*string);
  *string = given != NULL && flags & MSNET_PROPERTY_TEXT ? g_utf8_make_valid (given, -1) : g_strdup (given);
}

void
msnet_property_set (GParamSpec *spec, gpointer data, const GValue *value)
{
  const MsnetProperty *property = find (spec);
  gpointer place = G_STRUCT_MEMBER_P (data, property->offset);

  switch (G_TYPE_FUNDAMENTAL (spec->value_type)) {
  case G_TYPE_BOOLEAN:
    *(gboolean *)place = g_value_get_boolean (value);
    return;
  case G_TYPE_UINT:
    *(guint *)place = g_value_get_uint (value);
    return;
  case G_TYPE_INT64:
    *(gint64 *)place = g_value_get_int64 (value);
    return;
  case G_TYPE_UINT64:
    *(guint64 *)place = g_value_get_uint64 (value);
    return;
  case G_TYPE_DOUBLE:
    *(gdouble *)place = g_value_get_double (value);
    return;
  case G_TYPE_ENUM:
    *(gint *)place = g_value_get_enum (value);
    return;
  case G_TYPE_FLAGS:
    *(guint *)place = g_value_get_flags (value);
    return;
  case G_TYPE_STRING:
    return store_string (place, value, property->flags);
  }
  g_assert_not_reached ();
}

void
msnet_property_get (GParamSpec *spec, gconstpointer data, GValue *value)
{
  gconstpointer place = G_STRUCT_MEMBER_P (data, find (spec)->offset);

  switch (G_TYPE_FUNDAMENTAL (spec->value_type)) {
  case G_TYPE_BOOLEAN:
    return g_value_set_boolean (value, *(const gboolean *)place);
  case G_TYPE_UINT:
    return g_value_set_uint (value, *(const guint *)place);
  case G_TYPE_INT64:
    return g_value_set_int64 (value, *(const gint64 *)place);
  case G_TYPE_UINT64:
    return g_value_set_uint64 (value, *(const guint64 *)place);
  case G_TYPE_DOUBLE:
    return g_value_set_double (value, *(const gdouble *)place);
  case G_TYPE_ENUM:
    return g_value_set_enum (value, *(const gint *)place);
  case G_TYPE_FLAGS:
    return g_value_set_flags (value, *(const guint *)place);
  case G_TYPE_STRING:
    return g_value_set_string (value, *(gchar *const *)place);
  }
  g_assert_not_reached ();
}

static gboolean
is_stored (GParamSpec *spec)
{
  return find (spec) != NULL && find (spec)->offset != MSNET_PROPERTY_COMPUTED;
}

void
msnet_properties_init (GObjectClass *klass, gpointer data)
{
  guint n;
  g_autofree GParamSpec **specs = g_object_class_list_properties (klass, &n);

  for (guint i = 0; i < n; i++)
    if (is_stored (specs[i]))
      msnet_property_set (specs[i], data, g_param_spec_get_default_value (specs[i]));
}

gboolean
msnet_property_has (GParamSpec *spec, MsnetPropertyFlags flag)
{
  return (find (spec)->flags & flag) != 0;
}
