/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depthwise_conv2d.h"

#include "base/error.h"
#include "case.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

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
check (gconstpointer data, GError **error)
{
  const MsnetDepthwiseConv2dParams *params = data;
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

/* What both kernels read beside the input. */
typedef struct
{
  guint pitch;
  MsnetBuffer *weights;
  MsnetBuffer *bias;
} Constants;

static void
constants_clear (Constants *constants)
{
  msnet_buffer_unref (constants->weights);
  msnet_buffer_unref (constants->bias);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Constants, constants_clear)

static gboolean
constants_init (
    Constants *constants, MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, GError **error)
{
  constants->pitch = get_pitch (params->input->shape.channels);
  constants->weights = upload_weights (list, params, constants->pitch, error);
  constants->bias = constants->weights != NULL ? upload_bias (list, params, constants->pitch, error) : NULL;
  return constants->bias != NULL;
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetDepthwiseConv2dParams *params = data;
  const MsnetShape *shape = &params->input->shape;
  g_auto (Constants) constants = { 0 };

  return constants_init (&constants, list, params, error)
         && msnet_command_list_append (list,
             &(MsnetLaunch){ .file = "cpu/small/depthwise_conv2d.cl",
                 .kernel = "depthwise_conv2d",
                 MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
                     MSNET_BUFFER (constants.weights), MSNET_BUFFER (constants.bias),
                     MSNET_INT (shape->width), MSNET_INT (params->kernel), MSNET_INT (constants.pitch)),
                 .global = { shape->height, shape->frames } },
             error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetDepthwiseConv2dParams *params = data;
  const MsnetShape *shape = &params->input->shape;
  g_auto (Constants) constants = { 0 };

  return constants_init (&constants, list, params, error)
         && msnet_command_list_append (list,
             &(MsnetLaunch){ .file = "plain/depthwise_conv2d.cl",
                 .kernel = "depthwise_conv2d",
                 MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
                     MSNET_BUFFER (constants.weights), MSNET_BUFFER (constants.bias),
                     MSNET_INT (shape->frames), MSNET_INT (shape->height), MSNET_INT (shape->width),
                     MSNET_INT (params->kernel), MSNET_INT (constants.pitch)),
                 MSNET_FLAT_SIZES (msnet_shape_get_size (shape)) },
             error);
}

static gchar *
print_sizes (gconstpointer data)
{
  const MsnetDepthwiseConv2dParams *params = data;

  return msnet_sizes_print (params->input, params->output, params->kernel, 0);
}

static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetDepthwiseConv2dParams params;
  MsnetSizes sizes;

  if (!msnet_sizes_parse (text, &sizes))
    return FALSE;
  params.kernel = sizes.extent;
  sizes.input.halo = sizes.extent / 2;
  if ((params.input = msnet_case_add_tensor (self, &sizes.input, -1.0, 1.0, error)) == NULL
      || (params.output = msnet_case_add_tensor (self, &sizes.output, -1.0, 1.0, error)) == NULL)
    return FALSE;
  params.weights = msnet_case_add_weights (self, sizes.input.channels * sizes.extent * sizes.extent, 1.0);
  params.bias = msnet_case_add_bias (self, sizes.input.channels, 1.0);
  msnet_case_set_params (self, &params, sizeof params, params.output);
  return TRUE;
}

static const MsnetKernel kernels[] = {
  { .name = "cpu",

      .bound = 1e-6,
      .may_use = msnet_kernel_is_for_cpu,
      .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_depthwise_conv2d_operation = {
  .name = "depthwise convolution",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = print_sizes,
  .fill_case = fill_case,
};

gboolean
msnet_depthwise_conv2d_append (
    MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, GError **error)
{
  return msnet_operation_append (&msnet_depthwise_conv2d_operation, list, NULL, params, error);
}
