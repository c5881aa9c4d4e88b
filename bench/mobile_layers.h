/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The convolutions of MobileNetV2 and EfficientNet-Lite0 at 224 x 224: cases of benches. */
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

/* Returns: (transfer full) (element-type MobileLayer): every kind once, in the order they run */
GArray *mobile_list_layers (void);

G_END_DECLS
