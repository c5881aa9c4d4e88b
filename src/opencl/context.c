/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "context.h"

#include "drivers.h"
#include "private.h"

/* cl_device_id to MsnetContext; holds no reference.  Both under @contexts_lock, with all reference counts. */
static MsnetLock contexts_lock;
static GHashTable *contexts;

/* cl_device_id to what was found of its instructions, under the same lock. */
static GHashTable *instructions;

static void
unref_program (gpointer program)
{
  if (program != NULL)
    clReleaseProgram (program);
}

static void
context_free (MsnetContext *context)
{
  g_hash_table_unref (context->unsaved);
  g_hash_table_unref (context->programs);
  g_hash_table_unref (context->constants);
  msnet_slab_unref (context->slab);
  if (context->context != NULL)
    clReleaseContext (context->context);
  msnet_signal_clear (&context->built);
  msnet_lock_clear (&context->lock);
  msnet_device_info_clear (&context->info);
  g_free (context);
}

/* PoCL would abort, with the whole process. */
static gboolean
can_run_programs (const MsnetDeviceInfo *info, GError **error)
{
  g_autofree gchar *fault = NULL;

  if (!msnet_platform_is_pocl (info->platform) || !msnet_pocl_is_noexec ())
    return TRUE;
  fault = msnet_pocl_find_fault ();
  g_set_error_literal (error, MSNET_ERROR, MSNET_ERROR_DEVICE, fault);
  return FALSE;
}

static MsnetContext *
context_new (cl_device_id id, GError **error)
{
  g_autoptr (MsnetContext) context = g_new0 (MsnetContext, 1);
  cl_int status = CL_SUCCESS;

  context->references = 1;
  context->id = id;
  msnet_lock_init (&context->lock);
  msnet_signal_init (&context->built);
  context->programs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_program);
  context->unsaved = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  context->constants = g_hash_table_new (g_int64_hash, g_int64_equal);
  msnet_device_info_init (&context->info, id);
  if (!can_run_programs (&context->info, error))
    return NULL;
  context->context = clCreateContext (NULL, 1, &id, NULL, NULL, &status);
  if (!msnet_status_check (status, error, "clCreateContext on %s", context->info.name))
    return NULL;
  return g_steal_pointer (&context);
}

/* Two bits for what was found in one search. */
static guint
pack_search (MsnetSearch search, gboolean found)
{
  return search == MSNET_SEARCH_DONE ? 2 + (found != FALSE) : 0;
}

/* With the lock held. */
static guint
look_up_instructions (cl_device_id id)
{
  return instructions != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (instructions, id)) : 0;
}

/* The same device has the same instructions for as long as the process lives: trying some of them is a
 * matter of timing, and runs are to be equal.  What another context on it has found stays: this one may know
 * less.  With the lock held. */
static void
remember_instructions (const MsnetContext *context)
{
  const guint known = look_up_instructions (context->id);
  const guint bf16 = pack_search (context->searches[MSNET_ABILITY_BF16], context->info.has_bf16) << 2;
  const guint amx = pack_search (context->searches[MSNET_ABILITY_AMX], context->info.has_amx);
  const guint bits = (known & 8 ? known & 12 : bf16) | (known & 2 ? known & 3 : amx);

  if (bits == known)
    return;
  if (instructions == NULL)
    instructions = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (instructions, context->id, GUINT_TO_POINTER (bits));
}

/* With the lock held. */
static void
recall_instructions (MsnetContext *context)
{
  const guint bits = look_up_instructions (context->id);

  context->searches[MSNET_ABILITY_BF16] = bits & 8 ? MSNET_SEARCH_DONE : MSNET_SEARCH_OPEN;
  context->info.has_bf16 = (bits & 4) != 0;
  context->searches[MSNET_ABILITY_AMX] = bits & 2 ? MSNET_SEARCH_DONE : MSNET_SEARCH_OPEN;
  context->info.has_amx = (bits & 1) != 0;
}

/* Returns: (transfer full): the living context on @id; where there is none, @made, which lives from now on */
static MsnetContext *
find (cl_device_id id, MsnetContext *made)
{
  MsnetContext *context;

  msnet_lock_take (&contexts_lock);
  if (contexts == NULL)
    contexts = g_hash_table_new (NULL, NULL);
  context = g_hash_table_lookup (contexts, id);
  if (context == NULL && made != NULL) {
    context = made;
    recall_instructions (made);
    g_hash_table_insert (contexts, id, made);
  }
  if (context != NULL)
    context->references++;
  msnet_lock_give (&contexts_lock);
  return context;
}

MsnetContext *
msnet_context_open (cl_device_id id, GError **error)
{
  MsnetContext *context = find (id, NULL);
  g_autoptr (MsnetContext) made = NULL;

  if (context != NULL)
    return context;
  made = context_new (id, error);
  return made != NULL ? find (id, made) : NULL;
}

MsnetContext *
msnet_context_ref (MsnetContext *context)
{
  msnet_lock_take (&contexts_lock);
  context->references++;
  msnet_lock_give (&contexts_lock);
  return context;
}

/* With the lock held. */
static void
forget (cl_device_id id, const MsnetContext *context)
{
  const MsnetContext *found = contexts != NULL ? g_hash_table_lookup (contexts, id) : NULL;

  if (found != NULL && (context == NULL || context == found))
    g_hash_table_remove (contexts, id);
}

void
msnet_context_forget (cl_device_id id, const MsnetContext *context)
{
  msnet_lock_take (&contexts_lock);
  forget (id, context);
  msnet_lock_give (&contexts_lock);
}

void
msnet_context_unref (MsnetContext *context)
{
  gboolean last;

  msnet_lock_take (&contexts_lock);
  last = --context->references == 0;
  if (last) {
    remember_instructions (context);
    forget (context->id, context);
  }
  msnet_lock_give (&contexts_lock);
  if (last)
    context_free (context);
}
