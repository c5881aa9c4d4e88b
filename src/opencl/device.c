#include "candidate.h"
#include "drivers.h"
#include "base/fork.h"
#include "instructions.h"
#include "private.h"
#include "self_test.h"

#define SELF_TEST_TIMEOUT (5 * G_USEC_PER_SEC)
#define INSTALL_HINT                                                                                         \
  "install the OpenCL driver of your GPU, or PoCL for the CPU: apt-get install pocl-opencl-icd"

/* What a driver says, as text. */
static gchar *
make_text (gchar *said)
{
  return g_utf8_make_valid (g_strstrip (said), -1);
}

gchar *
msnet_device_query_string (cl_device_id id, cl_device_info property)
{
  gchar text[512] = "";

  clGetDeviceInfo (id, property, sizeof text - 1, text, NULL);
  return make_text (text);
}

gchar *
msnet_platform_query_string (cl_platform_id id, cl_platform_info property)
{
  gchar text[512] = "";

  clGetPlatformInfo (id, property, sizeof text - 1, text, NULL);
  return make_text (text);
}

MsnetDevice *
msnet_device_new (cl_device_id id, GError **error)
{
  g_autoptr (MsnetDevice) device = g_new0 (MsnetDevice, 1);
  cl_int status = CL_SUCCESS;

  device->references = 1;
  device->context = msnet_context_open (id, error);
  if (device->context == NULL)
    return NULL;
  device->queue = clCreateCommandQueue (device->context->context, id, 0, &status);
  if (!msnet_status_check (status, error, "clCreateCommandQueue on %s", device->context->info.name))
    return NULL;
  return g_steal_pointer (&device);
}

MsnetDevice *
msnet_device_ref (MsnetDevice *device)
{
  g_atomic_int_inc (&device->references);
  return device;
}

void
msnet_device_unref (MsnetDevice *device)
{
  if (device == NULL || !g_atomic_int_dec_and_test (&device->references))
    return;
  if (device->queue != NULL)
    clReleaseCommandQueue (device->queue);
  if (device->context != NULL)
    msnet_context_unref (device->context);
  g_free (device->warning);
  g_free (device);
}

void
msnet_device_give_up (MsnetDevice *device)
{
  msnet_context_forget (device->context->id, device->context);
}

void
msnet_device_set_watched (MsnetDevice *device, gboolean watched)
{
  g_atomic_int_set (&device->is_watched, watched);
}

void
msnet_device_give_sign (MsnetDevice *device)
{
  g_atomic_int_inc (&device->n_signs);
}

void
msnet_device_begin_build (MsnetDevice *device)
{
  g_atomic_int_inc (&device->n_builds);
}

void
msnet_device_end_build (MsnetDevice *device)
{
  msnet_device_give_sign (device);
  g_atomic_int_add (&device->n_builds, -1);
}

gboolean
msnet_device_is_silent (MsnetDevice *device, gint *signs)
{
  gboolean is_building = g_atomic_int_get (&device->n_builds) > 0;
  gint seen = *signs;

  *signs = g_atomic_int_get (&device->n_signs);
  return !is_building && *signs == seen;
}

/* The first device that fits, or NULL with what was found and what to do. */
static MsnetDevice *
open_first (GPtrArray *candidates, const gchar *selector, GError **error)
{
  g_autofree gchar *found = NULL;
  g_autofree gchar *missing = NULL;
  g_autofree gchar *asked = NULL;

  for (guint i = 0; i < candidates->len; i++) {
    const MsnetCandidate *candidate = candidates->pdata[i];
    if (msnet_candidate_fits (candidate, selector))
      return msnet_device_new (candidate->id, error);
  }
  found = msnet_candidates_describe (candidates);
  missing = msnet_drivers_explain ();
  asked = g_utf8_make_valid (selector, -1);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_NO_DEVICE,
      "no OpenCL device fits \"%s\" (expected auto, gpu, cpu, P:D or part of a name); found:\n%s\n%s%s"
      "Choose one of these, or " INSTALL_HINT,
      asked, found, missing, *missing != '\0' ? "\n" : "");
  return NULL;
}

static gchar *
make_warning (const gchar *name, const GError *reason)
{
  return g_strdup_printf ("GPU %s is not used: %s; device=cpu (or MSNET_DEVICE=cpu) starts without trying it",
      name, reason->message);
}

/* Returns: (transfer full) (nullable): the first GPU from the candidate @first on that passes its self-test
 * @warning: (inout): why another one is not used */
static MsnetDevice *
open_gpu (GPtrArray *candidates, guint first, gchar **warning)
{
  for (guint i = first; i < candidates->len; i++) {
    const MsnetCandidate *candidate = candidates->pdata[i];
    g_autoptr (GError) reason = NULL;
    MsnetDevice *device;

    if (!msnet_candidate_fits (candidate, "gpu"))
      continue;
    device = msnet_self_test_open (candidate->id, SELF_TEST_TIMEOUT, &reason);
    if (device != NULL) {
      device->next = i + 1;
      return device;
    }
    g_free (*warning);
    *warning = make_warning (candidate->name, reason);
  }
  return NULL;
}

