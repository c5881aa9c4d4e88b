/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tensor.h"

#include "base/error.h"
#include "bfloat16.h"

gsize
msnet_shape_get_row_stride (const MsnetShape *shape)
{
  return (gsize)(shape->width + 2 * shape->halo) * shape->channels;
}

gsize
msnet_shape_get_frame_stride (const MsnetShape *shape)
{
  return (shape->height + 2 * shape->halo) * msnet_shape_get_row_stride (shape);
}

gsize
msnet_shape_get_origin (const MsnetShape *shape)
{
  return (shape->frame_halo ? msnet_shape_get_frame_stride (shape) : 0)
         + shape->halo * (msnet_shape_get_row_stride (shape) + shape->channels);
}

gsize
msnet_shape_get_size (const MsnetShape *shape)
{
  return (gsize)shape->frames * shape->height * shape->width * shape->channels;
}

gboolean
msnet_shape_equal (const MsnetShape *a, const MsnetShape *b)
{
  return a->frames == b->frames && a->height == b->height && a->width == b->width
         && a->channels == b->channels && a->halo == b->halo && !a->frame_halo == !b->frame_halo
         && a->data_type == b->data_type;
}

/* Values with all borders; 0 where that is nothing or more than kernels can index with an int. */
static gsize
get_padded_size (const MsnetShape *shape)
{
  const guint64 factors[] = { (guint64)shape->frames + (shape->frame_halo ? 2 : 0),
    shape->height + 2 * (guint64)shape->halo, shape->width + 2 * (guint64)shape->halo, shape->channels };
  guint64 size = 1;

  if (shape->frames == 0 || shape->height == 0 || shape->width == 0 || shape->channels == 0)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++) {
    if (factors[i] > G_MAXINT32)
      return 0;
    size *= factors[i];
    if (size > G_MAXINT32)
      return 0;
  }
  return size;
}

gsize
msnet_shape_get_element_size (const MsnetShape *shape)
{
  return shape->data_type == MSNET_BFLOAT16 ? sizeof (guint16) : sizeof (gfloat);
}

MsnetTensor *
msnet_tensor_new_reserved (MsnetDevice *device, const MsnetShape *shape, GError **error)
{
  gsize size = get_padded_size (shape);
  MsnetTensor *tensor;

  if (size == 0) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "a tensor of %u frames x %u x %u pixels x %u channels, halo %u: expected 1 to %d values with its "
        "halo",
        shape->frames, shape->height, shape->width, shape->channels, shape->halo, G_MAXINT32);
    return NULL;
  }
  tensor = g_new0 (MsnetTensor, 1);
  tensor->shape = *shape;
  tensor->buffer = msnet_buffer_new_reserved (device, size * msnet_shape_get_element_size (shape));
  return tensor;
}

MsnetTensor *
msnet_tensor_new (MsnetDevice *device, const MsnetShape *shape, GError **error)
{
  g_autoptr (MsnetTensor) tensor = msnet_tensor_new_reserved (device, shape, error);

  return tensor != NULL && msnet_buffer_allocate (tensor->buffer, error) ? g_steal_pointer (&tensor) : NULL;
}

void
msnet_tensor_free (MsnetTensor *tensor)
{
  if (tensor == NULL)
    return;
  msnet_buffer_unref (tensor->buffer);
  g_free (tensor);
}

/* The part of the buffer inside all borders. */
static MsnetBufferBox
get_inside (const MsnetShape *shape)
{
  const gsize element = msnet_shape_get_element_size (shape);
  const gsize pixel = shape->channels * element;

  return (MsnetBufferBox){
    .origin = { shape->halo * pixel, shape->halo, shape->frame_halo ? 1 : 0 },
    .size = { shape->width * pixel, shape->height, shape->frames },
    .row_pitch = msnet_shape_get_row_stride (shape) * element,
    .slice_pitch = msnet_shape_get_frame_stride (shape) * element,
  };
}

gboolean
msnet_tensor_upload (MsnetTensor *tensor, const gfloat *values, GError **error)
{
  const gsize n = msnet_shape_get_size (&tensor->shape);
  const MsnetBufferBox inside = get_inside (&tensor->shape);
  g_autofree guint16 *rounded = NULL;

  if (tensor->shape.data_type == MSNET_FLOAT32)
    return msnet_buffer_upload_box (tensor->buffer, &inside, values, error);
  rounded = g_new (guint16, n);
  msnet_bfloat16_from_float (rounded, values, n);
  return msnet_buffer_upload_box (tensor->buffer, &inside, rounded, error);
}

gboolean
msnet_tensor_download (MsnetTensor *tensor, gfloat *values, GError **error)
{
  const gsize n = msnet_shape_get_size (&tensor->shape);
  const MsnetBufferBox inside = get_inside (&tensor->shape);
  g_autofree guint16 *stored = NULL;

  if (tensor->shape.data_type == MSNET_FLOAT32)
    return msnet_buffer_download_box (tensor->buffer, &inside, values, error);
  stored = g_new (guint16, n);
  if (!msnet_buffer_download_box (tensor->buffer, &inside, stored, error))
    return FALSE;
  msnet_bfloat16_to_float (values, stored, n);
  return TRUE;
}

/* Bytes before the first pixel of frame @index. */
static gsize
get_offset (const MsnetShape *shape, guint index)
{
  return msnet_shape_get_element_size (shape)
         * (msnet_shape_get_origin (shape) + index * msnet_shape_get_frame_stride (shape));
}

gboolean
msnet_tensor_copy_frame (
    MsnetTensor *target, guint target_index, const MsnetTensor *source, guint source_index, GError **error)
{
  const MsnetShape *shape = &target->shape;
  gsize size = msnet_shape_get_element_size (shape)
               * ((shape->height - 1) * msnet_shape_get_row_stride (shape) + shape->width * shape->channels);

  return msnet_buffer_copy (target->buffer, get_offset (shape, target_index), source->buffer,
      get_offset (&source->shape, source_index), size, error);
}
