/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel.h"

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
