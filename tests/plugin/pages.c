/* Keeps the tables of docs/metadata.md, docs/properties.md and the elements' documentation equal to what the plugin
 * says of itself:
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

  if (!g_file_get_contents (file, &page, NULL, NULL) || !(start = strstr (page, before))
      || !(end = strstr (start, after))) {
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
  for (guint i = 0; words[i]; i++) {
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
            field->unit ? ", " : "", field->unit ? field->unit : "", field->doc);
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
        msnet_fields_get_type_name (field), field->unit ? field->unit : "", describe_json (field),
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
  put (pages, "plugin/msnet/msnet.c", name, " * ", list);
}

int
main (int argc, char **argv)
{
  Pages pages = { .root = argv[argc - 1], .write = argc == 3 && g_str_equal (argv[1], "--write") };

  if (argc != 2 + pages.write) {
    g_printerr ("usage: pages [--write] ROOT\n");
    return 2;
  }
  put_fields (&pages, "result", &msnet_result_table);
  put_fields (&pages, "message", &msnet_message_table);
  put_fields (&pages, "motion", &msnet_motion_table);
  put_fields (&pages, "action", &msnet_action_end_table);
  return pages.n_faults > 0;
}
