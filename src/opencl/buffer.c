/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/pages.h"
#include "base/parallel.h"
#include "private.h"

#include <string.h>

/* Bytes that are cleared at a time. */
#define PIECE (1024 * 1024)

static gboolean
is_inside (MsnetBuffer *buffer, gsize offset, gsize size)
{
  return offset <= buffer->size && size <= buffer->size - offset;
}

/* Returns: (transfer full): without memory */
static MsnetBuffer *
buffer_alloc (MsnetContext *context, MsnetDevice *device, gsize size)
{
  MsnetBuffer *buffer = g_new0 (MsnetBuffer, 1);

  buffer->references = 1;
  buffer->device = device != NULL ? msnet_device_ref (device) : NULL;
  buffer->context = msnet_context_ref (context);
  buffer->size = size;
  return buffer;
}

static gboolean
allocate (MsnetBuffer *buffer, cl_mem_flags flags, gpointer memory, GError **error)
{
  MsnetContext *context = buffer->context;
  cl_int status;

  buffer->memory = clCreateBuffer (context->context, flags, buffer->size, memory, &status);
  if (!msnet_status_check (status, error, "clCreateBuffer of %" G_GSIZE_FORMAT " bytes on %s", buffer->size,
          context->info.name))
    return FALSE;
  if (buffer->device != NULL) {
    buffer->own_bytes = buffer->size;
    g_atomic_pointer_add (&context->own_bytes, buffer->size);
  }
  return TRUE;
}

MsnetBuffer *
msnet_buffer_create (MsnetContext *context, MsnetDevice *device, cl_mem_flags flags, gpointer memory,
    gsize size, GError **error)
{
  g_autoptr (MsnetBuffer) buffer = buffer_alloc (context, device, size);

  return allocate (buffer, flags, memory, error) ? g_steal_pointer (&buffer) : NULL;
}

MsnetBuffer *
msnet_buffer_new (MsnetDevice *device, gsize size, GError **error)
{
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new_reserved (device, size);

  return msnet_buffer_allocate (buffer, error) ? g_steal_pointer (&buffer) : NULL;
}

MsnetBuffer *
msnet_buffer_new_reserved (MsnetDevice *device, gsize size)
{
  return buffer_alloc (device->context, device, size);
}

void
msnet_buffer_reserve (MsnetBuffer *buffer, gsize size)
{
  g_return_if_fail (buffer->memory == NULL);
  buffer->size = MAX (buffer->size, size);
}

gboolean
msnet_buffer_allocate (MsnetBuffer *buffer, GError **error)
{
  g_return_val_if_fail (buffer->memory == NULL, FALSE);
  return allocate (buffer, CL_MEM_READ_WRITE, NULL, error) && msnet_buffer_clear (buffer, error);
}

gboolean
msnet_buffer_place (MsnetBuffer *buffer, MsnetBuffer *whole, gsize offset, GError **error)
{
  const cl_buffer_region region = { offset, buffer->size };
  cl_int status;

  g_return_val_if_fail (buffer->memory == NULL && is_inside (whole, offset, buffer->size), FALSE);
  buffer->memory
      = clCreateSubBuffer (whole->memory, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &status);
  return msnet_status_check (status, error, "clCreateSubBuffer of %" G_GSIZE_FORMAT " bytes", buffer->size);
}

typedef struct
{
  guint8 *bytes;
  gsize size;
} Clearing;

static void
clear_piece (guint index, gpointer data)
{
  const Clearing *clearing = data;
  const gsize first = (gsize)index * PIECE;

  memset (clearing->bytes + first, 0, MIN (clearing->size - first, PIECE));
}

/* In the memory of a device that computes in the host's: all cores meet the page faults of what is new. */
static cl_int
clear_mapped (MsnetBuffer *buffer, cl_command_queue queue)
{
  Clearing clearing = { .size = buffer->size };
  cl_int status;

  clearing.bytes = clEnqueueMapBuffer (queue, buffer->memory, CL_TRUE, CL_MAP_WRITE_INVALIDATE_REGION, 0,
      clearing.size, 0, NULL, NULL, &status);
  if (status != CL_SUCCESS)
    return status;
  msnet_pages_enlarge (clearing.bytes, clearing.size);
  msnet_parallel_run ((clearing.size + PIECE - 1) / PIECE, clear_piece, &clearing);
  return clEnqueueUnmapMemObject (queue, buffer->memory, clearing.bytes, 0, NULL, NULL);
}

gboolean
msnet_buffer_clear (MsnetBuffer *buffer, GError **error)
{
  const cl_uchar zero = 0;
  cl_command_queue queue = buffer->device->queue;
  cl_int status;

  if (buffer->context->info.is_cpu && buffer->size > PIECE)
    status = clear_mapped (buffer, queue);
  else
    status = clEnqueueFillBuffer (queue, buffer->memory, &zero, sizeof zero, 0, buffer->size, 0, NULL, NULL);
  if (status == CL_SUCCESS)
    status = clFinish (queue);
  return msnet_status_check (status, error, "filling %" G_GSIZE_FORMAT " bytes with zeros", buffer->size);
}

