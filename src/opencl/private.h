/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of src/opencl share.  Nobody else includes this. */
#pragma once

#include "base/error.h"
#include "buffer.h"
#include "context.h"
#include "device.h"
#include "query.h"

#include <CL/cl.h>

G_BEGIN_DECLS

/**
 * MsnetPulse: what a thread that waits for another one sees of its handle
 * @n_signs: of life
 * @function: of OpenCL, which builds and has not returned; static; NULL: none
 * @subject: what it builds, cut off
 */
typedef struct
{
  MsnetLock lock;
  guint n_signs;
  const gchar *function;
  gchar subject[64];
} MsnetPulse;

struct _MsnetDevice
{
  gint references; /* atomic */
  MsnetContext *context;
  cl_command_queue queue;
  gchar *warning;
  guint next;      /* of the candidates: what `auto` tries after this one; 0: nothing */
  gint is_watched; /* atomic */
  MsnetPulse pulse;
};

/**
 * MsnetBuffer:
 * @device: whose queue moves its bytes; NULL: a constant, which belongs to no handle
 * @memory: NULL: reserved, and not placed yet
 * @own_bytes: of memory that it alone has
 * @hash: of a constant's bytes
 */
struct _MsnetBuffer
{
  gint references; /* atomic; of a constant: goes to 0 under the context's lock */
  MsnetDevice *device;
  MsnetContext *context;
  cl_mem memory;
  gsize size;
  gsize own_bytes;
  guint64 hash;
};

/* Returns: the name of a CL status, such as CL_INVALID_VALUE */
const gchar *msnet_status_get_name (cl_int status);

/* TRUE for CL_SUCCESS; else FALSE with MSNET_ERROR_DEVICE: "<what failed>: <name of the status>" */
gboolean msnet_status_check (cl_int status, GError **error, const gchar *format, ...) G_GNUC_PRINTF (3, 4);

/* Returns: (transfer full): names the binary of @source built with @options on the device of @context */
gchar *msnet_program_cache_make_key (MsnetContext *context, const gchar *source, const gchar *options);

/* Returns: (transfer full) (nullable): the program as it was last saved, built; NULL where there is none
 *     that the driver takes */
cl_program msnet_program_cache_load (MsnetContext *context, const gchar *key, const gchar *options);

/* A command of the handle ended. */
void msnet_device_give_sign (MsnetDevice *device);

/* Around a call of OpenCL that builds, and so may take long.  @function: static */
void msnet_device_begin_call (MsnetDevice *device, const gchar *function, const gchar *subject);
void msnet_device_end_call (MsnetDevice *device);

/* Returns: (transfer full): a handle on @id */
MsnetDevice *msnet_device_new (cl_device_id id, GError **error);

/* Returns: (transfer full): a buffer of clCreateBuffer()'s @flags and @memory; @device: (nullable): see
 * MsnetBuffer */
MsnetBuffer *msnet_buffer_create (MsnetContext *context, MsnetDevice *device, cl_mem_flags flags,
    gpointer memory, gsize size, GError **error);

G_END_DECLS
