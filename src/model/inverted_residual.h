/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What MobileNetV2 and EfficientNet-Lite share (MSNET.md 2): a 3x3 convolution with stride 2 for a stem,
 * seven groups of inverted residuals, and a last 1x1 convolution, all with ReLU6.  For their files.
 *
 * An inverted residual widens its input by a 1x1 convolution, convolves each channel by itself, and narrows
 * that by a 1x1 convolution without ReLU.  With stride 1 and as many channels as before, the input is added;
 * such a block shifts if it widens. */
#pragma once

#include "backbone.h"

G_BEGIN_DECLS

#define MSNET_N_INVERTED_GROUPS 7

/**
 * MsnetInvertedGroup: blocks that make as many channels
 * @expansion: by how much they widen; 1: they have no such layer
 * @stride: of the first one; of the others it is 1
 * @kernel: of the depthwise convolutions
 */
typedef struct
{
  guint expansion;
  guint channels;
  guint n_blocks;
  guint stride;
  guint kernel;
} MsnetInvertedGroup;

/* Names and strides of the stages: four, and the last layer by itself. */
extern const gchar *const msnet_inverted_stages[];
extern const guint msnet_inverted_strides[];

/* Of the stem's output, in pixels. */
#define MSNET_INVERTED_STEM_STRIDE 2

/* Returns: @channels to a multiple of eight, and not less than nine tenths of them */
guint msnet_inverted_round_channels (gdouble channels);

/**
 * msnet_inverted_lay_out: sizes, strides and shifts of all layers; names are left to the caller
 * @groups: MSNET_N_INVERTED_GROUPS of them
 * @stem_channels, @last_channels: of the outputs of the stem and of the last layer
 * @blocks: (element-type MsnetBlock): of the groups; behind them one of the last layer alone
 */
void msnet_inverted_lay_out (const MsnetNetworkSpec *spec, const MsnetInvertedGroup *groups,
    guint stem_channels, guint last_channels, MsnetLayer *stem, GArray *blocks);

/* As a backbone's functions of the same names (backbone.h). */
MsnetTensor *msnet_inverted_append_stem (
    MsnetBuilder *builder, const MsnetLayer *stem, MsnetTensor *input, MsnetBorder border, GError **error);
MsnetTensor *msnet_inverted_append_block (
    MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, MsnetBorder border, GError **error);

G_END_DECLS
