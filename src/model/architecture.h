/* Which layers a network has: their names, sizes and weights, in the order they run (MSNET.md 2, 3, 5).
 * The reader takes the tensors of a file by it, the forward pass is built from it. */
#pragma once

#include "motion_layers.h"
#include "network_spec.h"

G_BEGIN_DECLS

/**
 * MsnetBlock: a residual block.
 * @layers: @n_layers of them: two, or three in a bottleneck
 * @projection: on the identity's way; @projection.outputs is 0 where the identity stays as it is
 */
typedef struct
{
  MsnetLayer layers[3];
  guint n_layers;
  MsnetLayer projection;
} MsnetBlock;

/* Stages of a ResNet: layer1 to layer4. */
#define MSNET_N_STAGES 4

/* MotionSqueeze stands behind layer2. */
#define MSNET_MOTION_STAGE 1

/**
 * MsnetArchitecture:
 * @blocks: of layer1 to layer4, @n_blocks[i] of each
 * @motion: of MotionSqueeze; unused without motion
 * @classifier: features to classes
 */
typedef struct
{
  MsnetLayer stem;
  MsnetBlock *blocks[MSNET_N_STAGES];
  guint n_blocks[MSNET_N_STAGES];
  MsnetMotionLayers motion;
  MsnetLayer classifier;
} MsnetArchitecture;

/* Lays out the layers of @spec, without weights.  @spec is valid (see spec.h). */
void msnet_architecture_init (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec);
void msnet_architecture_clear (MsnetArchitecture *architecture);

/* Returns: (transfer container) (element-type MsnetLayer): every layer, the classifier last */
GPtrArray *msnet_architecture_list_layers (MsnetArchitecture *architecture);

G_END_DECLS