/* What `auto` takes: a GPU, else a CPU, with what is to be said of those before it.
 * @warning: (transfer full) (nullable): is to be said already */
static MsnetDevice *
open_best (GPtrArray *candidates, guint first, gchar *warning, GError **error)
{
  MsnetDevice *device = open_gpu (candidates, first, &warning);

  if (device == NULL)
    device = open_first (candidates, "cpu", error);
  if (device != NULL)
    device->warning = g_steal_pointer (&warning);
  else if (warning != NULL)
    g_prefix_error (error, "%s; ", warning);
  g_free (warning);
  return device;
}

MsnetDevice *
msnet_device_open_next (MsnetDevice *failed, const GError *reason, GError **error)
{
  g_autoptr (GPtrArray) candidates = NULL;

  if (failed->next == 0) {
    g_propagate_error (error, g_error_copy (reason));
    return NULL;
  }
  candidates = msnet_candidates_find ();
  return open_best (candidates, failed->next, make_warning (failed->context->info.name, reason), error);
}

/* There is none at all: either no driver, or those that are there have a reason. */
static void
set_nothing_found (GError **error)
{
  g_autofree gchar *reasons = msnet_drivers_explain ();

  g_set_error (error, MSNET_ERROR, MSNET_ERROR_NO_DEVICE,
      "no OpenCL device: expected at least one platform with a device, found %s%s",
      *reasons != '\0' ? "none:\n" : "no platform; " INSTALL_HINT, reasons);
}

MsnetDevice *
msnet_device_open (const gchar *selector, GError **error)
{
  g_autoptr (GPtrArray) candidates = NULL;

  if (!msnet_fork_check (error))
    return NULL;
  candidates = msnet_candidates_find ();
  if (candidates->len == 0) {
    set_nothing_found (error);
    return NULL;
  }
  if (selector == NULL)
    selector = g_getenv ("MSNET_DEVICE");
  if (selector == NULL || *selector == '\0' || g_ascii_strcasecmp (selector, "auto") == 0)
    return open_best (candidates, 0, NULL, error);
  return open_first (candidates, selector, error);
}

const MsnetDeviceInfo *
msnet_device_get_info (MsnetDevice *device)
{
  return &device->context->info;
}

/* Returns: TRUE where the caller is to search, FALSE where all is known, if need be once another thread is done */
static gboolean
claim (MsnetContext *context, MsnetSearch *search)
{
  gboolean claimed;

  msnet_lock_take (&context->lock);
  while (*search == MSNET_SEARCH_RUNNING)
    msnet_signal_wait (&context->built, &context->lock);
  claimed = *search == MSNET_SEARCH_OPEN;
  if (claimed)
    *search = MSNET_SEARCH_RUNNING;
  msnet_lock_give (&context->lock);
  return claimed;
}

static void
publish (MsnetContext *context, MsnetSearch *search, gboolean *answer, gboolean found)
{
  msnet_lock_take (&context->lock);
  *answer = found;
  *search = MSNET_SEARCH_DONE;
  msnet_signal_send (&context->built);
  msnet_lock_give (&context->lock);
}

void
msnet_device_find_amx (MsnetDevice *device)
{
  MsnetContext *context = device->context;

  if (claim (context, &context->amx))
    publish (context, &context->amx, &context->info.has_amx, msnet_instructions_try_amx (device));
}

gboolean
msnet_device_find_instructions (MsnetDevice *device)
{
  MsnetContext *context = device->context;

  if (claim (context, &context->bf16))
    publish (context, &context->bf16, &context->info.has_bf16, msnet_instructions_try_bf16 (device));
  msnet_device_find_amx (device);
  return context->info.has_bf16 || context->info.has_amx;
}

gboolean
msnet_device_accept_amx (MsnetDevice *device)
{
  MsnetContext *context = device->context;

  msnet_device_find_amx (device);
  if (!context->info.has_amx)
    publish (context, &context->amx, &context->info.has_amx, msnet_instructions_is_amx_right (device));
  return context->info.has_amx;
}

const gchar *
msnet_device_get_warning (MsnetDevice *device)
{
  return device->warning;
}

void
msnet_device_get_usage (MsnetDevice *device, MsnetDeviceUsage *usage)
{
  MsnetContext *context = device->context;
  GHashTableIter constants;
  gpointer constant;

  *usage = (MsnetDeviceUsage){ .own_bytes = (gsize)g_atomic_pointer_get (&context->own_bytes) };
  msnet_lock_take (&context->lock);
  usage->n_programs = g_hash_table_size (context->programs);
  usage->n_constants = g_hash_table_size (context->constants);
  g_hash_table_iter_init (&constants, context->constants);
  while (g_hash_table_iter_next (&constants, NULL, &constant))
    usage->constant_bytes += msnet_buffer_get_size (constant);
  msnet_lock_give (&context->lock);
}

gchar *
msnet_device_list (void)
{
  g_autoptr (GPtrArray) candidates = msnet_candidates_find ();

  return msnet_candidates_describe (candidates);
}
