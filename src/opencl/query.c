/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "query.h"

/* What a driver says, as text. */
static gchar *
make_text (gchar *said)
{
  return g_utf8_make_valid (g_strstrip (said), -1);
}

gchar *
msnet_device_query_string (cl_device_id id, cl_device_info property)
{
  gchar text[512] = "";

  clGetDeviceInfo (id, property, sizeof text - 1, text, NULL);
  return make_text (text);
}

gchar *
msnet_platform_query_string (cl_platform_id id, cl_platform_info property)
{
  gchar text[512] = "";

  clGetPlatformInfo (id, property, sizeof text - 1, text, NULL);
  return make_text (text);
}

/* PoCL's platform version names its compiler; a virtual machine may hide vectors that the CPU's name
 * promises. */
static gchar *
make_identity (const MsnetDeviceInfo *info, cl_platform_id platform)
{
  g_autofree gchar *version = msnet_platform_query_string (platform, CL_PLATFORM_VERSION);

  return g_strdup_printf (
      "%s\n%s\n%s\n%s\n%u", info->platform, version, info->name, info->version, info->vector_width);
}

void
msnet_device_info_init (MsnetDeviceInfo *info, cl_device_id id)
{
  cl_platform_id platform = NULL;
  cl_device_type type = 0;
  cl_uint width = 1;
  cl_uint units = 1;
  cl_uint alignment_bits = 1024;
  size_t group_size = 1;

  clGetDeviceInfo (id, CL_DEVICE_PLATFORM, sizeof platform, &platform, NULL);
  clGetDeviceInfo (id, CL_DEVICE_TYPE, sizeof type, &type, NULL);
  clGetDeviceInfo (id, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, sizeof width, &width, NULL);
  clGetDeviceInfo (id, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL);
  clGetDeviceInfo (id, CL_DEVICE_MEM_BASE_ADDR_ALIGN, sizeof alignment_bits, &alignment_bits, NULL);
  clGetDeviceInfo (id, CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof group_size, &group_size, NULL);
  info->name = msnet_device_query_string (id, CL_DEVICE_NAME);
  info->platform = msnet_platform_query_string (platform, CL_PLATFORM_NAME);
  info->version = msnet_device_query_string (id, CL_DRIVER_VERSION);
  info->is_cpu = (type & CL_DEVICE_TYPE_CPU) != 0;
  info->vector_width = width;
  info->compute_units = units;
  info->alignment = MAX (alignment_bits / 8, sizeof (cl_float16));
  info->group_size = group_size;
  info->identity = make_identity (info, platform);
}

void
msnet_device_info_clear (MsnetDeviceInfo *info)
{
  g_free (info->name);
  g_free (info->platform);
  g_free (info->version);
  g_free (info->identity);
}
