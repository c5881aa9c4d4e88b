#include "source.h"

#include <gio/gio.h>

#include "msnet-kernels.h"

#define FOLDER "/msnet/kernels/"

gchar *
msnet_source_read (const gchar *file, GError **error)
{
  g_autofree gchar *path = g_strconcat (FOLDER, file, NULL);
  g_autoptr (GBytes) bytes
      = g_resource_lookup_data (msnet_kernels_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  gsize size;
  const gchar *data;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  return g_strndup (data, size);
}

/* @name: below kernels/; of folders with a slash at its end */
static void
digest (GChecksum *checksum, const gchar *name)
{
  g_autofree gchar *path = g_strconcat (FOLDER, name, NULL);
  g_auto (GStrv) children = g_resource_enumerate_children (
      msnet_kernels_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree gchar *text = children == NULL ? msnet_source_read (name, NULL) : NULL;

  if (text != NULL)
    g_checksum_update (checksum, (const guchar *)text, -1);
  for (guint i = 0; children != NULL && children[i] != NULL; i++) {
    g_autofree gchar *child = g_strconcat (name, children[i], NULL);

    digest (checksum, child);
  }
}

gchar *
msnet_source_make_digest (void)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  digest (checksum, "");
  return g_strdup (g_checksum_get_string (checksum));
}
