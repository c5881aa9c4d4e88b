#include "source.h"

#include <gio/gio.h>

#include "msnet-kernels.h"

#define FOLDER "/msnet/kernels/"

/* Adds the text of a file, or of all files of a folder and of those below it; @name: below kernels/; of folders with a
 * slash at its end */
static gboolean
append (GString *text, const gchar *name, GError **error)
{
  g_autofree gchar *path = g_strconcat (FOLDER, name, NULL);
  g_auto (GStrv) children = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (g_str_has_suffix (path, "/")) {
    children = g_resource_enumerate_children (
        msnet_kernels_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    for (guint i = 0; children != NULL && children[i] != NULL; i++) {
      g_autofree gchar *child = g_strconcat (name, children[i], NULL);

      if (!append (text, child, error))
        return FALSE;
    }
    return children != NULL;
  }
  bytes = g_resource_lookup_data (msnet_kernels_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (bytes == NULL)
    return FALSE;
  g_string_append_printf (text, "#line 1 \"%s\"\n", name);
  g_string_append_len (text, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return TRUE;
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
