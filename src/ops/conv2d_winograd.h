/* What the two forms of Winograd's convolution share.  For conv2d_winograd*.c. */
#pragma once

#include "conv2d_candidate.h"

G_BEGIN_DECLS

/* F(4x4, 3x3): a piece of 6 x 6 values of the input makes 4 x 4 of the output. */
#define MSNET_WINOGRAD_PIECE 4
#define MSNET_WINOGRAD_POSITIONS 36

guint msnet_winograd_count_pieces (const MsnetShape *output);

/* Floats from position to position of V and M.  One cache line more than the pieces take: where the distance
 * is a multiple of 4 KiB, all positions of a piece would compete for the same few lines of the cache. */
guint msnet_winograd_get_plane (guint n_pieces, guint channels);

/* The widest vector in which no two channels come from different frames. */
guint msnet_winograd_get_input_width (const MsnetConv2dParams *params);

/* Returns: (transfer full): U: [36][C'/@columns][C][@columns] */
MsnetBuffer *msnet_winograd_upload_weights (
    MsnetCommandList *list, const MsnetConv2dParams *params, guint columns, GError **error);

G_END_DECLS
