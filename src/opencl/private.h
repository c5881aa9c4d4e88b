/* What the files of src/opencl share.  Nobody else includes this. */
#pragma once

#include <CL/cl.h>

#include "buffer.h"
#include "device.h"
#include "error.h"

G_BEGIN_DECLS

struct _MsnetDevice
{
  gatomicrefcount references;
  MsnetDeviceInfo info;
  gchar *warning;
  cl_device_id id;
  cl_context context;
  cl_command_queue queue;
  GMutex lock;          /* of @programs */
  GHashTable *programs; /* "file options" -> cl_program */
};

struct _MsnetBuffer
{
  gatomicrefcount references;
  MsnetDevice *device;
  cl_mem memory;
  gsize size;
};

/* Returns: the name of a CL status, such as CL_INVALID_VALUE */
const gchar *msnet_status_get_name (cl_int status);

/* TRUE for CL_SUCCESS; else FALSE with MSNET_ERROR_DEVICE: "<what failed>: <name of the status>" */
gboolean msnet_status_check (cl_int status, GError **error, const gchar *format, ...) G_GNUC_PRINTF (3, 4);

/* Returns: (transfer full): a string property of a device or platform, "" where it has none */
gchar *msnet_device_query_string (cl_device_id id, cl_device_info property);
gchar *msnet_platform_query_string (cl_platform_id id, cl_platform_info property);

/* Returns: (transfer full): context and queue on @id */
MsnetDevice *msnet_device_new (cl_device_id id, GError **error);

/* Returns: (transfer none): the program built from kernels/@file with @options, from the device's cache */
cl_program msnet_device_get_program (
    MsnetDevice *device, const gchar *file, const gchar *options, GError **error);

G_END_DECLS
