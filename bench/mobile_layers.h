/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The convolutions and blocks of MobileNetV2 and EfficientNet-Lite0 at 224 x 224: cases of benches. */
#pragma once

#include "ops/conv2d/conv2d.h"

G_BEGIN_DECLS

/**
 * MobileLayer:
 * @name: network and layer: `mobilenet 56 144 to 24`
 * @is_depthwise: then @outputs is @inputs
 * @size: rows and columns of the input
 */
typedef struct
{
  gchar name[48];
  gboolean is_depthwise;
  guint size;
  guint inputs;
  guint outputs;
  guint kernel;
  guint stride;
  MsnetEpilogue epilogue;
} MobileLayer;

/**
 * MobileBlock: an inverted residual
 * @name: network and channels: `mb 56 24 by 144 to 24`
 * @size: rows and columns of the input
 * @inner: channels between; 0: it does not widen
 * @kernel, @stride: of the depthwise convolution
 */
typedef struct
{
  gchar name[48];
  guint size;
  guint inputs;
  guint inner;
  guint outputs;
  guint kernel;
  guint stride;
} MobileBlock;

/* Returns: (transfer full) (element-type MobileLayer): every kind once, in the order they run */
GArray *mobile_list_layers (void);

/* Returns: (transfer full) (element-type MobileBlock): the same of blocks */
GArray *mobile_list_blocks (void);

G_END_DECLS
