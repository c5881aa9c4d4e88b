/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernels.h"

#include <math.h>
#include <stdio.h>

#define N_FIELDS 16
#define SIZES                                                                                                \
  "kernel %u stride %u padding %u, %ux%ux%ux%u by %u to %u, shift %u of %u, epilogues %u %u, previous %u, "  \
  "elements %u to %u"

/* The sizes of a block.  @inner: channels between; 0: it does not widen */
typedef struct
{
  MsnetShape input;
  guint inner;
  guint outputs;
  guint kernel;
  guint stride;
  guint padding;
  guint shift;
  guint shift_channels;
  guint epilogues[2]; /* of the inner layers, of the last */
  guint has_previous;
  guint output_type;
} Sizes;

gchar *
msnet_inverted_print_sizes (gconstpointer data)
{
  const MsnetInvertedResidualParams *params = data;
  const MsnetDepthwiseConv2dParams *depthwise = &params->depthwise;
  const gboolean widens = msnet_inverted_widens (params);
  const MsnetShape *input = widens ? &params->widen.input->shape : &depthwise->input->shape;
  const MsnetShape *output = &params->narrow.output->shape;

  return g_strdup_printf (SIZES, depthwise->kernel, MAX (depthwise->stride, 1), depthwise->padding,
      input->frames, input->height, input->width, input->channels,
      widens ? depthwise->input->shape.channels : 0, output->channels, widens ? params->widen.shift : 0,
      widens ? msnet_conv2d_get_shift_channels (&params->widen) : 0, depthwise->epilogue,
      params->narrow.epilogue, widens && params->widen.previous != NULL, input->data_type, output->data_type);
}

static gboolean
parse_sizes (const gchar *text, Sizes *sizes)
{
  MsnetShape *input = &sizes->input;
  guint input_type;

  *sizes = (Sizes){ 0 };
  if (sscanf (text, SIZES, &sizes->kernel, &sizes->stride, &sizes->padding, &input->frames, &input->height,
          &input->width, &input->channels, &sizes->inner, &sizes->outputs, &sizes->shift,
          &sizes->shift_channels, &sizes->epilogues[0], &sizes->epilogues[1], &sizes->has_previous,
          &input_type, &sizes->output_type)
      != N_FIELDS)
    return FALSE;
  input->data_type = input_type;
  return TRUE;
}

static gboolean
add_widening (MsnetCase *self, const Sizes *sizes, MsnetInvertedResidualParams *params, GError **error)
{
  MsnetShape input = sizes->input, wide = sizes->input, previous = sizes->input;

  input.frame_halo = sizes->shift != MSNET_SHIFT_NONE && !sizes->has_previous;
  wide.channels = sizes->inner;
  wide.halo = sizes->kernel / 2;
  previous.channels = sizes->shift_channels + sizes->shift_channels % 2;
  params->widen = (MsnetConv2dParams){
    .input = msnet_case_add_tensor (self, &input, -1.0, 1.0, error),
    .weights = msnet_case_add_weights (self, input.channels * wide.channels, 1.0 / sqrt (input.channels)),
    .bias = msnet_case_add_bias (self, wide.channels, 1.0),
    .kernel = 1,
    .shift = sizes->shift,
    .shift_channels = sizes->shift_channels,
    .epilogue = sizes->epilogues[0],
  };
  return params->widen.input != NULL
         && (params->widen.output = msnet_case_add_tensor (self, &wide, 0.0, 1.0, error)) != NULL
         && (!sizes->has_previous
             || (params->widen.previous = msnet_case_add_tensor (self, &previous, -1.0, 1.0, error)) != NULL);
}

static gboolean
add_depthwise (MsnetCase *self, const Sizes *sizes, MsnetInvertedResidualParams *params, GError **error)
{
  MsnetTensor *input = params->widen.output;
  MsnetShape shape = sizes->input;

  if (input == NULL) {
    shape.halo = sizes->kernel / 2;
    input = msnet_case_add_tensor (self, &shape, -1.0, 1.0, error);
    if (input == NULL)
      return FALSE;
  }
  shape = input->shape;
  shape.height = (shape.height + sizes->stride - 1) / sizes->stride;
  shape.width = (shape.width + sizes->stride - 1) / sizes->stride;
  params->depthwise = (MsnetDepthwiseConv2dParams){
    .input = input,
    .output = msnet_case_add_tensor (self, &shape, 0.0, 1.0, error),
    .weights
    = msnet_case_add_weights (self, shape.channels * sizes->kernel * sizes->kernel, 1.0 / sizes->kernel),
    .bias = msnet_case_add_bias (self, shape.channels, 1.0),
    .kernel = sizes->kernel,
    .stride = sizes->stride,
    .epilogue = sizes->epilogues[0],
    .padding = sizes->padding,
  };
  return params->depthwise.output != NULL;
}

static gboolean
add_narrowing (MsnetCase *self, const Sizes *sizes, MsnetInvertedResidualParams *params, GError **error)
{
  MsnetTensor *input = params->depthwise.output;
  MsnetShape shape = input->shape;

  shape.channels = sizes->outputs;
  shape.data_type = sizes->output_type;
  shape.halo = 0;
  params->narrow = (MsnetConv2dParams){
    .input = input,
    .output = msnet_case_add_tensor (self, &shape, -1.0, 1.0, error),
    .weights = msnet_case_add_weights (
        self, input->shape.channels * sizes->outputs, 1.0 / sqrt (input->shape.channels)),
    .bias = msnet_case_add_bias (self, sizes->outputs, 0.1),
    .kernel = 1,
    .epilogue = sizes->epilogues[1],
  };
  return params->narrow.output != NULL
         && (sizes->epilogues[1] < MSNET_EPILOGUE_ADD
             || (params->narrow.residual = msnet_case_add_tensor (self, &shape, -1.0, 1.0, error)) != NULL);
}

gboolean
msnet_inverted_fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetInvertedResidualParams params = { 0 };
  Sizes sizes;

  if (!parse_sizes (text, &sizes) || (sizes.inner > 0 && !add_widening (self, &sizes, &params, error))
      || !add_depthwise (self, &sizes, &params, error) || !add_narrowing (self, &sizes, &params, error))
    return FALSE;
  msnet_case_set_params (self, &params, sizeof params, params.narrow.output);
  return TRUE;
}
