/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel.h"

#include "choice.h"

#include <string.h>

gboolean
msnet_kernel_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params)
{
  return kernel->may_use == NULL || kernel->may_use (kernel, device, params);
}

gboolean
msnet_kernel_is_for_cpu (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params)
{
  return device->is_cpu;
}

const MsnetKernel *
msnet_operation_get_plain (const MsnetOperation *operation)
{
  return &operation->kernels[operation->n_kernels - 1];
}

gchar *
msnet_operation_make_key (const MsnetOperation *operation, gconstpointer params)
{
  g_autofree gchar *sizes = operation->print_sizes != NULL ? operation->print_sizes (params) : NULL;

  return sizes != NULL ? g_strdup_printf ("%s %s", operation->name, sizes) : NULL;
}

gboolean
msnet_operation_has_key (const MsnetOperation *operation, const gchar *key)
{
  const gsize length = strlen (operation->name);

  return strncmp (key, operation->name, length) == 0 && key[length] == ' ';
}

gboolean
msnet_operation_append (const MsnetOperation *operation, MsnetCommandList *list, const gchar *name,
    gconstpointer params, GError **error)
{
  const MsnetKernel *kernel;
  g_autofree gchar *key = NULL;

  if (operation->check != NULL && !operation->check (params, error))
    return FALSE;
  kernel = msnet_operation_choose (operation, msnet_command_list_get_device (list), params);
  msnet_command_list_begin_step (list, name != NULL ? name : operation->name, kernel->name,
      operation->get_work != NULL ? operation->get_work (params) : 0.0);
  key = msnet_operation_make_key (operation, params);
  if (key != NULL)
    msnet_command_list_set_step_key (list, key);
  return kernel->append (kernel, list, params, error);
}
