/* The forward pass of a model on a device, for a fixed number of frames: TSN, TSM and MSNet over
 * ResNet.  Built once (weights packed and uploaded, commands bound), then run many times.
 * One thread at a time. */
#pragma once

#include "model.h"

G_BEGIN_DECLS

typedef struct _MsnetNetwork MsnetNetwork;

/**
 * MsnetStage: a named part of the forward pass, for tests and for timing.
 * @name: `conv1`, `pool`, `layer1`, `layer2`, `reduction` (after normalisation), `scores`, `displacement`,
 *     `transformation` (x + M), `layer3`, `layer4`, `pooled`, `frame-logits`, `logits`
 * @input, @output: what it reads and writes
 * @first, @end: its commands
 */
typedef struct
{
  const gchar *name;
  MsnetTensor *input;
  MsnetTensor *output;
  guint first;
  guint end;
} MsnetStage;

/* @keep_stages: every tensor keeps memory of its own, so that stages can be fed and read singly */
MsnetNetwork *msnet_network_new (
    MsnetModel *model, MsnetDevice *device, guint frames, gboolean keep_stages, GError **error);
void msnet_network_free (MsnetNetwork *network);

/* [T, S, S, 3], halo 3: where prepared frames are put before a run. */
MsnetTensor *msnet_network_get_input (MsnetNetwork *network);

/* Runs the network and reads the logits of the clip: @logits holds `classes` floats. */
gboolean msnet_network_run (MsnetNetwork *network, gfloat *logits, GError **error);

/* Side of the motion field in cells (S / 8); 0 for a network without motion. */
guint msnet_network_get_field_size (MsnetNetwork *network);

/**
 * msnet_network_read_field:
 * @frame: the frame t of the last run whose displacement is read; for `past` from t - 1 to t, cells of t;
 *     for `forward` from t to t + 1, cells of t, t < T - 1
 * @field: size x size x 3: dx, dy in cells (signed as the network has them: where the content of cell t
 *     lies in the other frame), confidence; all zero where the cell is flat (best minus median of the
 *     scores inside the map under 0.01)
 */
gboolean msnet_network_read_field (MsnetNetwork *network, guint frame, gfloat *field, GError **error);

/* For tests and benches. */
const MsnetStage *msnet_network_get_stages (MsnetNetwork *network, guint *n_stages);
gboolean msnet_network_run_stage (MsnetNetwork *network, const MsnetStage *stage, GError **error);
gsize msnet_network_get_activation_bytes (MsnetNetwork *network);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetNetwork, msnet_network_free)

G_END_DECLS
