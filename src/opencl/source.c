/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source.h"

#include "msnet-kernels.h"

#include <gio/gio.h>

#define FOLDER "/msnet/kernels/"
#define INCLUDE "#include \""
#define ONCE "#pragma once" /* here every file is there once, and compilers warn of it outside of a header */

/* A text that is put together.  @names: (element-type utf8): the files in it */
typedef struct
{
  GString *text;
  GHashTable *names;
} Source;

static gboolean append_file (Source *source, const gchar *name, GError **error);

/* @number: of the line in file @name */
static gboolean
append_line (Source *source, const gchar *line, const gchar *name, guint number, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, "\"", -1);

  if (!g_str_has_prefix (line, INCLUDE)) {
    g_string_append_printf (source->text, "%s\n", g_str_has_prefix (line, ONCE) ? "" : line);
    return TRUE;
  }
  if (!append_file (source, words[1], error))
    return FALSE;
  g_string_append_printf (source->text, "#line %u \"%s\"\n", number + 1, name);
  return TRUE;
}

/* Adds the text of a file, in which that of another takes the place of each line that includes it, unless it
 * is there already.  @name: below kernels/ */
static gboolean
append_file (Source *source, const gchar *name, GError **error)
{
  g_autofree gchar *path = g_strconcat (FOLDER, name, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_hash_table_add (source->names, g_strdup (name)))
    return TRUE;
  bytes = g_resource_lookup_data (msnet_kernels_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (bytes == NULL)
    return FALSE;
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1); /* a zero follows the bytes of a resource */
  g_string_append_printf (source->text, "#line 1 \"%s\"\n", name);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!append_line (source, lines[i], name, i + 1, error))
      return FALSE;
  return TRUE;
}

/* The same of all files of a folder and of those below it, if @name ends with a slash. */
static gboolean
append (Source *source, const gchar *name, GError **error)
{
  g_autofree gchar *path = g_strconcat (FOLDER, name, NULL);
  g_auto (GStrv) children = NULL;

  if (!g_str_has_suffix (path, "/"))
    return append_file (source, name, error);
  children = g_resource_enumerate_children (
      msnet_kernels_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  for (guint i = 0; children != NULL && children[i] != NULL; i++) {
    g_autofree gchar *child = g_strconcat (name, children[i], NULL);

    if (!append (source, child, error))
      return FALSE;
  }
  return children != NULL;
}

gchar *
msnet_source_compose (const gchar *unit, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Source source = { text, names };

  if (!append (&source, unit, error))
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
msnet_source_make_digest (void)
{
  g_autofree gchar *text = msnet_source_compose ("", NULL);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}
