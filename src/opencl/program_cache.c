#include "cache.h"
#include "private.h"

#define KIND "program"

gchar *
msnet_program_cache_make_key (MsnetContext *context, const gchar *source, const gchar *options)
{
  const gchar *parts[] = { source, options, context->info.identity, NULL };

  return msnet_cache_make_key (parts);
}

cl_program
msnet_program_cache_load (MsnetContext *context, const gchar *key, const gchar *options)
{
  g_autoptr (GBytes) binary = msnet_cache_read (KIND, key);
  cl_program program;
  const guint8 *bytes;
  cl_int status;
  gsize size;

  if (binary == NULL)
    return NULL;
  bytes = g_bytes_get_data (binary, &size);
  program = clCreateProgramWithBinary (context->context, 1, &context->id, &size, &bytes, NULL, &status);
  if (status != CL_SUCCESS)
    return NULL;
  if (clBuildProgram (program, 1, &context->id, options, NULL, NULL) == CL_SUCCESS)
    return program;
  clReleaseProgram (program);
  return NULL;
}

static GBytes *
get_binary (cl_program program)
{
  g_autoptr (GBytes) binary = NULL;
  guint8 *bytes;
  gsize size = 0;

  /* A driver without binaries says 0. */
  if (clGetProgramInfo (program, CL_PROGRAM_BINARY_SIZES, sizeof size, &size, NULL) != CL_SUCCESS
      || size == 0)
    return NULL;
  bytes = g_try_malloc (size);
  if (bytes == NULL)
    return NULL;
  binary = g_bytes_new_take (bytes, size);
  if (clGetProgramInfo (program, CL_PROGRAM_BINARIES, sizeof bytes, &bytes, NULL) != CL_SUCCESS)
    return NULL;
  return g_steal_pointer (&binary);
}

/* Returns: (transfer full) (nullable): the key of @program, whose binary the caller is to write */
static gchar *
claim (MsnetContext *context, gconstpointer program)
{
  MsnetUnsaved *unsaved;
  gchar *key = NULL;

  msnet_lock_take (&context->lock);
  unsaved = g_hash_table_lookup (context->unsaved, program);
  if (unsaved != NULL) {
    key = g_steal_pointer (&unsaved->key);
    g_hash_table_remove (context->unsaved, program);
  }
  msnet_lock_give (&context->lock);
  return key;
}

void
msnet_program_cache_save (gpointer program, gpointer context)
{
  g_autofree gchar *key = claim (context, program);
  g_autoptr (GBytes) binary = key != NULL ? get_binary (program) : NULL;

  if (binary != NULL)
    msnet_cache_write (KIND, key, binary);
}

void
msnet_context_save_program (MsnetContext *context, cl_program program, guint run)
{
  MsnetUnsaved *unsaved;
  gboolean is_second = FALSE;

  msnet_lock_take (&context->lock);
  unsaved = g_hash_table_lookup (context->unsaved, program);
  if (unsaved != NULL && unsaved->run == 0)
    unsaved->run = run;
  is_second = unsaved != NULL && unsaved->run != run;
  msnet_lock_give (&context->lock);
  if (is_second)
    g_thread_pool_push (context->saver, program, NULL);
}
