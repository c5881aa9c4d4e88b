/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeps the tables of docs/metadata.md, docs/properties.md and the documentation of msnet equal to what the
 * plugin says of itself:
 *   pages ROOT            fails if a table differs
 *   pages --write ROOT    rewrites them
 * A table stands between the lines <!-- NAME --> and <!-- end of NAME -->. */
#include "meta/result_meta.h"

#include <string.h>

#define WIDTH 110

typedef struct
{
  const gchar *root;
  gboolean write;
  guint n_faults;
} Pages;

/* Replaces, or compares, what stands in the file @path under @name.  @prefix: of each line of the file */
static void
put (Pages *pages, const gchar *path, const gchar *name, const gchar *prefix, const gchar *table)
{
  g_autofree gchar *file = g_build_filename (pages->root, path, NULL);
  g_autofree gchar *before = g_strdup_printf ("%s<!-- %s -->\n", prefix, name);
  g_autofree gchar *after = g_strdup_printf ("%s<!-- end of %s -->\n", prefix, name);
  g_autofree gchar *page = NULL, *changed = NULL;
  gchar *start, *end;

  if (!g_file_get_contents (file, &page, NULL, NULL) || (start = strstr (page, before)) == NULL
      || (end = strstr (start, after)) == NULL) {
    g_printerr ("%s: expected a table between \"%s\" and \"%s\", found none; add these two lines\n", path,
        g_strchomp (before), g_strchomp (after));
    pages->n_faults++;
    return;
  }
  start += strlen (before);
  changed = g_strdup_printf ("%.*s%s%s", (gint)(start - page), page, table, end);
  if (g_str_equal (changed, page) || (pages->write && g_file_set_contents (file, changed, -1, NULL)))
    return;
  g_printerr ("%s: the table \"%s\" is not what the plugin says; rewrite it by: ninja -C build pages\n%s",
      path, name, table);
  pages->n_faults++;
}

/* One line of a list, which goes on under its text. */
static void
append_item (GString *list, const gchar *prefix, const gchar *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  gsize line = list->len;

  g_string_append_printf (list, "%s*", prefix);
  for (guint i = 0; words[i] != NULL; i++) {
    if (list->len - line + 1 + strlen (words[i]) > WIDTH) {
      line = list->len + 1;
      g_string_append_printf (list, "\n%s ", prefix);
    }
    g_string_append_printf (list, " %s", words[i]);
  }
  g_string_append_c (list, '\n');
}

/* Returns: (transfer full): a list for the documentation in a source file */
static gchar *
list_fields (const MsnetMetaTable *table)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < table->n_fields; i++) {
    const MsnetMetaField *field = &table->fields[i];
    g_autofree gchar *text
        = g_strdup_printf ("`%s` (#%s%s%s): %s", field->name, msnet_fields_get_type_name (field),
            field->unit != NULL ? ", " : "", field->unit != NULL ? field->unit : "", field->doc);
    append_item (list, " * ", text);
  }
  return g_string_free (list, FALSE);
}

static const gchar *
describe_json (const MsnetMetaField *field)
{
  if (field->flags & MSNET_META_JSON)
    return "yes";
  return field->flags & MSNET_META_MEASURED ? "measured" : "";
}

/* Returns: (transfer full): Markdown */
static gchar *
tabulate_fields (const MsnetMetaTable *table)
{
  GString *page = g_string_new ("| field | type | unit | JSON | meaning |\n|---|---|---|---|---|\n");

  for (guint i = 0; i < table->n_fields; i++) {
    const MsnetMetaField *field = &table->fields[i];
    g_string_append_printf (page, "| `%s` | %s | %s | %s | %s |\n", field->name,
        msnet_fields_get_type_name (field), field->unit != NULL ? field->unit : "", describe_json (field),
        field->doc);
  }
  return g_string_free (page, FALSE);
}

static void
put_fields (Pages *pages, const gchar *name, const MsnetMetaTable *table)
{
  g_autofree gchar *rows = tabulate_fields (table);
  g_autofree gchar *list = list_fields (table);

  put (pages, "docs/metadata.md", name, "", rows);
  put (pages, "plugin/msnet/msnet.h", name, " * ", list);
}

static void
append_values (GString *cell, const gchar *nick, const gchar *name)
{
  g_string_append_printf (cell, "%s`%s` (%s)", g_str_has_suffix (cell->str, ")") ? "; " : ": ", nick, name);
}

