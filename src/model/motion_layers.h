/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The layers of a MotionSqueeze module (MSNET.md 3, 5), whatever the backbone.  For src/model. */
#pragma once

#include "layer.h"
#include "network_spec.h"

G_BEGIN_DECLS

/* Of the feature transformation: four times a depthwise and a pointwise convolution. */
#define MSNET_N_TRANSFORMATIONS 4

/**
 * MsnetMotionLayers: all zero if there is no module.
 * @fusion: of fusion `concat`, with twice the inputs: the features, then the motion; else zero
 */
typedef struct
{
  MsnetLayer reduction;
  MsnetLayer depthwise[MSNET_N_TRANSFORMATIONS];
  MsnetLayer pointwise[MSNET_N_TRANSFORMATIONS];
  MsnetLayer fusion;
} MsnetMotionLayers;

/* @index: which of the places of @motion; @channels: of the features there */
void msnet_motion_layers_init (
    MsnetMotionLayers *layers, const MsnetMotionSpec *motion, guint index, guint channels);

/* Returns: how @displacement follows from @scores of @direction */
MsnetDisplacementParams msnet_motion_describe_displacement (
    const MsnetMotionSpec *motion, MsnetDirection direction, MsnetTensor *displacement, MsnetTensor *scores);

/* Adds each of them to @list (element-type MsnetLayer), in the order they run. */
void msnet_motion_layers_list (MsnetMotionLayers *layers, GPtrArray *list);

G_END_DECLS
