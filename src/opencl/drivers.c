/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers.h"

#include "private.h"

#include <dlfcn.h>

#define MOST_PLATFORMS 32
#define VENDORS "/etc/OpenCL/vendors"

static gchar *
explain_pocl (void)
{
  const gchar *devices = g_getenv ("POCL_DEVICES");
  gchar *fault = msnet_pocl_find_fault ();

  if (fault != NULL)
    return fault;
  if (devices != NULL)
    return g_strdup_printf ("POCL_DEVICES is \"%s\", which PoCL does not know; unset it", devices);
  return g_strdup ("POCL_DEBUG=err makes PoCL say why");
}

static gchar *
explain_emptiness (const gchar *platform)
{
  if (msnet_platform_is_pocl (platform))
    return explain_pocl ();
  return g_strdup (
      "its driver finds no hardware that this user may open; see that a container is given the device, "
      "and that the user is in the group of its files (ls -l /dev/dri)");
}

static void
explain_platform (GString *lines, guint index, cl_platform_id id)
{
  g_autofree gchar *name = msnet_platform_query_string (id, CL_PLATFORM_NAME);
  g_autofree gchar *reason = NULL;
  cl_uint n = 0;
  cl_int status = clGetDeviceIDs (id, CL_DEVICE_TYPE_ALL, 0, NULL, &n);

  if (status == CL_SUCCESS && n > 0)
    return;
  reason = explain_emptiness (name);
  g_string_append_printf (lines, "platform %u %s has no device (%s): %s\n", index, name,
      status == CL_SUCCESS ? "it lists none" : msnet_status_get_name (status), reason);
}

static void
explain_platforms (GString *lines)
{
  cl_platform_id ids[MOST_PLATFORMS];
  cl_uint n = 0;

  if (clGetPlatformIDs (MOST_PLATFORMS, ids, &n) != CL_SUCCESS)
    return;
  for (guint i = 0; i < MIN (n, MOST_PLATFORMS); i++)
    explain_platform (lines, i, ids[i]);
}

/* @path: a file that names the library of a driver */
static void
explain_driver (GString *lines, const gchar *path)
{
  g_autofree gchar *library = NULL;
  gpointer loaded;

  if (!g_file_get_contents (path, &library, NULL, NULL))
    return;
  loaded = dlopen (g_strstrip (library), RTLD_LAZY | RTLD_LOCAL);
  if (loaded != NULL)
    dlclose (loaded);
  else
    g_string_append_printf (lines,
        "driver %s cannot be loaded: %s; install the package of that library (into the container, too), or "
        "remove the file\n",
        path, dlerror ());
}

static void
explain_folder (GString *lines, const gchar *folder)
{
  GDir *files = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (files != NULL && (name = g_dir_read_name (files)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    if (g_str_has_suffix (name, ".icd"))
      explain_driver (lines, path);
  }
  g_clear_pointer (&files, g_dir_close);
}

/* Returns: (nullable): what the loader goes by instead of VENDORS: a folder, or a file */
static const gchar *
find_variable (const gchar **value)
{
  static const gchar *const names[] = { "OCL_ICD_VENDORS", "OPENCL_VENDOR_PATH" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    *value = g_getenv (names[i]);
    if (*value != NULL && **value != '\0' && !g_str_equal (*value, VENDORS))
      return names[i];
  }
  return NULL;
}

static void
explain_drivers (GString *lines)
{
  const gchar *value = NULL;
  const gchar *variable = find_variable (&value);

  if (variable == NULL)
    explain_folder (lines, VENDORS);
  else if (g_file_test (value, G_FILE_TEST_IS_DIR))
    explain_folder (lines, value);
  else if (g_str_has_suffix (value, ".icd"))
    explain_driver (lines, value);
  if (variable != NULL)
    g_string_append_printf (lines,
        "%s is \"%s\", and only the drivers of that folder or file are used; unset it to use those "
        "of " VENDORS "\n",
        variable, value);
}

gchar *
msnet_drivers_explain (void)
{
  GString *lines = g_string_new (NULL);
  g_autofree gchar *text = NULL;

  explain_platforms (lines);
  explain_drivers (lines);
  text = g_strchomp (g_string_free (lines, FALSE));
  return g_utf8_make_valid (text, -1);
}
