/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "open.h"

#include "base/fork.h"
#include "candidate.h"
#include "drivers.h"
#include "opening.h"
#include "private.h"
#include "self_test.h"

#define SELF_TEST_TIMEOUT (5 * G_USEC_PER_SEC)

/* The first device that fits, or NULL with what was found and what to do. */
static MsnetDevice *
open_first (GPtrArray *candidates, const gchar *selector, GError **error)
{
  g_autofree gchar *found = NULL;
  g_autofree gchar *missing = NULL;
  g_autofree gchar *asked = NULL;

  for (guint i = 0; i < candidates->len; i++) {
    if (msnet_candidate_fits (candidates->pdata[i], selector))
      return msnet_opening_open (candidates, i, error);
  }
  found = msnet_candidates_describe (candidates);
  missing = msnet_drivers_explain ();
  asked = g_utf8_make_valid (selector, -1);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_NO_DEVICE,
      "no OpenCL device fits \"%s\" (expected auto, gpu, cpu, P:D or part of a name); found:\n%s\n%s%s"
      "Choose one of these, or " MSNET_INSTALL_HINT,
      asked, found, missing, *missing != '\0' ? "\n" : "");
  return NULL;
}

static gchar *
refuse (const gchar *name, const GError *reason)
{
  return g_strdup_printf ("GPU %s is not used: %s", name, reason->message);
}

/* Returns: (transfer full) (nullable): the first GPU from the candidate @first on that passes its self-test
 * @refusal: (inout): why another one is not used */
static MsnetDevice *
open_gpu (GPtrArray *candidates, guint first, gchar **refusal)
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
    g_free (*refusal);
    *refusal = refuse (candidate->name, reason);
  }
  return NULL;
}

/* Takes a CPU, after GPUs that were refused for @refusal: (nullable). */
static MsnetDevice *
open_cpu (GPtrArray *candidates, const gchar *refusal, GError **error)
{
  MsnetDevice *device;

  if (refusal != NULL && !msnet_candidates_have (candidates, "cpu")) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_NO_DEVICE,
        "%s; there is no CPU device to use instead; " MSNET_INSTALL_HINT, refusal);
    return NULL;
  }
  device = open_first (candidates, "cpu", error);
  if (device == NULL && refusal != NULL)
    g_prefix_error (error, "%s; ", refusal);
  return device;
}

/* How to open @device, which `auto` took, at once. */
static gchar *
make_selector (GPtrArray *candidates, const MsnetDevice *device)
{
  return device->next == 0 ? g_strdup ("cpu")
                           : msnet_candidate_make_selector (candidates->pdata[device->next - 1]);
}

/* What `auto` takes: a GPU, else a CPU, with what is to be said of those before it.
 * @refusal: (transfer full) (nullable): is to be said already */
static MsnetDevice *
open_best (GPtrArray *candidates, guint first, gchar *refusal, GError **error)
{
  MsnetDevice *device = open_gpu (candidates, first, &refusal);

  if (device == NULL)
    device = open_cpu (candidates, refusal, error);
  if (device != NULL && refusal != NULL) {
    g_autofree gchar *selector = make_selector (candidates, device);

    device->warning = g_strdup_printf ("%s; device=%s starts without trying it", refusal, selector);
  }
  g_free (refusal);
  return device;
}

/* Of a device that was asked for. */
static void
set_failed (MsnetDevice *failed, GPtrArray *candidates, const GError *reason, GError **error)
{
  g_autofree gchar *advice = msnet_candidates_advise (candidates, failed->context->id);

  g_set_error (error, reason->domain, reason->code, "%s does not run the network (%s): %s",
      failed->context->info.name, advice, reason->message);
}

MsnetDevice *
msnet_device_open_next (MsnetDevice *failed, const GError *reason, GError **error)
{
  g_autoptr (GPtrArray) candidates = msnet_opening_find (error);

  if (candidates == NULL) {
    g_prefix_error (error, "%s does not run the network: %s; ", failed->context->info.name, reason->message);
    return NULL;
  }
  if (failed->next != 0)
    return open_best (candidates, failed->next, refuse (failed->context->info.name, reason), error);
  set_failed (failed, candidates, reason, error);
  return NULL;
}

/* There is none at all: either no driver, or those that are there have a reason. */
static void
set_nothing_found (GError **error)
{
  g_autofree gchar *reasons = msnet_drivers_explain ();

  g_set_error (error, MSNET_ERROR, MSNET_ERROR_NO_DEVICE,
      "no OpenCL device: expected at least one platform with a device, found %s%s",
      *reasons != '\0' ? "none:\n" : "no platform; " MSNET_INSTALL_HINT, reasons);
}

MsnetDevice *
msnet_device_open (const gchar *selector, GError **error)
{
  g_autoptr (GPtrArray) candidates = NULL;

  if (!msnet_fork_check (error))
    return NULL;
  candidates = msnet_opening_find (error);
  if (candidates == NULL)
    return NULL;
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