/* What a property of @type may be, if the type is the plugin's own. */
static void
append_choices (GString *cell, GType type)
{
  g_autoptr (GTypeClass) klass = G_TYPE_IS_CLASSED (type) ? g_type_class_ref (type) : NULL;

  if (!g_str_has_prefix (g_type_name (type), "Msnet"))
    return;
  for (guint i = 0; G_IS_ENUM_CLASS (klass) && i < G_ENUM_CLASS (klass)->n_values; i++)
    append_values (
        cell, G_ENUM_CLASS (klass)->values[i].value_nick, G_ENUM_CLASS (klass)->values[i].value_name);
  for (guint i = 0; G_IS_FLAGS_CLASS (klass) && i < G_FLAGS_CLASS (klass)->n_values; i++)
    append_values (
        cell, G_FLAGS_CLASS (klass)->values[i].value_nick, G_FLAGS_CLASS (klass)->values[i].value_name);
}

static const gchar *
describe_type (const GParamSpec *spec)
{
  if (!g_str_has_prefix (g_type_name (spec->value_type), "Msnet"))
    return g_type_name (spec->value_type);
  return G_IS_PARAM_SPEC_ENUM (spec) ? "enum" : "flags";
}

/* Returns: (transfer full): as gst-launch-1.0 takes them */
static gchar *
join_flags (GFlagsClass *klass, guint flags)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < klass->n_values; i++)
    if (flags & klass->values[i].value)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "+" : "", klass->values[i].value_nick);
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) */
static gchar *
describe_default (GParamSpec *spec)
{
  const GValue *value = g_param_spec_get_default_value (spec);

  if (!(spec->flags & G_PARAM_WRITABLE))
    return g_strdup ("");
  if (G_VALUE_HOLDS_STRING (value))
    return g_strdup (g_value_get_string (value) != NULL ? g_value_get_string (value) : "unset");
  if (G_VALUE_HOLDS_DOUBLE (value))
    return g_strdup_printf ("%g", g_value_get_double (value));
  if (G_VALUE_HOLDS_FLAGS (value))
    return join_flags (G_PARAM_SPEC_FLAGS (spec)->flags_class, g_value_get_flags (value));
  return gst_value_serialize (value);
}

static const gchar *
describe_changes (const GParamSpec *spec)
{
  if (!(spec->flags & G_PARAM_WRITABLE))
    return "read only";
  return spec->flags & GST_PARAM_MUTABLE_READY ? "in NULL and READY" : "at any time";
}

static void
append_property (GString *page, GParamSpec *spec)
{
  g_autofree gchar *value = describe_default (spec);

  g_string_append_printf (page, "| `%s` | %s | %s | %s | %s", spec->name, describe_type (spec), value,
      describe_changes (spec), g_param_spec_get_blurb (spec));
  append_choices (page, spec->value_type);
  g_string_append (page, " |\n");
}

static void
put_properties (Pages *pages, const gchar *name)
{
  GstElement *element = gst_element_factory_make (name, NULL);
  GString *page = g_string_new ("| property | type | default | changes | meaning |\n|---|---|---|---|---|\n");
  g_autofree GParamSpec **specs = NULL;
  guint n;

  if (element == NULL)
    g_error ("no element \"%s\": build the plugin, and set GST_PLUGIN_PATH_1_0 to its folder", name);
  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);
  for (guint i = 0; i < n; i++)
    if (specs[i]->owner_type == G_OBJECT_TYPE (element))
      append_property (page, specs[i]);
  put (pages, "docs/properties.md", name, "", page->str);
  g_string_free (page, TRUE);
  gst_object_unref (element);
}

int
main (int argc, char **argv)
{
  Pages pages = { .root = argv[argc - 1], .write = argc == 3 && g_str_equal (argv[1], "--write") };

  if (argc != 2 + pages.write) {
    g_printerr ("usage: pages [--write] ROOT\n");
    return 2;
  }
  gst_init (NULL, NULL);
  put_fields (&pages, "result", &msnet_result_table);
  put_fields (&pages, "message", &msnet_message_table);
  put_fields (&pages, "motion", &msnet_motion_table);
  put_fields (&pages, "activation", &msnet_activation_table);
  put_fields (&pages, "action", &msnet_action_end_table);
  put_properties (&pages, "msnet");
  put_properties (&pages, "msnetoverlay");
  put_properties (&pages, "msnetjson");
  return pages.n_faults > 0;
}
