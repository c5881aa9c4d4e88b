#include "depthwise_conv2d.h"

#include "base/error.h"
#include "operation.h"

/* Least common multiple of @channels and 8. */
static guint
get_pitch (guint channels)
{
  return channels % 8 == 0   ? channels
         : channels % 4 == 0 ? channels * 2
         : channels % 2 == 0 ? channels * 4
                             : channels * 8;
}

/* [C][1][K][K] -> [K][K][pitch], channels repeated up to @pitch */
static MsnetBuffer *
upload_weights (MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, guint pitch, GError **error)
{
  guint taps = params->kernel * params->kernel;
  guint channels = params->input->shape.channels;
  g_autofree gfloat *packed = g_new (gfloat, (gsize)taps * pitch);

  for (guint tap = 0; tap < taps; tap++)
    for (guint i = 0; i < pitch; i++)
      packed[tap * pitch + i] = params->weights[i % channels * taps + tap];
  return msnet_operation_upload (list, packed, (gsize)taps * pitch, error);
}

static MsnetBuffer *
upload_bias (MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, guint pitch, GError **error)
{
  guint channels = params->input->shape.channels;
  g_autofree gfloat *packed = g_new (gfloat, pitch);

  for (guint i = 0; i < pitch; i++)
    packed[i] = params->bias[i % channels];
  return msnet_operation_upload (list, packed, pitch, error);
}

static gboolean
append_launch (MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, MsnetBuffer *weights,
    MsnetBuffer *bias, guint pitch, GError **error)
{
  const MsnetShape *shape = &params->input->shape;
  MsnetLaunch vectors = {
    .file = "cpu/small/depthwise_conv2d.cl",
    .kernel = "depthwise_conv2d",
    MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input), MSNET_BUFFER (weights),
        MSNET_BUFFER (bias), MSNET_INT (shape->width), MSNET_INT (params->kernel), MSNET_INT (pitch)),
    .global = { shape->height, shape->frames },
  };
  MsnetLaunch plain = {
    .file = "plain/depthwise_conv2d.cl",
    .kernel = "depthwise_conv2d",
    MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input), MSNET_BUFFER (weights),
        MSNET_BUFFER (bias), MSNET_INT (shape->frames), MSNET_INT (shape->height), MSNET_INT (shape->width),
        MSNET_INT (params->kernel), MSNET_INT (pitch)),
    MSNET_FLAT_SIZES (msnet_shape_get_size (shape)),
  };

  return msnet_operation_append (
      list, "depthwise convolution", msnet_operation_may_use_cpu (list) ? &vectors : &plain, error);
}

static gboolean
check_params (const MsnetDepthwiseConv2dParams *params, GError **error)
{
  MsnetShape in = params->input->shape;
  MsnetShape out = params->input->shape;

  if (params->kernel % 2 == 0) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "depthwise convolution: expected an odd kernel size, found %u", params->kernel);
    return FALSE;
  }
  in.halo = params->kernel / 2;
  out.halo = 0;
  out.data_type = in.data_type = MSNET_FLOAT32;
  return msnet_operation_check_shape ("depthwise convolution", "input", params->input, &in, error)
         && msnet_operation_check_shape ("depthwise convolution", "output", params->output, &out, error);
}

gboolean
msnet_depthwise_conv2d_append (
    MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, GError **error)
{
  guint pitch = get_pitch (params->input->shape.channels);
  g_autoptr (MsnetBuffer) weights = NULL;
  g_autoptr (MsnetBuffer) bias = NULL;

  if (!check_params (params, error))
    return FALSE;
  weights = upload_weights (list, params, pitch, error);
  if (weights == NULL)
    return FALSE;
  bias = upload_bias (list, params, pitch, error);
  return bias != NULL && append_launch (list, params, weights, bias, pitch, error);
}
