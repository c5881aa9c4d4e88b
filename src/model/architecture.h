/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which layers a network has: their names, sizes and weights, in the order they run (MSNET.md 2, 3, 5).
 * The reader takes the tensors of a file by it, the forward pass is built from it. */
#pragma once

#include "motion_layers.h"
#include "network_spec.h"

G_BEGIN_DECLS

/**
 * MsnetArchitecture:
 * @blocks: @n_blocks of them, in the order they run
 * @motion: of MotionSqueeze, one for each of the places of motion
 * @classifier: features to classes
 */
typedef struct
{
  MsnetLayer stem;
  MsnetBlock *blocks;
  guint n_blocks;
  MsnetMotionLayers motion[MSNET_N_STAGES];
  MsnetLayer classifier;
} MsnetArchitecture;

/* Lays out the layers of @spec, without weights.  @spec is valid (network_parse.h). */
void msnet_architecture_init (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec);
void msnet_architecture_clear (MsnetArchitecture *architecture);

/* Returns: how many blocks run up to the end of the first @n_stages stages */
guint msnet_architecture_count_blocks (const MsnetArchitecture *architecture, guint n_stages);

/* Returns: where in pictures of @size pixels a side the middle of cell 0 of the last feature map lies, which
 *     is the middle of all that it sees; in pixels from their border */
gdouble msnet_architecture_find_origin (
    const MsnetArchitecture *architecture, const MsnetNetworkSpec *spec, guint size);

/* Returns: (transfer container) (element-type MsnetLayer): every layer, the classifier last */
GPtrArray *msnet_architecture_list_layers (MsnetArchitecture *architecture);

G_END_DECLS