MsnetBuffer *
msnet_buffer_new_wrapped (MsnetDevice *device, gconstpointer memory, gsize size, GError **error)
{
  cl_mem_flags sharing = device->context->info.is_cpu ? CL_MEM_USE_HOST_PTR : CL_MEM_COPY_HOST_PTR;

  return msnet_buffer_create (
      device->context, device, CL_MEM_READ_ONLY | sharing, (gpointer)memory, size, error);
}

MsnetBuffer *
msnet_buffer_ref (MsnetBuffer *buffer)
{
  g_atomic_int_inc (&buffer->references);
  return buffer;
}

/* Nobody finds it any more once its last reference is gone.  Returns: TRUE if that was the last */
static gboolean
release_constant (MsnetBuffer *constant)
{
  GHashTable *constants = constant->context->constants;
  gboolean last;

  msnet_lock_take (&constant->context->lock);
  last = g_atomic_int_dec_and_test (&constant->references);
  if (last && g_hash_table_lookup (constants, &constant->hash) == constant)
    g_hash_table_remove (constants, &constant->hash);
  msnet_lock_give (&constant->context->lock);
  return last;
}

static gboolean
release (MsnetBuffer *buffer)
{
  return buffer->device == NULL ? release_constant (buffer) : g_atomic_int_dec_and_test (&buffer->references);
}

void
msnet_buffer_unref (MsnetBuffer *buffer)
{
  if (buffer == NULL || !release (buffer))
    return;
  if (buffer->memory != NULL) {
    clReleaseMemObject (buffer->memory);
    g_atomic_pointer_add (&buffer->context->own_bytes, -(gssize)buffer->own_bytes);
  }
  msnet_context_unref (buffer->context);
  msnet_device_unref (buffer->device);
  g_free (buffer);
}

gsize
msnet_buffer_get_size (MsnetBuffer *buffer)
{
  return buffer->size;
}

gboolean
msnet_buffer_upload (MsnetBuffer *buffer, gsize offset, gconstpointer data, gsize size, GError **error)
{
  cl_int status;

  g_return_val_if_fail (buffer->device != NULL && is_inside (buffer, offset, size), FALSE);
  status = clEnqueueWriteBuffer (
      buffer->device->queue, buffer->memory, CL_TRUE, offset, size, data, 0, NULL, NULL);
  return msnet_status_check (status, error, "writing %" G_GSIZE_FORMAT " bytes to the device", size);
}

gboolean
msnet_buffer_download (MsnetBuffer *buffer, gsize offset, gpointer data, gsize size, GError **error)
{
  cl_int status;

  g_return_val_if_fail (buffer->device != NULL && is_inside (buffer, offset, size), FALSE);
  status = clEnqueueReadBuffer (
      buffer->device->queue, buffer->memory, CL_TRUE, offset, size, data, 0, NULL, NULL);
  return msnet_status_check (status, error, "reading %" G_GSIZE_FORMAT " bytes from the device", size);
}

gboolean
msnet_buffer_upload_box (MsnetBuffer *buffer, const MsnetBufferBox *box, gconstpointer data, GError **error)
{
  const gsize start[3] = { 0, 0, 0 };
  cl_int status = clEnqueueWriteBufferRect (buffer->device->queue, buffer->memory, CL_TRUE, box->origin,
      start, box->size, box->row_pitch, box->slice_pitch, 0, 0, data, 0, NULL, NULL);

  return msnet_status_check (status, error, "writing a box of memory to the device");
}

gboolean
msnet_buffer_download_box (MsnetBuffer *buffer, const MsnetBufferBox *box, gpointer data, GError **error)
{
  const gsize start[3] = { 0, 0, 0 };
  cl_int status = clEnqueueReadBufferRect (buffer->device->queue, buffer->memory, CL_TRUE, box->origin, start,
      box->size, box->row_pitch, box->slice_pitch, 0, 0, data, 0, NULL, NULL);

  return msnet_status_check (status, error, "reading a box of memory from the device");
}

gboolean
msnet_buffer_copy (MsnetBuffer *target, gsize target_offset, MsnetBuffer *source, gsize source_offset,
    gsize size, GError **error)
{
  cl_command_queue queue;
  cl_int status;

  g_return_val_if_fail (target->device != NULL && is_inside (target, target_offset, size), FALSE);
  g_return_val_if_fail (is_inside (source, source_offset, size), FALSE);
  queue = target->device->queue;
  status = clEnqueueCopyBuffer (
      queue, source->memory, target->memory, source_offset, target_offset, size, 0, NULL, NULL);
  if (status == CL_SUCCESS)
    status = clFinish (queue);
  return msnet_status_check (status, error, "copying %" G_GSIZE_FORMAT " bytes on the device", size);
}
