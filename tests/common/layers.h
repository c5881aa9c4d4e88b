/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The convolutions of ResNet-18 and ResNet-50, as the architecture lays them out: cases of tests and
 * benches. */
#pragma once

#include "model/architecture.h"

G_BEGIN_DECLS

/**
 * TestLayer:
 * @name: network and layer: `r18 layer1.0.conv1`
 * @size: rows and columns of the input, @output_size of the output
 * @layer: channels, kernel, stride and shift; without weights
 */
typedef struct
{
  gchar name[48];
  guint size;
  guint output_size;
  MsnetLayer layer;
  MsnetEpilogue epilogue;
} TestLayer;

/* Returns: (transfer full) (element-type TestLayer): every kind of convolution once, by the name of the
 *     first, in the order they run
 * @picture: rows and columns of a frame; 224 is standard
 * @width: channels of the first stage; 64 is standard
 * @shift: of the first layer of each block */
GArray *test_list_layers (guint picture, guint width, MsnetShift shift);

G_END_DECLS
