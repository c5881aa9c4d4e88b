#include "context.h"

#include "drivers.h"
#include "private.h"

/* cl_device_id to MsnetContext; holds no reference.  Both under @contexts_lock, with all reference counts. */
static MsnetLock contexts_lock;
static GHashTable *contexts;

/* cl_device_id to what was found of its instructions, under the same lock. */
static GHashTable *instructions;

/* PoCL's platform version names its compiler; a virtual machine may hide vectors that the CPU's name promises. */
static gchar *
make_identity (const MsnetDeviceInfo *info, cl_platform_id platform)
{
  g_autofree gchar *version = msnet_platform_query_string (platform, CL_PLATFORM_VERSION);

  return g_strdup_printf (
      "%s\n%s\n%s\n%s\n%u", info->platform, version, info->name, info->version, info->vector_width);
}

static void
query_info (MsnetDeviceInfo *info, cl_device_id id)
{
  cl_platform_id platform = NULL;
  cl_device_type type = 0;
  cl_uint width = 1;
  cl_uint units = 1;
  cl_uint alignment_bits = 1024;
  size_t group_size = 1;

  clGetDeviceInfo (id, CL_DEVICE_PLATFORM, sizeof platform, &platform, NULL);
  clGetDeviceInfo (id, CL_DEVICE_TYPE, sizeof type, &type, NULL);
  clGetDeviceInfo (id, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, sizeof width, &width, NULL);
  clGetDeviceInfo (id, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL);
  clGetDeviceInfo (id, CL_DEVICE_MEM_BASE_ADDR_ALIGN, sizeof alignment_bits, &alignment_bits, NULL);
  clGetDeviceInfo (id, CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof group_size, &group_size, NULL);
  info->name = msnet_device_query_string (id, CL_DEVICE_NAME);
  info->platform = msnet_platform_query_string (platform, CL_PLATFORM_NAME);
  info->version = msnet_device_query_string (id, CL_DRIVER_VERSION);
  info->is_cpu = (type & CL_DEVICE_TYPE_CPU) != 0;
  info->vector_width = width;
  info->compute_units = units;
  info->alignment = MAX (alignment_bits / 8, sizeof (cl_float16));
  info->group_size = group_size;
  info->identity = make_identity (info, platform);
}

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
  g_free (context->info.name);
  g_free (context->info.platform);
  g_free (context->info.version);
  g_free (context->info.identity);
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
  query_info (&context->info, id);
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

/* The same device has the same instructions for as long as the process lives: trying some of them is a matter of timing, and
 * runs are to be equal.  With the lock held. */
static void
remember_instructions (const MsnetContext *context)
{
  const guint bits = pack_search (context->bf16, context->info.has_bf16) << 2
                     | pack_search (context->amx, context->info.has_amx);

  if (bits == 0)
    return;
  if (instructions == NULL)
    instructions = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (instructions, context->id, GUINT_TO_POINTER (bits));
}

/* With the lock held. */
static void
recall_instructions (MsnetContext *context)
{
  const gpointer found = instructions != NULL ? g_hash_table_lookup (instructions, context->id) : NULL;
  const guint bits = GPOINTER_TO_UINT (found);

  context->bf16 = bits & 8 ? MSNET_SEARCH_DONE : MSNET_SEARCH_OPEN;
  context->info.has_bf16 = (bits & 4) != 0;
  context->amx = bits & 2 ? MSNET_SEARCH_DONE : MSNET_SEARCH_OPEN;
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
