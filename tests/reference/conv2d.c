/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conv2d.h"

#include "temporal_shift.h"

gint
reference_padding (MsnetPadding padding, gint kernel, gint stride, gint size)
{
  const gint n = (size + stride - 1) / stride;
  const gint beyond = (n - 1) * stride + kernel - size;

  return padding == MSNET_PADDING_SAME ? MAX (beyond, 0) / 2 : kernel / 2;
}

/* The frame that @channel of frame @frame is read from; out of range stands for zeros. */
static gint
get_source_frame (const ReferenceConv2d *sizes, guint frame, guint channel)
{
  const guint n = sizes->shift_channels > 0 ? sizes->shift_channels : sizes->in_channels / 8;

  return reference_temporal_shift_get_frame (sizes->shift, n, frame, channel);
}

static gdouble
get_input (
    const ReferenceConv2d *sizes, const gfloat *input, guint frame, gint row, gint column, guint channel)
{
  gint source = get_source_frame (sizes, frame, channel);

  if (source < 0 || source >= (gint)sizes->frames || row < 0 || row >= (gint)sizes->height || column < 0
      || column >= (gint)sizes->width)
    return 0.0;
  return input[(((gsize)source * sizes->height + row) * sizes->width + column) * sizes->in_channels
               + channel];
}

/* One output value before the epilogue, without bias. */
static gdouble
convolve (const ReferenceConv2d *sizes, const gfloat *input, const gfloat *weights, guint frame, guint row,
    guint column)
{
  const gint top = reference_padding (sizes->padding, sizes->kernel, sizes->stride, sizes->height);
  const gint left = reference_padding (sizes->padding, sizes->kernel, sizes->stride, sizes->width);
  gdouble sum = 0.0;

  for (guint c = 0; c < sizes->in_channels; c++)
    for (guint ky = 0; ky < sizes->kernel; ky++)
      for (guint kx = 0; kx < sizes->kernel; kx++) {
        gint y = (gint)(row * sizes->stride + ky) - top;
        gint x = (gint)(column * sizes->stride + kx) - left;

        sum += get_input (sizes, input, frame, y, x, c)
               * weights[(c * sizes->kernel + ky) * sizes->kernel + kx];
      }
  return sum;
}

gdouble
reference_finish (MsnetEpilogue epilogue, gdouble value, gdouble residual)
{
  switch (epilogue) {
  case MSNET_EPILOGUE_LINEAR:
    return value;
  case MSNET_EPILOGUE_RELU:
    return MAX (0.0, value);
  case MSNET_EPILOGUE_RELU6:
    return CLAMP (value, 0.0, 6.0);
  case MSNET_EPILOGUE_ADD:
    return value + residual;
  case MSNET_EPILOGUE_ADD_RELU:
    return MAX (0.0, value + residual);
  case MSNET_EPILOGUE_RELU_ADD:
    return MAX (0.0, value) + residual;
  case MSNET_EPILOGUE_RELU_MULTIPLY:
    return MAX (0.0, value) * residual;
  }
  g_return_val_if_reached (0.0);
}

void
reference_conv2d (gfloat *output, const gfloat *input, const gfloat *residual, const gfloat *weights,
    const gfloat *bias, const ReferenceConv2d *sizes)
{
  const guint height = (sizes->height + sizes->stride - 1) / sizes->stride;
  const guint width = (sizes->width + sizes->stride - 1) / sizes->stride;
  const gsize filter = (gsize)sizes->in_channels * sizes->kernel * sizes->kernel;

  for (gsize pixel = 0; pixel < (gsize)sizes->frames * height * width; pixel++)
    for (guint o = 0; o < sizes->out_channels; o++) {
      gsize index = pixel * sizes->out_channels + o;
      gdouble value = bias[o]
                      + convolve (sizes, input, weights + o * filter, pixel / width / height,
                          pixel / width % height, pixel % width);

      output[index] = reference_finish (sizes->epilogue, value, residual != NULL ? residual[index] : 0.0);
    }
}
