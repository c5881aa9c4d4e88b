/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device.h"

#include "private.h"

MsnetPatience msnet_device_patience = {
  .list = 30 * G_USEC_PER_SEC,
  .open = 30 * G_USEC_PER_SEC,
  .command = 30 * G_USEC_PER_SEC,
  .build = 5 * 60 * G_USEC_PER_SEC,
};

MsnetDevice *
msnet_device_new (cl_device_id id, GError **error)
{
  g_autoptr (MsnetDevice) device = g_new0 (MsnetDevice, 1);
  cl_int status = CL_SUCCESS;

  device->references = 1;
  msnet_lock_init (&device->pulse.lock);
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
  msnet_lock_clear (&device->pulse.lock);
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
  msnet_lock_take (&device->pulse.lock);
  device->pulse.n_signs++;
  msnet_lock_give (&device->pulse.lock);
}

void
msnet_device_begin_call (MsnetDevice *device, const gchar *function, const gchar *subject)
{
  MsnetPulse *pulse = &device->pulse;

  msnet_lock_take (&pulse->lock);
  pulse->n_signs++;
  pulse->function = function;
  g_strlcpy (pulse->subject, subject, sizeof pulse->subject);
  msnet_lock_give (&pulse->lock);
}

void
msnet_device_end_call (MsnetDevice *device)
{
  msnet_lock_take (&device->pulse.lock);
  device->pulse.n_signs++;
  device->pulse.function = NULL;
  msnet_lock_give (&device->pulse.lock);
}

/* With the lock held. */
static void
set_hung (const MsnetPulse *pulse, gint64 patience, GError **error)
{
  const gdouble seconds = patience / (gdouble)G_USEC_PER_SEC;

  if (pulse->function == NULL)
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
        "it hangs: no command was finished for %g s; the device is left behind", seconds);
  else
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
        "it hangs: %s of %s has not returned for %g s; the device is left behind", pulse->function,
        pulse->subject, seconds);
}

/* With the lock held. */
static gboolean
is_hung (const MsnetPulse *pulse, MsnetVigil *vigil, gint64 allowance, GError **error)
{
  const gint64 now = g_get_monotonic_time ();
  const gboolean is_building = pulse->function != NULL;
  const gint64 patience = is_building ? msnet_device_patience.build : msnet_device_patience.command;

  if (vigil->silent_since == 0 || vigil->n_signs != pulse->n_signs)
    *vigil = (MsnetVigil){ pulse->n_signs, now };
  if (now - vigil->silent_since < patience + (is_building ? 0 : allowance))
    return FALSE;
  set_hung (pulse, patience, error);
  return TRUE;
}

gboolean
msnet_device_has_hung (MsnetDevice *device, MsnetVigil *vigil, gint64 allowance, GError **error)
{
  gboolean has_hung;

  msnet_lock_take (&device->pulse.lock);
  has_hung = is_hung (&device->pulse, vigil, allowance, error);
  msnet_lock_give (&device->pulse.lock);
  if (has_hung)
    msnet_device_give_up (device);
  return has_hung;
}

const MsnetDeviceInfo *
msnet_device_get_info (MsnetDevice *device)
{
  return &device->context->info;
}

/* Waits as long as a build may take: the thread that searches may have to build a program.  With the lock of
 * the context held. */
static void
wait_for_search (MsnetDevice *device, const MsnetSearch *search)
{
  MsnetContext *context = device->context;

  if (*search != MSNET_SEARCH_RUNNING)
    return;
  msnet_device_begin_call (device, "another element's search", "instructions");
  while (*search == MSNET_SEARCH_RUNNING)
    msnet_signal_wait (&context->built, &context->lock);
  msnet_device_end_call (device);
}

/* Returns: TRUE if the caller is to search, FALSE if all is known, if need be once another thread is done */
static gboolean
claim (MsnetDevice *device, MsnetSearch *search)
{
  MsnetContext *context = device->context;
  gboolean claimed;

  msnet_lock_take (&context->lock);
  wait_for_search (device, search);
  claimed = *search == MSNET_SEARCH_OPEN;
  if (claimed)
    *search = MSNET_SEARCH_RUNNING;
  msnet_lock_give (&context->lock);
  return claimed;
}

static gboolean *
get_answer (MsnetContext *context, MsnetAbility ability)
{
  return ability == MSNET_ABILITY_AMX ? &context->info.has_amx : &context->info.has_bf16;
}

void
msnet_device_set_ability (MsnetDevice *device, MsnetAbility ability, gboolean is_there)
{
  MsnetContext *context = device->context;

  msnet_lock_take (&context->lock);
  *get_answer (context, ability) = is_there;
  context->searches[ability] = MSNET_SEARCH_DONE;
  msnet_signal_send (&context->built);
  msnet_lock_give (&context->lock);
}

gboolean
msnet_device_find_out (MsnetDevice *device, MsnetAbility ability, gboolean (*try_out) (MsnetDevice *device))
{
  if (claim (device, &device->context->searches[ability]))
    msnet_device_set_ability (device, ability, try_out (device));
  return *get_answer (device->context, ability);
}

const gchar *
msnet_device_get_warning (MsnetDevice *device)
{
  return device->warning;
}
