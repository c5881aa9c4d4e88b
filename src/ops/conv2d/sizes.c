/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sizes.h"

#include <math.h>
#include <stdio.h>

#define N_FIELDS 14
#define SIZES                                                                                                \
  "kernel %u stride %u padding %u, %ux%ux%ux%u to %u, shift %u by %u, epilogue %u, previous %u, "            \
  "elements %u to %u"

gchar *
msnet_conv2d_print_sizes (gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  const MsnetShape *input = &params->input->shape, *output = &params->output->shape;

  return g_strdup_printf (SIZES, params->kernel, MAX (params->stride, 1), params->padding, input->frames,
      input->height, input->width, input->channels, output->channels, params->shift,
      msnet_conv2d_get_shift_channels (params), params->epilogue, params->previous != NULL, input->data_type,
      output->data_type);
}

gboolean
msnet_conv2d_parse_sizes (const gchar *text, MsnetConv2dSizes *sizes)
{
  guint padding, shift, epilogue, has_previous, input_type, output_type;

  if (sscanf (text, SIZES, &sizes->kernel, &sizes->stride, &padding, &sizes->frames, &sizes->height,
          &sizes->width, &sizes->inputs, &sizes->outputs, &shift, &sizes->shift_channels, &epilogue,
          &has_previous, &input_type, &output_type)
      != N_FIELDS)
    return FALSE;
  sizes->padding = padding;
  sizes->shift = shift;
  sizes->epilogue = epilogue;
  sizes->has_previous = has_previous;
  sizes->input_type = input_type;
  sizes->output_type = output_type;
  return TRUE;
}

static gboolean
add_tensors (MsnetCase *self, const MsnetConv2dSizes *sizes, MsnetConv2dParams *params, GError **error)
{
  const MsnetShape input = { sizes->frames, sizes->height, sizes->width, sizes->inputs, sizes->kernel / 2,
    sizes->shift != MSNET_SHIFT_NONE && !sizes->has_previous, sizes->input_type };
  const MsnetShape output = { sizes->frames, (sizes->height + sizes->stride - 1) / sizes->stride,
    (sizes->width + sizes->stride - 1) / sizes->stride, sizes->outputs, .data_type = sizes->output_type };
  const gboolean adds = sizes->epilogue >= MSNET_EPILOGUE_ADD;
  MsnetShape previous = input;

  previous.channels = sizes->shift_channels;
  return (params->input = msnet_case_add_tensor (self, &input, -1.0, 1.0, error)) != NULL
         && (params->output = msnet_case_add_tensor (self, &output, -1.0, 1.0, error)) != NULL
         && (!adds || (params->residual = msnet_case_add_tensor (self, &output, -1.0, 1.0, error)) != NULL)
         && (!sizes->has_previous
             || (params->previous = msnet_case_add_tensor (self, &previous, -1.0, 1.0, error)) != NULL);
}

/* Weights such that results are about as large as the input. */
gboolean
msnet_conv2d_fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetConv2dParams params = { 0 };
  MsnetConv2dSizes sizes;
  gsize n_filter;

  if (!msnet_conv2d_parse_sizes (text, &sizes) || !add_tensors (self, &sizes, &params, error))
    return FALSE;
  n_filter = (gsize)sizes.inputs * sizes.kernel * sizes.kernel;
  params.weights = msnet_case_add_weights (self, sizes.outputs * n_filter, 1.0 / sqrt (n_filter));
  params.bias = msnet_case_add_bias (self, sizes.outputs, 0.1);
  params.kernel = sizes.kernel;
  params.stride = sizes.stride;
  params.padding = sizes.padding;
  params.shift = sizes.shift;
  params.shift_channels = sizes.shift_channels;
  params.epilogue = sizes.epilogue;
  msnet_case_set_params (self, &params, sizeof params, params.output);
  return TRUE;
}
