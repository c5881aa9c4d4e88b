/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

/* Returns: (transfer full): what is not in the cache yet; nobody else will save it */
static GHashTable *
claim_unsaved (MsnetContext *context)
{
  GHashTable *unsaved;

  msnet_lock_take (&context->lock);
  unsaved = context->unsaved;
  context->unsaved = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  msnet_lock_give (&context->lock);
  return unsaved;
}

void
msnet_device_save_programs (MsnetDevice *device)
{
  g_autoptr (GHashTable) unsaved = claim_unsaved (device->context);
  GHashTableIter iter;
  gpointer program, key;

  g_hash_table_iter_init (&iter, unsaved);
  while (g_hash_table_iter_next (&iter, &program, &key)) {
    g_autoptr (GBytes) binary = get_binary (program);

    if (binary != NULL)
      msnet_cache_write (KIND, key, binary);
  }
}
