#include "source.h"

#include <gio/gio.h>

#include "msnet-kernels.h"

#define FOLDER "/msnet/kernels/"
#define INCLUDE "#include \""

/* Adds the text of a file, in which that of another takes the place of each line that includes it.  @name: below
 * kernels/ */
static gboolean
append_file (GString *text, const gchar *name, GError **error)
{
  g_autofree gchar *path = g_strconcat (FOLDER, name, NULL);
  g_autoptr (GBytes) bytes
      = g_resource_lookup_data (msnet_kernels_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_auto (GStrv) lines = NULL;

  if (bytes == NULL)
    return FALSE;
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1); /* a zero follows the bytes of a resource */
  g_string_append_printf (text, "#line 1 \"%s\"\n", name);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], "\"", -1);

    if (!g_str_has_prefix (lines[i], INCLUDE))
      g_string_append_printf (text, "%s\n", lines[i]);
    else if (append_file (text, words[1], error))
      g_string_append_printf (text, "#line %u \"%s\"\n", i + 2, name);
    else
      return FALSE;
  }
  return TRUE;
}

/* The same of all files of a folder and of those below it, where @name ends with a slash */
static gboolean
append (GString *text, const gchar *name, GError **error)
{
  g_autofree gchar *path = g_strconcat (FOLDER, name, NULL);
  g_auto (GStrv) children = NULL;

  if (!g_str_has_suffix (path, "/"))
    return append_file (text, name, error);
  children = g_resource_enumerate_children (
      msnet_kernels_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  for (guint i = 0; children != NULL && children[i] != NULL; i++) {
    g_autofree gchar *child = g_strconcat (name, children[i], NULL);

    if (!append (text, child, error))
      return FALSE;
  }
  return children != NULL;
}

gchar *
msnet_source_compose (const gchar *unit, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!append (text, "prelude.cl", error) || !append (text, unit, error))
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
msnet_source_make_digest (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append (text, "", NULL);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, text->len);
}
