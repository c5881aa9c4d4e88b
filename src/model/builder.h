/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a forward pass is built with: memory, commands and the named stages.  For src/model. */
#pragma once

#include "layer.h"
#include "ops/depthwise_conv2d.h"
#include "parts.h"
#include "stream_state.h"
#include "tensor/arena.h"

G_BEGIN_DECLS

/**
 * MsnetBorder: the zeros that the next reader of a tensor needs around it (tensor.h).
 * @shifted: in the frames before the first and after the last, the first channels of each pixel
 */
typedef struct
{
  guint halo;
  guint shifted;
} MsnetBorder;

/**
 * MsnetBuilder:
 * @arena: where activations come from
 * @list: where commands go
 * @stages: of MsnetStage, in the order they run
 * @data_type: how the activations that it makes are stored
 * @state: (nullable): of a stream: takes what the next frame needs of this one
 * @keep_features: nothing overwrites what the average pooling reads and makes
 *
 * Functions that append take the tensor they read from the caller, and give it back to the arena
 * when its last reader is appended.  They return the output, which the caller then owns the same way,
 * or NULL with an error.
 */
typedef struct
{
  MsnetArena *arena;
  MsnetCommandList *list;
  GArray *stages;
  MsnetDataType data_type;
  MsnetStreamState *state;
  gboolean keep_features;
} MsnetBuilder;

/* The same builder, for activations that must be exact: they are stored as float32. */
static inline MsnetBuilder
msnet_builder_get_exact (const MsnetBuilder *builder)
{
  MsnetBuilder exact = *builder;

  exact.data_type = MSNET_FLOAT32;
  return exact;
}

/* What @layer needs around its input, and what @block does. */
MsnetBorder msnet_border_for (const MsnetLayer *layer);
MsnetBorder msnet_border_for_block (const MsnetBlock *block);

/* Returns: (nullable) (transfer none): activations with frames of @like, of another size */
MsnetTensor *msnet_builder_acquire (MsnetBuilder *builder, const MsnetTensor *like, guint stride,
    guint channels, MsnetBorder border, GError **error);

/* What operations are told of a layer. */
MsnetConv2dParams msnet_builder_get_conv2d (
    const MsnetLayer *layer, MsnetTensor *input, MsnetTensor *output, MsnetEpilogue epilogue);
MsnetDepthwiseConv2dParams msnet_builder_get_depthwise (
    const MsnetLayer *layer, MsnetTensor *input, MsnetTensor *output, MsnetEpilogue epilogue);

/**
 * msnet_builder_convolve:
 * @input: not given back here
 * @residual: (nullable): not given back here
 * @border: of the output
 */
MsnetTensor *msnet_builder_convolve (MsnetBuilder *builder, const MsnetLayer *layer, MsnetTensor *input,
    MsnetTensor *residual, MsnetEpilogue epilogue, MsnetBorder border, GError **error);

/* What @block reads: @input, or the temporal shift of it, for which @input is then given back. */
MsnetTensor *msnet_builder_shift_block (
    MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, GError **error);

/* As msnet_builder_convolve(), each channel by itself.  @epilogue: one without a residual */
MsnetTensor *msnet_builder_convolve_depthwise (MsnetBuilder *builder, const MsnetLayer *layer,
    MsnetTensor *input, MsnetEpilogue epilogue, MsnetBorder border, GError **error);

/* Names what was appended since the last stage ended. */
void msnet_builder_end_stage (
    MsnetBuilder *builder, const gchar *name, MsnetTensor *input, MsnetTensor *output);

G_END_DECLS
