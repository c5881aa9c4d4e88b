#include "self_test.h"

#include "command_list.h"
#include "private.h"

#define N_VALUES 4096

/* Shared by the thread that tries and the one that waits; the last to leave frees it. */
typedef struct
{
  gint references; /* atomic */
  MsnetLock lock;
  MsnetSignal finished;
  gboolean is_finished;
  cl_device_id id;
  MsnetDevice *device;
  GError *error;
} Trial;

static void
trial_unref (Trial *trial)
{
  if (!g_atomic_int_dec_and_test (&trial->references))
    return;
  msnet_lock_clear (&trial->lock);
  msnet_signal_clear (&trial->finished);
  g_clear_pointer (&trial->device, msnet_device_unref);
  g_clear_error (&trial->error);
  g_free (trial);
}

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
run_trial (gpointer data)
{
  Trial *trial = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MsnetDevice) device = msnet_device_new (trial->id, &error);

  if (device != NULL && !compute (device, &error))
    g_clear_pointer (&device, msnet_device_unref);
  msnet_lock_take (&trial->lock);
  trial->device = g_steal_pointer (&device);
  trial->error = g_steal_pointer (&error);
  trial->is_finished = TRUE;
  msnet_signal_send (&trial->finished);
  msnet_lock_give (&trial->lock);
  trial_unref (trial);
  return NULL;
}

static gboolean
wait_until_finished (Trial *trial, gint64 timeout)
{
  gint64 deadline = g_get_monotonic_time () + timeout;

  while (!trial->is_finished)
    if (!msnet_signal_wait_until (&trial->finished, &trial->lock, deadline))
      return trial->is_finished;
  return TRUE;
}

MsnetDevice *
msnet_self_test_open (cl_device_id id, gint64 timeout, GError **error)
{
  Trial *trial = g_new0 (Trial, 1);
  MsnetDevice *device = NULL;

  trial->references = 2;
  msnet_lock_init (&trial->lock);
  msnet_signal_init (&trial->finished);
  trial->id = id;
  g_thread_unref (g_thread_new ("msnet-self-test", run_trial, trial));

  msnet_lock_take (&trial->lock);
  if (!wait_until_finished (trial, timeout)) {
    msnet_context_forget (id, NULL);
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE, "the self-test did not end within %.1f s",
        timeout / (gdouble)G_USEC_PER_SEC);
  } else if (trial->error != NULL)
    g_propagate_error (error, g_steal_pointer (&trial->error));
  else
    device = g_steal_pointer (&trial->device);
  msnet_lock_give (&trial->lock);
  trial_unref (trial);
  return device;
}
