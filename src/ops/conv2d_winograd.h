/* What the two forms of Winograd's convolution share.  For conv2d_winograd*.c. */
#pragma once

#include "conv2d_candidate.h"

G_BEGIN_DECLS

/* F(m x m, 3x3): a piece of m x m values of the output is made of (m + 2) x (m + 2) of the input, the positions; m is
 * the candidate's `piece`. */
guint msnet_winograd_count_pieces (guint piece, const MsnetShape *output);
guint msnet_winograd_count_positions (guint piece);

/* Floats from position to position of V and M.  One cache line more than the pieces take: where the distance
 * is a multiple of 4 KiB, all positions of a piece would compete for the same few lines of the cache. */
guint msnet_winograd_get_plane (guint n_pieces, guint channels);

/* The widest vector in which no two channels come from different frames. */
guint msnet_winograd_get_input_width (const MsnetConv2dParams *params);

/* Returns: (transfer full): U: [positions][C'/columns][C][columns] */
MsnetBuffer *msnet_winograd_upload_weights (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error);

G_END_DECLS
