/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers.h"

#include <errno.h>
#include <sys/statvfs.h>
#include <unistd.h>

gboolean
msnet_platform_is_pocl (const gchar *name)
{
  return g_str_equal (name, "Portable Computing Language");
}

/* What PoCL compiles lies elsewhere if it is not to be kept. */
static const gchar *
get_folder_name (void)
{
  const gchar *is_kept = g_getenv ("POCL_KERNEL_CACHE");

  return is_kept != NULL && *is_kept == '0' ? "uncached" : "kcache";
}

/* Returns: (transfer full): where PoCL writes what it compiles */
static gchar *
get_folder (void)
{
  const gchar *name = get_folder_name ();
  const gchar *folder = g_getenv ("POCL_CACHE_DIR");
  const gchar *caches = g_getenv ("XDG_CACHE_HOME");
  const gchar *home = g_getenv ("HOME");

  if (folder != NULL)
    return g_strdup (folder);
  if (caches != NULL && *caches != '\0')
    return g_build_filename (caches, "pocl", name, NULL);
  if (home != NULL)
    return g_build_filename (home, ".cache", "pocl", name, NULL);
  return g_build_filename ("/tmp/pocl", name, NULL);
}

/* Returns: (transfer full): @folder, or where it would be made: the nearest one above it that is there */
static gchar *
find_existing (const gchar *folder)
{
  gchar *existing = g_strdup (folder);

  while (access (existing, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
    gchar *parent = g_path_get_dirname (existing);
    gboolean is_top = g_str_equal (parent, existing);

    g_free (existing);
    existing = parent;
    if (is_top)
      break;
  }
  return existing;
}

static gboolean
is_noexec (const gchar *folder)
{
  struct statvfs status;

  return statvfs (folder, &status) == 0 && (status.f_flag & ST_NOEXEC) != 0;
}

gboolean
msnet_pocl_is_noexec (void)
{
  g_autofree gchar *folder = get_folder ();
  g_autofree gchar *existing = find_existing (folder);

  return is_noexec (existing);
}

/* To look makes nothing.
 * Returns: (nullable): NULL if @folder is as PoCL needs it, or can be made so */
static const gchar *
find_reason (const gchar *folder)
{
  g_autofree gchar *existing = find_existing (folder);

  if (access (existing, F_OK) != 0) /* one above it may not be searched */
    return g_strerror (errno);
  if (!g_file_test (existing, G_FILE_TEST_IS_DIR))
    return g_strerror (ENOTDIR);
  if (access (existing, W_OK | X_OK) != 0)
    return g_strerror (errno);
  return is_noexec (existing) ? "its file system is mounted noexec" : NULL;
}

static const gchar *
get_variable (const gchar *name)
{
  const gchar *value = g_getenv (name);

  return value != NULL ? value : "unset";
}

gchar *
msnet_pocl_find_fault (void)
{
  g_autofree gchar *folder = get_folder ();
  g_autofree gchar *text = NULL;
  const gchar *reason = find_reason (folder);

  if (reason == NULL)
    return NULL;
  text = g_strdup_printf (
      "PoCL cannot keep compiled kernels in %s: %s (POCL_CACHE_DIR: %s, XDG_CACHE_HOME: %s, HOME: %s); "
      "set POCL_CACHE_DIR to a folder that this user can write to and run programs from",
      folder, reason, get_variable ("POCL_CACHE_DIR"), get_variable ("XDG_CACHE_HOME"),
      get_variable ("HOME"));
  return g_utf8_make_valid (text, -1);
}
