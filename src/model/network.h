/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model on a device, for a fixed number of frames: TSN, TSM and MSNet.  Built once (weights packed and
 * uploaded, memory planned, commands bound), then run many times.  One thread at a time. */
#pragma once

#include "model.h"
#include "parts.h"

G_BEGIN_DECLS

typedef struct _MsnetNetwork MsnetNetwork;

/**
 * MsnetNetworkOptions:
 * @frames: T, how many are run at a time
 * @stream: frames follow each other, one a run, and each run sees what the runs before left
 *     (msnet_network_can_stream()); @frames is 1
 * @precision: how the input and the activations are stored.  Those of MotionSqueeze, up to what it adds to
 *     its input, and what follows the average pooling are always float32.  With MSNET_BFLOAT16 convolutions
 *     may multiply bfloat16; they add in float32
 * @keep_features: what the average pooling reads and makes can be read after a run
 * @keep_stages: every tensor keeps memory of its own, so that stages can be fed and read one by one
 */
typedef struct
{
  guint frames;
  MsnetNetworkPart part;
  gboolean stream;
  MsnetDataType precision;
  gboolean keep_features;
  gboolean keep_stages;
} MsnetNetworkOptions;

/* Returns: (transfer full): NULL with MSNET_ERROR_SHAPE, MSNET_ERROR_BUILD, MSNET_ERROR_DEVICE, or
 *     MSNET_ERROR_UNSUPPORTED if the environment asks for kernels that do not exist (ops/plan.h) */
MsnetNetwork *msnet_network_new (
    MsnetModel *model, MsnetDevice *device, const MsnetNetworkOptions *options, GError **error);
void msnet_network_free (MsnetNetwork *network);

/* TRUE if no frame depends on a later one: shift causal or none, motion absent or `past`. */
gboolean msnet_network_can_stream (const MsnetNetworkSpec *spec);

/* What is filled before a run: [T, S, S, 3], with a halo; of a trunk what its stem makes. */
MsnetTensor *msnet_network_get_input (MsnetNetwork *network);

/* [1, 1, 1, classes]; of a stem what its trunk takes. */
MsnetTensor *msnet_network_get_output (MsnetNetwork *network);

/* Runs the network.  @logits: (nullable): `classes` floats: the mean over the frames */
gboolean msnet_network_run (MsnetNetwork *network, gfloat *logits, GError **error);

/* The next run is the first one of another stream. */
gboolean msnet_network_reset (MsnetNetwork *network, GError **error);

/* Side of the motion field in cells; 0 for a network without motion. */
guint msnet_network_get_field_size (MsnetNetwork *network);

/* Pixels of the input from one cell of the motion field to the next. */
guint msnet_network_get_field_stride (const MsnetNetworkSpec *spec);

/**
 * msnet_network_read_field:
 * @frame: the frame t of the last run whose displacement is read; for `past` from t - 1 to t, cells of t;
 *     for `forward` and `both` from t to t + 1, cells of t, t < T - 1
 * @field: size x size x 3: dx, dy in cells (signed as the network has them: where the content of cell t
 *     lies in the other frame), confidence; all zero where the cell is flat (best minus median of the
 *     scores inside the map under 0.01)
 */
gboolean msnet_network_read_field (MsnetNetwork *network, guint frame, gfloat *field, GError **error);

/* With MsnetNetworkOptions.keep_features and a head: the stage `pooled` of the last run, which reads the last
 * feature map, [T, H, W, C], and makes the means of its parts, [T, 1, 1, grid * grid * C]. */
const MsnetStage *msnet_network_get_pooling (MsnetNetwork *network);

/* Pixels of the input from one cell of the last feature map to the next. */
guint msnet_network_get_feature_stride (const MsnetNetworkSpec *spec);

/* For tests and benches. */
const MsnetStage *msnet_network_get_stages (MsnetNetwork *network, guint *n_stages);
gboolean msnet_network_run_stage (MsnetNetwork *network, const MsnetStage *stage, GError **error);

/* Returns: (transfer none): how the network is run: layer by layer the chosen kernel, and its commands */
MsnetCommandList *msnet_network_get_plan (MsnetNetwork *network);

/**
 * MsnetNetworkMemory: bytes on the device, weights apart.
 * @activations: of the plan's arena; @least: the largest sum of the tensors in it that live at the same time
 * @scratch: what kernels of one step hand each other
 * @input: where frames are put
 * @state: what a stream keeps from frame to frame
 */
typedef struct
{
  gsize activations;
  gsize least;
  gsize scratch;
  gsize input;
  gsize state;
} MsnetNetworkMemory;

void msnet_network_get_memory (MsnetNetwork *network, MsnetNetworkMemory *memory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetNetwork, msnet_network_free)

G_END_DECLS
