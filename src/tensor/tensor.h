/* Activations on the device: frames of pixels of channels (T, H, W, C), float.
 *
 * Every frame lies in a border of zeros (@halo pixels on each side), and with @frame_halo there is
 * one frame of zeros before the first and one after the last.  Producers write the inside only, so
 * convolutions and temporal shifts read past the edges without a test: zeroed once, right for ever.
 * Frame "-1" is also where a stream's state of the frame before has its place. */
#pragma once

#include "opencl/buffer.h"

G_BEGIN_DECLS

typedef struct
{
  guint frames;   /* T */
  guint height;   /* H */
  guint width;    /* W */
  guint channels; /* C */
  guint halo;
  gboolean frame_halo;
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

/* Floats from a pixel to the one below, from a frame to the next, and before pixel (0, 0) of frame 0. */
gsize msnet_shape_get_row_stride (const MsnetShape *shape);
gsize msnet_shape_get_frame_stride (const MsnetShape *shape);
gsize msnet_shape_get_origin (const MsnetShape *shape);

/* Floats without any border: T x H x W x C */
gsize msnet_shape_get_size (const MsnetShape *shape);
gboolean msnet_shape_equal (const MsnetShape *a, const MsnetShape *b);

/* @values: dense [T, H, W, C], without borders */
gboolean msnet_tensor_upload (MsnetTensor *tensor, const gfloat *values, GError **error);
gboolean msnet_tensor_download (MsnetTensor *tensor, gfloat *values, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetTensor, msnet_tensor_free)

G_END_DECLS
