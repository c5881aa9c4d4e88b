#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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
  struct stat status;
  gint folder;

  if (create)
    g_mkdir_with_parents (path, 0700);
  folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || is_private (folder, S_IFDIR, &status))
    return folder;
  g_debug ("%s is not used: it is not this user's alone", path);
  close (folder);
  return -1;
}

static gboolean
read_all (gint file, gpointer target, gsize size)
{
  guint8 *bytes = target;

  while (size > 0) {
    gssize n = read (file, bytes, size);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    bytes += n;
    size -= (gsize)n;
  }
  return TRUE;
}

static gboolean
write_all (gint file, gconstpointer source, gsize size)
{
  const guint8 *bytes = source;

  while (size > 0) {
    gssize n = write (file, bytes, size);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    bytes += n;
    size -= (gsize)n;
  }
  return TRUE;
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

/* Returns: (transfer full) (nullable): the content, all of it, as it was written */
static GBytes *
read_content (gint file, const gchar *name)
{
  g_autofree guint8 *content = NULL;
  struct stat status;
  Header found, expected;

  if (!is_private (file, S_IFREG, &status) || !read_all (file, &found, sizeof found)
      || found.size > LARGEST_CONTENT || (guint64)status.st_size != sizeof found + found.size)
    return NULL;
  content = g_malloc (found.size + 1);
  if (!read_all (file, content, found.size))
    return NULL;
  expected = make_header (name, content, found.size);
  if (memcmp (&found, &expected, sizeof found) != 0)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&content), found.size);
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

static gboolean
write_file (gint folder, const gchar *name, const Header *header, GBytes *content)
{
  gsize size;
  gconstpointer bytes = g_bytes_get_data (content, &size);
  gint file = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean written;

  if (file < 0)
    return FALSE;
  written = write_all (file, header, sizeof *header) && write_all (file, bytes, size);
  return close (file) == 0 && written;
}

/* The temporary name holds the process and chance: neither alone tells containers and forked processes apart. */
static gboolean
replace_file (gint folder, const gchar *name, GBytes *content)
{
  g_autofree gchar *temporary = g_strdup_printf ("%s.%d-%08x", name, (gint)getpid (), g_random_int ());
  gsize size;
  gconstpointer bytes = g_bytes_get_data (content, &size);
  Header header = make_header (name, bytes, size);

  if (write_file (folder, temporary, &header, content) && renameat (folder, temporary, folder, name) == 0)
    return TRUE;
  unlinkat (folder, temporary, 0);
  return FALSE;
}

gboolean
msnet_cache_write (const gchar *kind, const gchar *key, GBytes *content)
{
  g_autofree gchar *name = g_strjoin ("-", kind, key, NULL);
  gboolean written;
  gint folder;

  g_return_val_if_fail (strlen (name) < sizeof ((Header *)NULL)->name, FALSE);

  folder = open_folder (TRUE);
  if (folder < 0)
    return FALSE;
  written = g_bytes_get_size (content) <= LARGEST_CONTENT && replace_file (folder, name, content);
  close (folder);
  if (!written)
    g_debug ("%s could not be written to the cache", name);
  return written;
}
