/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `msnet.network` of a model file says, checked (network_parse.h). */
#pragma once

#include "ops/conv2d/conv2d.h"
#include "ops/correlation.h"

G_BEGIN_DECLS

/* The stages that motion can follow; some backbones have one more. */
#define MSNET_N_STAGES 4

/* How displacements follow from scores (MSNET.md 3.5, 3.6). */
typedef enum
{
  MSNET_SOFT_ARGMAX_KERNEL, /* scores under a Gaussian around the best */
  MSNET_SOFT_ARGMAX_PLAIN,  /* all scores */
} MsnetSoftArgmax;

/* What becomes of the features x and of what motion adds, M (MSNET.md 3.9). */
typedef enum
{
  MSNET_FUSION_ADD,
  MSNET_FUSION_MULTIPLY,
  MSNET_FUSION_CONCAT,
  MSNET_FUSION_REPLACE,
} MsnetFusion;

/**
 * MsnetMotionSpec: `motion` of `msnet.network`.
 * @n_places: how many stages are followed by a module; 0: TSM or TSN
 * @after: the first @n_places of them, ascending, from 1
 * @sigma: of the Gaussian; of no use to MSNET_SOFT_ARGMAX_PLAIN
 */
typedef struct
{
  guint n_places;
  guint after[MSNET_N_STAGES];
  guint patch;
  guint dilation; /* cells from displacement to displacement */
  gdouble sigma;
  gdouble temperature;
  MsnetDirection direction;
  MsnetSoftArgmax softargmax;
  gboolean confidence;
  MsnetFusion fusion;
} MsnetMotionSpec;

/* What of a block the temporal shift is for (MSNET.md 2). */
typedef enum
{
  MSNET_SHIFT_PLACE_RESIDUAL, /* what its layers read */
  MSNET_SHIFT_PLACE_BLOCK,    /* all that it reads */
} MsnetShiftPlace;

/* How scores follow from logits. */
typedef enum
{
  MSNET_OUTPUT_SOFTMAX, /* one of the classes */
  MSNET_OUTPUT_SIGMOID, /* each class by itself */
} MsnetOutput;

/* What the classifier reads of each frame (MSNET.md 4). */
typedef enum
{
  MSNET_HEAD_POOLED,
  MSNET_HEAD_POOLED_AND_CHANGE,
  MSNET_HEAD_CHANGE,
} MsnetHead;

/* How many values for each that is pooled. */
static inline guint
msnet_head_count_features (MsnetHead head)
{
  return head == MSNET_HEAD_POOLED_AND_CHANGE ? 2 : 1;
}

typedef struct _MsnetBackbone MsnetBackbone;

typedef struct
{
  const MsnetBackbone *backbone;
  guint depth;        /* as the backbone has it; ResNet: 18, 34, 50, 101, 152 */
  guint width;        /* as the backbone has it; ResNet: channels of the first stage, 64 is standard */
  gdouble multiplier; /* as the backbone has it: of its channels */
  MsnetShift shift;
  guint shift_every; /* every so many blocks of a stage shift */
  guint shift_div;   /* one in so many channels moves each way */
  MsnetShiftPlace shift_place;
  guint classes;
  MsnetOutput output;
  MsnetHead head;
  guint grid; /* the last map's mean is taken over each of grid x grid parts */
  MsnetMotionSpec motion;
} MsnetNetworkSpec;

G_END_DECLS
