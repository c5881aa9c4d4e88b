/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "usage.h"

#include "private.h"

void
msnet_device_get_usage (MsnetDevice *device, MsnetDeviceUsage *usage)
{
  MsnetContext *context = device->context;
  GHashTableIter constants;
  gpointer constant;

  *usage = (MsnetDeviceUsage){ .own_bytes = (gsize)g_atomic_pointer_get (&context->own_bytes) };
  msnet_lock_take (&context->lock);
  usage->n_programs = g_hash_table_size (context->programs);
  usage->n_constants = g_hash_table_size (context->constants);
  g_hash_table_iter_init (&constants, context->constants);
  while (g_hash_table_iter_next (&constants, NULL, &constant))
    usage->constant_bytes += msnet_buffer_get_size (constant);
  msnet_lock_give (&context->lock);
}
