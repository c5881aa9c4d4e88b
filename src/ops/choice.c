/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "choice.h"

#include "machine/tuning.h"
#include "machine/width.h"
#include "plan.h"

/* Vectors of eight are right for any CPU: compilers split them where it has narrower ones.  Products of
 * bfloat16 have been timed by themselves. */
static gboolean
is_narrow_enough (const MsnetKernel *kernel, guint width)
{
  return kernel->is_bf16 || kernel->vector_width <= MAX (8, width);
}

static gboolean
is_worthwhile (const MsnetKernel *kernel, gconstpointer params)
{
  return kernel->is_worthwhile == NULL || kernel->is_worthwhile (kernel, params);
}

static gboolean
is_named (const MsnetKernel *kernel, gconstpointer params)
{
  return msnet_plan_names (kernel->name);
}

static gboolean
is_named_and_worthwhile (const MsnetKernel *kernel, gconstpointer params)
{
  return is_named (kernel, params) && is_worthwhile (kernel, params);
}

typedef gboolean (*AcceptFunc) (const MsnetKernel *kernel, gconstpointer params);

/* The first that can be used and @accept takes; NULL: none */
static const MsnetKernel *
find_first (const MsnetOperation *operation, const MsnetDeviceInfo *device, guint width, gconstpointer params,
    AcceptFunc accept)
{
  for (guint i = 0; i < operation->n_kernels; i++) {
    const MsnetKernel *kernel = &operation->kernels[i];

    if (is_narrow_enough (kernel, width) && msnet_kernel_may_use (kernel, device, params)
        && accept (kernel, params))
      return kernel;
  }
  return NULL;
}

const MsnetKernel *
msnet_operation_choose_by_rules (
    const MsnetOperation *operation, const MsnetDeviceInfo *device, guint width, gconstpointer params)
{
  const guint forced = msnet_plan_get_width ();
  const struct
  {
    guint width;
    AcceptFunc accept;
  } rules[] = {
    { forced > 0 ? forced : width, is_named_and_worthwhile }, { forced > 0 ? forced : width, is_named },
    { G_MAXUINT, is_named },                        /* a name may ask for vectors that the device splits */
    { forced > 0 ? forced : width, is_worthwhile }, /* of plain as well, the last */
  };
  const MsnetKernel *kernel = NULL;

  for (guint i = 0; kernel == NULL && i < G_N_ELEMENTS (rules); i++)
    kernel = find_first (operation, device, rules[i].width, params, rules[i].accept);
  return kernel;
}

/* What the tuner found, where it still can be used.  NULL: nothing */
static const MsnetKernel *
find_tuned (const MsnetOperation *operation, const MsnetDeviceInfo *device, gconstpointer params)
{
  g_autofree gchar *key = msnet_operation_make_key (operation, params);
  g_autofree gchar *name = key != NULL ? msnet_tuning_find (device, key) : NULL;

  for (guint i = 0; name != NULL && i < operation->n_kernels; i++)
    if (g_str_equal (operation->kernels[i].name, name)
        && msnet_kernel_may_use (&operation->kernels[i], device, params))
      return &operation->kernels[i];
  return NULL;
}

const MsnetKernel *
msnet_operation_choose (const MsnetOperation *operation, MsnetDevice *device, gconstpointer params)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  const MsnetKernel *tuned;

  if (!msnet_plan_is_free ())
    return msnet_operation_choose_by_rules (operation, info, info->vector_width, params);
  tuned = find_tuned (operation, info, params);
  return tuned != NULL ? tuned
                       : msnet_operation_choose_by_rules (operation, info, msnet_width_get (device), params);
}
