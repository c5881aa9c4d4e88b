/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers.h"
#include "private.h"
#include "source.h"

/* PoCL takes a tenth of a second to build a program, however small: what lies in this folder is one. */
#define TOGETHER "cpu/small/"

/* Returns: the file or the folder that is built for @file */
static const gchar *
get_unit (const gchar *file)
{
  return g_str_has_prefix (file, TOGETHER) ? TOGETHER : file;
}

static gchar *
read_build_log (MsnetContext *context, cl_program program)
{
  g_autofree gchar *log = NULL;
  gsize size = 0;

  clGetProgramBuildInfo (program, context->id, CL_PROGRAM_BUILD_LOG, 0, NULL, &size);
  log = g_malloc0 (size + 1);
  clGetProgramBuildInfo (program, context->id, CL_PROGRAM_BUILD_LOG, size, log, NULL);
  return g_utf8_make_valid (g_strstrip (log), -1);
}

/* Returns: (transfer full): what may keep the driver from building anything at all, a line; "" where nothing
 *     does */
static gchar *
find_fault (MsnetContext *context)
{
  g_autofree gchar *fault = msnet_platform_is_pocl (context->info.platform) ? msnet_pocl_find_fault () : NULL;

  return fault != NULL ? g_strconcat (fault, "\n", NULL) : g_strdup ("");
}

static cl_program
build_source (
    MsnetContext *context, const gchar *unit, const gchar *source, const gchar *options, GError **error)
{
  g_autofree gchar *log = NULL;
  g_autofree gchar *fault = NULL;
  cl_program program;
  cl_int status;

  program = clCreateProgramWithSource (context->context, 1, &source, NULL, &status);
  if (!msnet_status_check (status, error, "clCreateProgramWithSource of %s", unit))
    return NULL;
  status = clBuildProgram (program, 1, &context->id, options, NULL, NULL);
  if (status == CL_SUCCESS)
    return program;
  log = read_build_log (context, program);
  fault = find_fault (context);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_BUILD, "kernel %s does not build on %s with \"%s\": %s\n%s%s",
      unit, context->info.name, options, msnet_status_get_name (status), fault, log);
  clReleaseProgram (program);
  return NULL;
}

/* For a binary PoCL compiles each kernel once more, whether it ever ran or not.  PoCL 6.0 aborts at the
 * inline assembly of this file; PoCL 3.1 does not. */
static gboolean
can_be_kept (const MsnetContext *context, const gchar *unit)
{
  return !g_str_equal (unit, "cpu/conv2d/amx.cl") || !msnet_platform_is_pocl (context->info.platform)
         || g_ascii_strtoull (context->info.version, NULL, 10) <= 3;
}

/* @unsaved: the key under which it is to be saved; NULL: it is already, or cannot be */
static cl_program
load_or_build (
    MsnetContext *context, const gchar *unit, const gchar *options, gchar **unsaved, GError **error)
{
  g_autofree gchar *source = msnet_source_compose (unit, error);
  g_autofree gchar *all_options = g_strconcat ("-cl-std=CL1.2 ", options, NULL);
  g_autofree gchar *key = NULL;
  cl_program program;

  if (source == NULL)
    return NULL;
  key = msnet_program_cache_make_key (context, source, all_options);
  program = msnet_program_cache_load (context, key, all_options);
  if (program != NULL)
    return program;
  if (can_be_kept (context, unit))
    *unsaved = g_steal_pointer (&key);
  return build_source (context, unit, source, all_options, error);
}

/* Returns: TRUE where the caller is to build it, and FALSE where @program was built, if need be by another
 * thread meanwhile */
static gboolean
claim (MsnetContext *context, const gchar *key, cl_program *program)
{
  gpointer found = NULL;
  gboolean claimed;

  msnet_lock_take (&context->lock);
  while (g_hash_table_lookup_extended (context->programs, key, NULL, &found) && found == NULL)
    msnet_signal_wait (&context->built, &context->lock);
  *program = found;
  claimed = found == NULL;
  if (claimed)
    g_hash_table_insert (context->programs, g_strdup (key), NULL);
  msnet_lock_give (&context->lock);
  return claimed;
}

/* @program: (nullable): who waited for it may try in turn
 * @unsaved: (transfer full): see load_or_build() */
static void
publish (MsnetContext *context, const gchar *key, cl_program program, gchar *unsaved)
{
  msnet_lock_take (&context->lock);
  if (program != NULL)
    g_hash_table_insert (context->programs, g_strdup (key), program);
  else
    g_hash_table_remove (context->programs, key);
  if (program != NULL && unsaved != NULL)
    g_hash_table_insert (context->unsaved, program, unsaved);
  else
    g_free (unsaved);
  msnet_signal_send (&context->built);
  msnet_lock_give (&context->lock);
}

cl_program
msnet_context_get_program (MsnetContext *context, const gchar *file, const gchar *options, GError **error)
{
  const gchar *unit = get_unit (file);
  g_autofree gchar *key = g_strconcat (unit, " ", options, NULL);
  gchar *unsaved = NULL;
  cl_program program;

  if (!claim (context, key, &program))
    return program;
  program = load_or_build (context, unit, options, &unsaved, error);
  publish (context, key, program, unsaved);
  return program;
}
