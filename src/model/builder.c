/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "builder.h"

#include "ops/border.h"
#include "ops/depthwise_conv2d.h"

MsnetBorder
msnet_border_for (const MsnetLayer *layer)
{
  return (MsnetBorder){ .halo = layer->kernel / 2, .frame_halo = layer->shift != MSNET_SHIFT_NONE };
}

static gboolean
clear_border (MsnetBuilder *builder, MsnetTensor *tensor, GError **error)
{
  return msnet_arena_keeps_zeros (builder->arena, &tensor->shape)
         || msnet_border_clear_append (builder->list, tensor, error);
}

MsnetTensor *
msnet_builder_acquire (MsnetBuilder *builder, const MsnetTensor *like, guint stride, guint channels,
    MsnetBorder border, GError **error)
{
  MsnetShape shape = {
    .frames = like->shape.frames,
    .height = (like->shape.height + stride - 1) / stride,
    .width = (like->shape.width + stride - 1) / stride,
    .channels = channels,
    .halo = border.halo,
    .frame_halo = border.frame_halo && builder->state == NULL,
    .data_type = builder->data_type,
  };
  MsnetTensor *tensor = msnet_arena_acquire (builder->arena, &shape, error);

  return tensor != NULL && clear_border (builder, tensor, error) ? tensor : NULL;
}

MsnetTensor *
msnet_builder_convolve (MsnetBuilder *builder, const MsnetLayer *layer, MsnetTensor *input,
    MsnetTensor *residual, MsnetEpilogue epilogue, MsnetBorder border, GError **error)
{
  MsnetTensor *output = msnet_builder_acquire (builder, input, layer->stride, layer->outputs, border, error);

  if (output == NULL)
    return NULL;
  MsnetConv2dParams params = {
    .name = layer->name,
    .output = output,
    .input = input,
    .residual = residual,
    .weights = layer->weights,
    .bias = layer->bias,
    .kernel = layer->kernel,
    .stride = layer->stride,
    .shift = layer->shift,
    .epilogue = epilogue,
  };
  if (layer->shift == MSNET_SHIFT_NONE || builder->state == NULL)
    return msnet_conv2d_append (builder->list, &params, error) ? output : NULL;
  params.previous = msnet_stream_state_add (builder->state, input, input->shape.channels / 8, error);
  if (params.previous == NULL || !msnet_conv2d_append (builder->list, &params, error)
      || !msnet_stream_state_append_update (builder->list, params.previous, input, error))
    return NULL;
  return output;
}

MsnetTensor *
msnet_builder_convolve_depthwise (
    MsnetBuilder *builder, const MsnetLayer *layer, MsnetTensor *input, MsnetBorder border, GError **error)
{
  MsnetTensor *output = msnet_builder_acquire (builder, input, 1, layer->outputs, border, error);

  if (output == NULL)
    return NULL;
  MsnetDepthwiseConv2dParams params = {
    .output = output,
    .input = input,
    .weights = layer->weights,
    .bias = layer->bias,
    .kernel = layer->kernel,
    .epilogue = MSNET_EPILOGUE_RELU,
  };
  return msnet_depthwise_conv2d_append (builder->list, &params, error) ? output : NULL;
}

void
msnet_builder_end_stage (MsnetBuilder *builder, const gchar *name, MsnetTensor *input, MsnetTensor *output)
{
  const GArray *stages = builder->stages;
  MsnetStage stage = { .name = name, .input = input, .output = output };

  if (stages->len > 0)
    stage.first = g_array_index (stages, MsnetStage, stages->len - 1).end;
  stage.end = msnet_command_list_get_length (builder->list);
  g_array_append_val (builder->stages, stage);
}
