/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "msnet\r\n"
#define VERSION 1
#define DIGEST_SIZE 32
#define LARGEST_CONTENT (256 * 1024 * 1024)

/* What a file begins with, in this machine's byte order: another one reads another version.
 * @name: of the file, filled up with zeros
 * @digest: SHA-256 of the content */
typedef struct
{
  gchar magic[8];
  guint64 version;
  guint64 size; /* bytes of content */
  gchar name[128];
  guint8 digest[DIGEST_SIZE];
} Header;

G_STATIC_ASSERT (sizeof (Header) == 184);

gchar *
msnet_cache_make_key (const gchar *const *parts)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  /* With its zero, a part cannot run on into the next. */
  for (; *parts != NULL; parts++)
    g_checksum_update (checksum, (const guchar *)*parts, (gssize)strlen (*parts) + 1);
  return g_strdup (g_checksum_get_string (checksum));
}

static gchar *
get_folder (void)
{
  const gchar *folder = g_getenv ("MSNET_CACHE_DIR");

  if (folder != NULL && *folder != '\0')
    return g_strdup (folder);
  return g_build_filename (g_get_user_cache_dir (), "msnet", NULL);
}

gchar *
msnet_cache_get_path (const gchar *kind, const gchar *key)
{
  g_autofree gchar *folder = get_folder ();
  g_autofree gchar *name = g_strjoin ("-", kind, key, NULL);

  return g_build_filename (folder, name, NULL);
}

/* A program is code: who could have put it there must be this user. */
static gboolean
is_private (gint descriptor, mode_t type, struct stat *status)
{
  return fstat (descriptor, status) == 0 && (status->st_mode & S_IFMT) == type && status->st_uid == geteuid ()
         && (status->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Returns: a descriptor, or -1 */
static gint
open_folder (gboolean create)
{
  g_autofree gchar *path = get_folder ();
  g_autofree gchar *shown = NULL;
  struct stat status;
  gint folder;

  if (create)
    g_mkdir_with_parents (path, 0700);
  folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || is_private (folder, S_IFDIR, &status))
    return folder;
  shown = g_filename_display_name (path);
  g_debug ("%s is not used: it is not this user's alone", shown);
  close (folder);
  return -1;
}

static Header
make_header (const gchar *name, gconstpointer content, gsize size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Header header = { .magic = MAGIC, .version = VERSION, .size = size };
  gsize length = DIGEST_SIZE;

  g_strlcpy (header.name, name, sizeof header.name);
  if (size > 0)
    g_checksum_update (checksum, content, (gssize)size);
  g_checksum_get_digest (checksum, header.digest, &length);
  return header;
}

/* Returns: (transfer full) (nullable): the content, all of it, as it was written.  Mapped: files are
 *     replaced, and never written to again. */
static GBytes *
read_content (gint file, const gchar *name)
{
  g_autoptr (GMappedFile) mapped = NULL;
  g_autoptr (GBytes) bytes = NULL;
  struct stat status;
  Header expected;
  gsize size;
  const guint8 *begin;

  if (!is_private (file, S_IFREG, &status) || status.st_size > (off_t)sizeof expected + LARGEST_CONTENT)
    return NULL;
  mapped = g_mapped_file_new_from_fd (file, FALSE, NULL);
  if (mapped == NULL)
    return NULL;
  bytes = g_mapped_file_get_bytes (mapped);
  begin = g_bytes_get_data (bytes, &size);
  if (size < sizeof expected)
    return NULL;
  size -= sizeof expected;
  expected = make_header (name, begin + sizeof expected, size);
  if (memcmp (begin, &expected, sizeof expected) != 0)
    return NULL;
  return g_bytes_new_from_bytes (bytes, sizeof expected, size);
}

GBytes *
msnet_cache_read (const gchar *kind, const gchar *key)
{
  g_autofree gchar *name = g_strjoin ("-", kind, key, NULL);
  gint folder = open_folder (FALSE);
  GBytes *content;
  gint file;

  if (folder < 0)
    return NULL;
  /* O_NONBLOCK: a FIFO of that name must not hang the caller. */
  file = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  close (folder);
  if (file < 0)
    return NULL;
  content = read_content (file, name);
  close (file);
  if (content == NULL)
    g_debug ("%s in the cache is not used: damaged, or not this user's alone", name);
  return content;
}

/* What stands in the way of a private file of that name: GLib may hand the permissions of the file that it
 * replaces on to the new one. */
static void
remove_other (gint folder, const gchar *name)
{
  struct stat status;

  if (fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0
      && (status.st_mode != (S_IFREG | 0600) || status.st_uid != geteuid ()))
    unlinkat (folder, name, 0);
}

gboolean
msnet_cache_write (const gchar *kind, const gchar *key, GBytes *content)
{
  g_autofree gchar *path = msnet_cache_get_path (kind, key);
  g_autofree gchar *name = g_path_get_basename (path);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  gsize size;
  gconstpointer bytes = g_bytes_get_data (content, &size);
  const Header header = make_header (name, bytes, size);
  gint folder;

  g_return_val_if_fail (strlen (name) < sizeof header.name, FALSE);

  folder = size <= LARGEST_CONTENT ? open_folder (TRUE) : -1;
  if (folder < 0)
    return FALSE;
  remove_other (folder, name);
  close (folder);
  g_byte_array_append (file, (const guint8 *)&header, sizeof header);
  g_byte_array_append (file, bytes, (guint)size);
  if (g_file_set_contents_full (
          path, (const gchar *)file->data, file->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    return TRUE;
  g_debug ("%s could not be written to the cache: %s", name, error->message);
  return FALSE;
}
