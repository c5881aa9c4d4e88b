#include "open.h"

#include "base/fork.h"
#include "candidate.h"
#include "drivers.h"
#include "private.h"
#include "self_test.h"

#define SELF_TEST_TIMEOUT (5 * G_USEC_PER_SEC)
#define INSTALL_HINT                                                                                         \
  "install the OpenCL driver of your GPU, or PoCL for the CPU: apt-get install pocl-opencl-icd"

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
