/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Activations on the device: frames of pixels of channels (T, H, W, C), float.
 *
 * Every frame lies in a border of zeros (@halo pixels on each side), and with @frame_halo there is
 * one frame of zeros before the first and one after the last, as far as temporal shifts read it: the first
 * channels of its pixels.  Producers write the inside only, so convolutions and temporal shifts read past
 * the edges without a test. */
#pragma once

#include "opencl/buffer.h"

G_BEGIN_DECLS

/* How a value is stored. */
typedef enum
{
  MSNET_FLOAT32,
  MSNET_BFLOAT16, /* the upper half of a float32 */
} MsnetDataType;

typedef struct
{
  guint frames;   /* T */
  guint height;   /* H */
  guint width;    /* W */
  guint channels; /* C */
  guint halo;
  gboolean frame_halo;
  MsnetDataType data_type;
} MsnetShape;

typedef struct
{
  MsnetShape shape;
  MsnetBuffer *buffer;
} MsnetTensor;

/* Returns: (transfer full): zeros; NULL with MSNET_ERROR_SHAPE (a zero or overflowing size) or
 * MSNET_ERROR_DEVICE */
MsnetTensor *msnet_tensor_new (MsnetDevice *device, const MsnetShape *shape, GError **error);
void msnet_tensor_free (MsnetTensor *tensor);

/* Returns: (transfer full): a tensor whose buffer is reserved, without memory; NULL with MSNET_ERROR_SHAPE */
MsnetTensor *msnet_tensor_new_reserved (MsnetDevice *device, const MsnetShape *shape, GError **error);

/* Values from a pixel to the one below, from a frame to the next, and before pixel (0, 0) of frame 0. */
gsize msnet_shape_get_row_stride (const MsnetShape *shape);
gsize msnet_shape_get_frame_stride (const MsnetShape *shape);
gsize msnet_shape_get_origin (const MsnetShape *shape);

/* Values without any border: T x H x W x C */
gsize msnet_shape_get_size (const MsnetShape *shape);

/* Bytes of one value. */
gsize msnet_shape_get_element_size (const MsnetShape *shape);
gboolean msnet_shape_equal (const MsnetShape *a, const MsnetShape *b);

/* @values: dense [T, H, W, C], without borders; rounded to the nearest value that the tensor can store */
gboolean msnet_tensor_upload (MsnetTensor *tensor, const gfloat *values, GError **error);
gboolean msnet_tensor_download (MsnetTensor *tensor, gfloat *values, GError **error);

/* Frame @source_index becomes frame @target_index of @target, which has the same rows, halo and data type. */
gboolean msnet_tensor_copy_frame (
    MsnetTensor *target, guint target_index, const MsnetTensor *source, guint source_index, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetTensor, msnet_tensor_free)

G_END_DECLS
