#include "private.h"

#include <gio/gio.h>

#include "msnet-kernels.h"

#define FOLDER "/msnet/kernels/"

/* Returns: (transfer full): the text of kernels/@file as it is bundled with the library */
static gchar *
read_source (const gchar *file, GError **error)
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

/* The #line lets a build log name the file and the line in it. */
static gchar *
compose_source (const gchar *file, GError **error)
{
  g_autofree gchar *prelude = read_source ("prelude.cl", error);
  g_autofree gchar *body = prelude != NULL ? read_source (file, error) : NULL;

  if (body == NULL)
    return NULL;
  return g_strdup_printf ("#line 1 \"prelude.cl\"\n%s\n#line 1 \"%s\"\n%s", prelude, file, body);
}

static gchar *
read_build_log (MsnetContext *context, cl_program program)
{
  gsize size = 0;
  gchar *log;

  clGetProgramBuildInfo (program, context->id, CL_PROGRAM_BUILD_LOG, 0, NULL, &size);
  log = g_malloc0 (size + 1);
  clGetProgramBuildInfo (program, context->id, CL_PROGRAM_BUILD_LOG, size, log, NULL);
  return g_strstrip (log);
}

static cl_program
build_program (MsnetContext *context, const gchar *file, const gchar *options, GError **error)
{
  g_autofree gchar *source = compose_source (file, error);
  g_autofree gchar *all_options = g_strconcat ("-cl-std=CL1.2 ", options, NULL);
  g_autofree gchar *log = NULL;
  const gchar *text = source;
  cl_program program;
  cl_int status;

  if (source == NULL)
    return NULL;
  program = clCreateProgramWithSource (context->context, 1, &text, NULL, &status);
  if (!msnet_status_check (status, error, "clCreateProgramWithSource of %s", file))
    return NULL;
  status = clBuildProgram (program, 1, &context->id, all_options, NULL, NULL);
  if (status == CL_SUCCESS)
    return program;
  log = read_build_log (context, program);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_BUILD, "kernel %s does not build on %s with \"%s\": %s\n%s",
      file, context->info.name, all_options, msnet_status_get_name (status), log);
  clReleaseProgram (program);
  return NULL;
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

/* @program: (nullable): who waited for it may try in turn */
static void
publish (MsnetContext *context, const gchar *key, cl_program program)
{
  msnet_lock_take (&context->lock);
  if (program != NULL)
    g_hash_table_insert (context->programs, g_strdup (key), program);
  else
    g_hash_table_remove (context->programs, key);
  msnet_signal_send (&context->built);
  msnet_lock_give (&context->lock);
}

cl_program
msnet_context_get_program (MsnetContext *context, const gchar *file, const gchar *options, GError **error)
{
  g_autofree gchar *key = g_strjoin (" ", file, options, NULL);
  cl_program program;

  if (!claim (context, key, &program))
    return program;
  program = build_program (context, file, options, error);
  publish (context, key, program);
  return program;
}
