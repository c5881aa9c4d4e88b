/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What lies in a device's memory: for tests and benches. */
#pragma once

#include "device.h"

G_BEGIN_DECLS

/**
 * MsnetDeviceUsage: what lies in the device's context, of all handles together.
 * @n_programs, @n_constants, @constant_bytes: once for all handles
 * @own_bytes: in all other buffers: what each handle has for itself
 */
typedef struct
{
  guint n_programs;
  guint n_constants;
  gsize constant_bytes;
  gsize own_bytes;
} MsnetDeviceUsage;

/* For tests and benches; any thread. */
void msnet_device_get_usage (MsnetDevice *device, MsnetDeviceUsage *usage);

G_END_DECLS
