/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "builder.h"

#include "ops/border.h"

MsnetBorder
msnet_border_for (const MsnetLayer *layer)
{
  return (MsnetBorder){ .halo = layer->kernel / 2,
    .shifted = msnet_shift_count_channels (layer->shift, layer->shift_channels) };
}

MsnetBorder
msnet_border_for_block (const MsnetBlock *block)
{
  if (block->shift == MSNET_SHIFT_NONE)
    return msnet_border_for (&block->layers[0]);
  return (MsnetBorder){ .shifted = msnet_shift_count_channels (block->shift, block->shift_channels) };
}

static gboolean
clear_border (MsnetBuilder *builder, MsnetTensor *tensor, guint shifted, GError **error)
{
  return msnet_arena_keeps_zeros (builder->arena, &tensor->shape)
         || msnet_border_clear_append (builder->list, tensor, shifted, error);
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
    .frame_halo = border.shifted > 0 && builder->state == NULL,
    .data_type = builder->data_type,
  };
  MsnetTensor *tensor = msnet_arena_acquire (builder->arena, &shape, error);

  return tensor != NULL && clear_border (builder, tensor, border.shifted, error) ? tensor : NULL;
}

MsnetConv2dParams
msnet_builder_get_conv2d (
    const MsnetLayer *layer, MsnetTensor *input, MsnetTensor *output, MsnetEpilogue epilogue)
{
  return (MsnetConv2dParams){
    .name = layer->name,
    .output = output,
    .input = input,
    .weights = layer->weights,
    .bias = layer->bias,
    .kernel = layer->kernel,
    .stride = layer->stride,
    .padding = layer->padding,
    .shift = layer->shift,
    .shift_channels = layer->shift_channels,
    .epilogue = epilogue,
  };
}

MsnetDepthwiseConv2dParams
msnet_builder_get_depthwise (
    const MsnetLayer *layer, MsnetTensor *input, MsnetTensor *output, MsnetEpilogue epilogue)
{
  return (MsnetDepthwiseConv2dParams){
    .name = layer->name,
    .output = output,
    .input = input,
    .weights = layer->weights,
    .bias = layer->bias,
    .kernel = layer->kernel,
    .stride = layer->stride,
    .padding = layer->padding,
    .epilogue = epilogue,
  };
}

MsnetTensor *
msnet_builder_convolve (MsnetBuilder *builder, const MsnetLayer *layer, MsnetTensor *input,
    MsnetTensor *residual, MsnetEpilogue epilogue, MsnetBorder border, GError **error)
{
  MsnetTensor *output = msnet_builder_acquire (builder, input, layer->stride, layer->outputs, border, error);

  if (output == NULL)
    return NULL;
  MsnetConv2dParams params = msnet_builder_get_conv2d (layer, input, output, epilogue);
  params.residual = residual;
  if (layer->shift == MSNET_SHIFT_NONE || builder->state == NULL)
    return msnet_conv2d_append (builder->list, &params, error) ? output : NULL;
  params.previous = msnet_stream_state_add (builder->state, input, layer->shift_channels, error);
  if (params.previous == NULL || !msnet_conv2d_append (builder->list, &params, error)
      || !msnet_stream_state_append_update (builder->list, params.previous, input, error))
    return NULL;
  return output;
}

/* @params: all but `previous`, which a stream has */
static gboolean
append_shift (MsnetBuilder *builder, MsnetTemporalShiftParams *params, GError **error)
{
  if (builder->state == NULL)
    return msnet_temporal_shift_append (builder->list, params, error);
  params->previous = msnet_stream_state_add (builder->state, params->input, params->n_channels, error);
  return params->previous != NULL && msnet_temporal_shift_append (builder->list, params, error)
         && msnet_stream_state_append_update (builder->list, params->previous, params->input, error);
}

MsnetTensor *
msnet_builder_shift_block (MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, GError **error)
{
  if (block->shift == MSNET_SHIFT_NONE)
    return input;
  MsnetTensor *output = msnet_builder_acquire (
      builder, input, 1, input->shape.channels, msnet_border_for (&block->layers[0]), error);
  MsnetTemporalShiftParams params = {
    .output = output,
    .input = input,
    .shift = block->shift,
    .n_channels = block->shift_channels,
  };
  if (output == NULL || !append_shift (builder, &params, error))
    return NULL;
  msnet_arena_release (builder->arena, input);
  return output;
}

MsnetTensor *
msnet_builder_convolve_depthwise (MsnetBuilder *builder, const MsnetLayer *layer, MsnetTensor *input,
    MsnetEpilogue epilogue, MsnetBorder border, GError **error)
{
  MsnetTensor *output = msnet_builder_acquire (builder, input, layer->stride, layer->outputs, border, error);

  if (output == NULL)
    return NULL;
  MsnetDepthwiseConv2dParams params = msnet_builder_get_depthwise (layer, input, output, epilogue);
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
