/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The convolutions of a network, and the blocks that they make.  For src/model. */
#pragma once

#include "ops/conv2d/conv2d.h"

G_BEGIN_DECLS

/**
 * MsnetLayer: a convolution and the batch norm behind it.
 * @name: of its tensor in a checkpoint, without `.weight`
 * @norm: of the batch norm's tensors, without `.running_mean` and so on.  A classifier has none, but
 *     `NAME.bias`
 * @norm_epsilon: what the batch norm adds to the variance
 * @inputs: channels that each output reads: 1 for a depthwise convolution
 * @shift: the temporal shift that comes before it
 * @shift_channels: how many of its input channels that moves each way
 * @weights: [outputs][inputs][kernel][kernel], @bias: [outputs]; the batch norm is folded into them
 */
typedef struct
{
  gchar name[32];
  gchar norm[32];
  gdouble norm_epsilon;
  guint inputs;
  guint outputs;
  guint kernel;
  guint stride;
  MsnetPadding padding;
  MsnetShift shift;
  guint shift_channels;
  gfloat *weights;
  gfloat *bias;
} MsnetLayer;

/**
 * MsnetBlock: layers that run one after the other, and perhaps a way around them.
 * @stage: which stage of the backbone it belongs to, from 1
 * @shift: the temporal shift of all that it reads; its layers then have none
 * @shift_channels: how many channels that moves each way
 * @layers: @n_layers of them
 * @projection: the layer on the way around; @projection.outputs is 0 if there is none
 */
typedef struct
{
  guint stage;
  MsnetShift shift;
  guint shift_channels;
  MsnetLayer layers[3];
  guint n_layers;
  MsnetLayer projection;
} MsnetBlock;

/* Channels of its output. */
static inline guint
msnet_block_get_outputs (const MsnetBlock *block)
{
  return block->layers[block->n_layers - 1].outputs;
}

static inline gboolean
msnet_layer_is_depthwise (const MsnetLayer *layer)
{
  return layer->inputs == 1;
}

/* Names of its tensors: @prefix, then @conv or @norm.  The batch norm gets PyTorch's epsilon. */
void msnet_layer_set_names (MsnetLayer *layer, const gchar *prefix, const gchar *conv, const gchar *norm);
void msnet_layer_set_sizes (MsnetLayer *layer, guint outputs, guint inputs, guint kernel, guint stride);

/* Frees its weights. */
void msnet_layer_clear (MsnetLayer *layer);

G_END_DECLS
