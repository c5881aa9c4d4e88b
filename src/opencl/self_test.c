/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "self_test.h"

#include "base/attempt.h"
#include "command_list.h"
#include "private.h"

#define N_VALUES 4096

typedef struct
{
  cl_device_id id;
  gint64 timeout;
  gint64 deadline;
} Trial;

static gboolean
check_values (MsnetBuffer *buffer, GError **error)
{
  g_autofree gfloat *values = g_new (gfloat, N_VALUES);

  if (!msnet_buffer_download (buffer, 0, values, N_VALUES * sizeof *values, error))
    return FALSE;
  for (guint i = 0; i < N_VALUES; i++) {
    if (values[i] == 2.0f * i + 1.0f)
      continue;
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
        "the self-test computed a wrong value: expected %g at %u, found %g", 2.0 * i + 1.0, i, values[i]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
compute (MsnetDevice *device, GError **error)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), error);

  if (buffer == NULL)
    return FALSE;
  return msnet_command_list_append (list,
             &(MsnetLaunch){ .file = "plain/self_test.cl",
                 .kernel = "self_test",
                 MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (N_VALUES)),
                 .global = { N_VALUES } },
             error)
         && msnet_command_list_run (list, error) && check_values (buffer, error);
}

static gpointer
run (gpointer data, GError **error)
{
  const Trial *trial = data;
  g_autoptr (MsnetDevice) device = msnet_device_new (trial->id, error);

  return device != NULL && compute (device, error) ? g_steal_pointer (&device) : NULL;
}

static gboolean
has_hung (gpointer data, GError **error)
{
  const Trial *trial = data;

  if (g_get_monotonic_time () < trial->deadline)
    return FALSE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE, "the self-test did not end within %.1f s",
      trial->timeout / (gdouble)G_USEC_PER_SEC);
  msnet_context_forget (trial->id, NULL);
  return TRUE;
}

MsnetDevice *
msnet_self_test_open (cl_device_id id, gint64 timeout, GError **error)
{
  static const MsnetAttempt attempt = {
    .name = "msnet-self-test",
    .run = run,
    .has_hung = has_hung,
    .free_result = (GDestroyNotify)msnet_device_unref,
    .free_data = g_free,
  };
  Trial *trial = g_new (Trial, 1);

  *trial = (Trial){ id, timeout, g_get_monotonic_time () + timeout };
  return msnet_attempt_run (&attempt, trial, error);
}
