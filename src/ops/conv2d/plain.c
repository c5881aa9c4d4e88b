/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch.h"
#include "ops/operation.h"

#define GROUP_CHANNELS 32

/* From [C'][C][K][K] to [K][K][C][C']: neighbouring work-items read neighbouring weights. */
static gfloat *
pack (const MsnetConv2dParams *params, gsize n_weights)
{
  const guint outputs = params->output->shape.channels;
  const guint inputs = params->input->shape.channels;
  const guint taps = params->kernel * params->kernel;
  gfloat *packed = g_new (gfloat, n_weights);

  for (guint o = 0; o < outputs; o++)
    for (guint c = 0; c < inputs; c++)
      for (guint tap = 0; tap < taps; tap++)
        packed[((gsize)tap * inputs + c) * outputs + o]
            = params->weights[((gsize)o * inputs + c) * taps + tap];
  return packed;
}

gboolean
msnet_conv2d_plain_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetConv2dParams *params = data;
  const MsnetShape *output = &params->output->shape;
  const gsize n_weights
      = (gsize)output->channels * params->input->shape.channels * params->kernel * params->kernel;
  g_autofree gfloat *packed = pack (params, n_weights);
  g_autoptr (MsnetBuffer) weights = msnet_operation_upload (list, packed, n_weights, error);
  const MsnetConv2dArguments arguments = msnet_conv2d_get_arguments (params, 1);
  const gsize groups = (output->channels + GROUP_CHANNELS - 1) / GROUP_CHANNELS;
  MsnetLaunch launch = {
    .file = "plain/conv2d.cl",
    .kernel = "conv2d",
    .options = msnet_operation_get_storage_options (params->input, params->output),
    .global = { groups * GROUP_CHANNELS, output->width, (gsize)output->frames * output->height },
    .local = { GROUP_CHANNELS },
  };

  return weights != NULL
         && msnet_conv2d_launch (list, params, &launch, weights, &MSNET_STRUCT (arguments), 1, error);
}
