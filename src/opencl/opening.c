/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "opening.h"

#include "base/attempt.h"
#include "private.h"

/* @candidates: (nullable): NULL while they are found */
typedef struct
{
  gint64 deadline;
  GPtrArray *candidates;
  guint index;
} Opening;

static Opening *
opening_new (gint64 patience)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->deadline = g_get_monotonic_time () + patience;
  return opening;
}

static void
opening_free (Opening *opening)
{
  g_clear_pointer (&opening->candidates, g_ptr_array_unref);
  g_free (opening);
}

static gpointer
find (gpointer data, GError **error)
{
  return msnet_candidates_find ();
}

static gboolean
finding_has_hung (gpointer data, GError **error)
{
  const Opening *opening = data;

  if (g_get_monotonic_time () < opening->deadline)
    return FALSE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
      "an OpenCL driver hangs: clGetPlatformIDs and clGetDeviceIDs have not returned for %g s; set "
      "OCL_ICD_VENDORS to the file of a driver that works, such as /etc/OpenCL/vendors/pocl.icd",
      msnet_device_patience.list / (gdouble)G_USEC_PER_SEC);
  return TRUE;
}

GPtrArray *
msnet_opening_find (GError **error)
{
  static const MsnetAttempt attempt = {
    .name = "msnet-find",
    .run = find,
    .has_hung = finding_has_hung,
    .free_result = (GDestroyNotify)g_ptr_array_unref,
    .free_data = (GDestroyNotify)opening_free,
  };

  return msnet_attempt_run (&attempt, opening_new (msnet_device_patience.list), error);
}

static const MsnetCandidate *
get_candidate (const Opening *opening)
{
  return opening->candidates->pdata[opening->index];
}

static gpointer
open_candidate (gpointer opening, GError **error)
{
  return msnet_device_new (get_candidate (opening)->id, error);
}

static gboolean
opening_has_hung (gpointer data, GError **error)
{
  const Opening *opening = data;
  const MsnetCandidate *candidate = get_candidate (opening);
  g_autofree gchar *advice = NULL;

  if (g_get_monotonic_time () < opening->deadline)
    return FALSE;
  advice = msnet_candidates_advise (opening->candidates, candidate->id);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
      "%s hangs: clCreateContext and clCreateCommandQueue have not returned for %g s; %s", candidate->name,
      msnet_device_patience.open / (gdouble)G_USEC_PER_SEC, advice);
  msnet_context_forget (candidate->id, NULL);
  return TRUE;
}

MsnetDevice *
msnet_opening_open (GPtrArray *candidates, guint index, GError **error)
{
  static const MsnetAttempt attempt = {
    .name = "msnet-open",
    .run = open_candidate,
    .has_hung = opening_has_hung,
    .free_result = (GDestroyNotify)msnet_device_unref,
    .free_data = (GDestroyNotify)opening_free,
  };
  Opening *opening = opening_new (msnet_device_patience.open);

  opening->candidates = g_ptr_array_ref (candidates);
  opening->index = index;
  return msnet_attempt_run (&attempt, opening, error);
}
