#include "device.h"

#include "private.h"

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

const MsnetDeviceInfo *
msnet_device_get_info (MsnetDevice *device)
{
  return &device->context->info;
}

/* Returns: TRUE if the caller is to search, FALSE if all is known, if need be once another thread is done */
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
  if (claim (device->context, &device->context->searches[ability]))
    msnet_device_set_ability (device, ability, try_out (device));
  return *get_answer (device->context, ability);
}

const gchar *
msnet_device_get_warning (MsnetDevice *device)
{
  return device->warning;
}
