/* Which layers a network has: their names, sizes and weights, in the order they run (MSNET.md 2, 3, 5).
 * The reader takes the tensors of a file by it, the forward pass is built from it. */
#pragma once

#include "ops/conv2d/conv2d.h"
#include "ops/correlation.h"

G_BEGIN_DECLS

/* `motion` of `msnet.network`; absent: TSM or TSN. */
typedef struct
{
  gboolean present;
  guint patch;
  gdouble sigma;
  gdouble temperature;
  MsnetDirection direction;
  gboolean confidence;
} MsnetMotionSpec;

typedef struct
{
  guint depth; /* 18, 34, 50, 101, 152 */
  guint width; /* channels of the first stage; 64 is standard */
  MsnetShift shift;
  guint shift_every; /* every so many blocks of a stage shift */
  guint classes;
  MsnetMotionSpec motion;
} MsnetNetworkSpec;

/**
 * MsnetLayer: a convolution and the batch norm behind it.
 * @name: of its tensor in a checkpoint, without `.weight`
 * @norm: of the batch norm's tensors, without `.running_mean` and so on; empty: a layer without, which
 *     has `NAME.bias` instead
 * @inputs: channels that each output reads: 1 for a depthwise convolution
 * @shift: the temporal shift that comes before it
 * @weights: [outputs][inputs][kernel][kernel], @bias: [outputs]; the batch norm is folded into them
 */
typedef struct
{
  gchar name[32];
  gchar norm[32];
  guint inputs;
  guint outputs;
  guint kernel;
  guint stride;
  MsnetShift shift;
  gfloat *weights;
  gfloat *bias;
} MsnetLayer;

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

/* Of the feature transformation: four times a depthwise and a pointwise convolution. */
#define MSNET_N_TRANSFORMATIONS 4

/**
 * MsnetArchitecture:
 * @blocks: of layer1 to layer4, @n_blocks[i] of each
 * @reduction, @depthwise, @pointwise: of MotionSqueeze; unused without motion
 * @classifier: features to classes
 */
typedef struct
{
  MsnetLayer stem;
  MsnetBlock *blocks[MSNET_N_STAGES];
  guint n_blocks[MSNET_N_STAGES];
  MsnetLayer reduction;
  MsnetLayer depthwise[MSNET_N_TRANSFORMATIONS];
  MsnetLayer pointwise[MSNET_N_TRANSFORMATIONS];
  MsnetLayer classifier;
} MsnetArchitecture;

/* Lays out the layers of @spec, without weights.  @spec is valid (see spec.h). */
void msnet_architecture_init (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec);
void msnet_architecture_clear (MsnetArchitecture *architecture);

/* Returns: (transfer container) (element-type MsnetLayer): every layer, the classifier last */
GPtrArray *msnet_architecture_list_layers (MsnetArchitecture *architecture);

G_END_DECLS
