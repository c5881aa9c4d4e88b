/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The layers of MotionSqueeze (MSNET.md 3, 5), whatever the backbone.  For src/model. */
#pragma once

#include "layer.h"
#include "network_spec.h"

G_BEGIN_DECLS

/* Of the feature transformation: four times a depthwise and a pointwise convolution. */
#define MSNET_N_TRANSFORMATIONS 4

/* All zero in a network without motion. */
typedef struct
{
  MsnetLayer reduction;
  MsnetLayer depthwise[MSNET_N_TRANSFORMATIONS];
  MsnetLayer pointwise[MSNET_N_TRANSFORMATIONS];
} MsnetMotionLayers;

/* @channels: of the tensor that motion is added to */
void msnet_motion_layers_init (MsnetMotionLayers *layers, guint channels, const MsnetMotionSpec *motion);

/* Adds each of them to @list (element-type MsnetLayer), in the order they run. */
void msnet_motion_layers_list (MsnetMotionLayers *layers, GPtrArray *list);

G_END_DECLS
