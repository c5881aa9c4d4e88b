#include "private.h"

MsnetBuffer *
msnet_buffer_create (MsnetContext *context, MsnetDevice *device, cl_mem_flags flags, gpointer memory,
    gsize size, GError **error)
{
  g_autoptr (MsnetBuffer) buffer = g_new0 (MsnetBuffer, 1);
  cl_int status;

  buffer->references = 1;
  buffer->device = device != NULL ? msnet_device_ref (device) : NULL;
  buffer->context = msnet_context_ref (context);
  buffer->size = size;
  buffer->memory = clCreateBuffer (context->context, flags, size, memory, &status);
  if (!msnet_status_check (
          status, error, "clCreateBuffer of %" G_GSIZE_FORMAT " bytes on %s", size, context->info.name))
    return NULL;
  if (device != NULL)
    g_atomic_pointer_add (&context->own_bytes, size);
  return g_steal_pointer (&buffer);
}

MsnetBuffer *
msnet_buffer_new (MsnetDevice *device, gsize size, GError **error)
{
  g_autoptr (MsnetBuffer) buffer
      = msnet_buffer_create (device->context, device, CL_MEM_READ_WRITE, NULL, size, error);
  const cl_uchar zero = 0;
  cl_int status;

  if (buffer == NULL)
    return NULL;
  status = clEnqueueFillBuffer (device->queue, buffer->memory, &zero, sizeof zero, 0, size, 0, NULL, NULL);
  if (status == CL_SUCCESS)
    status = clFinish (device->queue);
  if (!msnet_status_check (status, error, "filling %" G_GSIZE_FORMAT " bytes with zeros", size))
    return NULL;
  return g_steal_pointer (&buffer);
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

static gboolean
release (MsnetBuffer *buffer)
{
  return buffer->device == NULL ? msnet_constant_release (buffer)
                                : g_atomic_int_dec_and_test (&buffer->references);
}

void
msnet_buffer_unref (MsnetBuffer *buffer)
{
  if (buffer == NULL || !release (buffer))
    return;
  if (buffer->memory != NULL) {
    clReleaseMemObject (buffer->memory);
    if (buffer->device != NULL)
      g_atomic_pointer_add (&buffer->context->own_bytes, -(gssize)buffer->size);
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

static gboolean
is_inside (MsnetBuffer *buffer, gsize offset, gsize size)
{
  return offset <= buffer->size && size <= buffer->size - offset;
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
msnet_buffer_upload_box (MsnetBuffer *buffer, const MsnetBox *box, gconstpointer data, GError **error)
{
  const gsize start[3] = { 0, 0, 0 };
  cl_int status = clEnqueueWriteBufferRect (buffer->device->queue, buffer->memory, CL_TRUE, box->origin,
      start, box->size, box->row_pitch, box->slice_pitch, 0, 0, data, 0, NULL, NULL);

  return msnet_status_check (status, error, "writing a box of memory to the device");
}

gboolean
msnet_buffer_download_box (MsnetBuffer *buffer, const MsnetBox *box, gpointer data, GError **error)
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
