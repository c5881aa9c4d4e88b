#include <errno.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "drivers.h"

gboolean
msnet_platform_is_pocl (const gchar *name)
{
  return g_str_equal (name, "Portable Computing Language");
}

/* Returns: (transfer full): where PoCL keeps what it compiles */
static gchar *
get_folder (void)
{
  const gchar *folder = g_getenv ("POCL_CACHE_DIR");
  const gchar *caches = g_getenv ("XDG_CACHE_HOME");
  const gchar *home = g_getenv ("HOME");

  if (folder != NULL)
    return g_strdup (folder);
  if (caches != NULL && *caches != '\0')
    return g_build_filename (caches, "pocl", "kcache", NULL);
  if (home != NULL)
    return g_build_filename (home, ".cache", "pocl", "kcache", NULL);
  return g_strdup ("/tmp/pocl/kcache");
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

  return is_noexec (folder);
}

/* Returns: (nullable): NULL where @folder, which PoCL would make too, is as it must be */
static const gchar *
find_reason (const gchar *folder)
{
  if (g_mkdir_with_parents (folder, 0700) != 0 || access (folder, W_OK | X_OK) != 0)
    return g_strerror (errno);
  return is_noexec (folder) ? "its file system is mounted noexec" : NULL;
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
  const gchar *reason = find_reason (folder);

  if (reason == NULL)
    return NULL;
  return g_strdup_printf (
      "PoCL cannot keep compiled kernels in %s: %s (POCL_CACHE_DIR: %s, XDG_CACHE_HOME: %s, HOME: %s); "
      "set POCL_CACHE_DIR to a folder that this user can write to and run programs from",
      folder, reason, get_variable ("POCL_CACHE_DIR"), get_variable ("XDG_CACHE_HOME"),
      get_variable ("HOME"));
}
