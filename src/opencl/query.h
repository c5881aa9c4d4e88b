/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a driver says of its devices and platforms.  For src/opencl. */
#pragma once

#include "device_info.h"

#include <CL/cl.h>

G_BEGIN_DECLS

/* Returns: (transfer full): a string property of a device or platform, "" if it has none */
gchar *msnet_device_query_string (cl_device_id id, cl_device_info property);
gchar *msnet_platform_query_string (cl_platform_id id, cl_platform_info property);

/* Asks @id for all but what only trying finds out. */
void msnet_device_info_init (MsnetDeviceInfo *info, cl_device_id id);
void msnet_device_info_clear (MsnetDeviceInfo *info);

G_END_DECLS
