/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "motion_fusion.h"

#include <string.h>

static const MsnetBorder no_border = { 0 };

/* A 1x1 convolution like @layer that reads half of its inputs, and has its bias or none.
 *
 * Returns: its weights and bias are the caller's */
static MsnetLayer
take_half (const MsnetLayer *layer, guint first, gboolean has_bias)
{
  MsnetLayer half = *layer;

  half.inputs = layer->inputs / 2;
  half.weights = g_new (gfloat, (gsize)half.outputs * half.inputs);
  half.bias = g_new0 (gfloat, half.outputs);
  for (guint i = 0; i < half.outputs; i++)
    memcpy (half.weights + (gsize)i * half.inputs, layer->weights + (gsize)i * layer->inputs + first,
        half.inputs * sizeof (gfloat));
  if (has_bias)
    memcpy (half.bias, layer->bias, half.outputs * sizeof (gfloat));
  return half;
}

/* A convolution of [x, M] is the sum of one of x and one of M: the two are never copied side by side. */
static MsnetTensor *
append_concatenated (MsnetBuilder *builder, const MsnetLayer *layer, MsnetTensor *x, MsnetTensor *motion,
    MsnetBorder border, GError **error)
{
  MsnetLayer first = take_half (layer, 0, FALSE), second = take_half (layer, layer->inputs / 2, TRUE);
  MsnetTensor *of_x
      = msnet_builder_convolve (builder, &first, x, NULL, MSNET_EPILOGUE_LINEAR, no_border, error);
  MsnetTensor *output = of_x != NULL ? msnet_builder_convolve (
                            builder, &second, motion, of_x, MSNET_EPILOGUE_ADD_RELU, border, error)
                                     : NULL;

  if (output != NULL)
    msnet_arena_release (builder->arena, of_x);
  msnet_layer_clear (&first);
  msnet_layer_clear (&second);
  return output;
}

MsnetTensor *
msnet_motion_fusion_append (MsnetBuilder *builder, MsnetFusion fusion, const MsnetMotionLayers *layers,
    MsnetTensor *input, MsnetTensor *x, MsnetBorder border, GError **error)
{
  const MsnetLayer *last = &layers->pointwise[MSNET_N_TRANSFORMATIONS - 1];
  MsnetTensor *motion, *output;

  switch (fusion) {
  case MSNET_FUSION_ADD:
    return msnet_builder_convolve (builder, last, input, x, MSNET_EPILOGUE_RELU_ADD, border, error);
  case MSNET_FUSION_MULTIPLY:
    return msnet_builder_convolve (builder, last, input, x, MSNET_EPILOGUE_RELU_MULTIPLY, border, error);
  case MSNET_FUSION_REPLACE:
    return msnet_builder_convolve (builder, last, input, NULL, MSNET_EPILOGUE_RELU, border, error);
  case MSNET_FUSION_CONCAT:
    break;
  }
  motion = msnet_builder_convolve (builder, last, input, NULL, MSNET_EPILOGUE_RELU, no_border, error);
  output = motion != NULL ? append_concatenated (builder, &layers->fusion, x, motion, border, error) : NULL;
  if (output != NULL)
    msnet_arena_release (builder->arena, motion);
  return output;
}
