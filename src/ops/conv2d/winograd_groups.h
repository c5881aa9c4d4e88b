/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How Winograd's convolutions cut a map into pieces, and share them out.  For winograd*.c and stem.c. */
#pragma once

#include "kernels.h"

G_BEGIN_DECLS

/* F(m x m, r x r): a piece of m x m values of the output is made of (m + r - 1) x (m + r - 1) of the input,
 * the positions.  @piece: m */
guint msnet_winograd_count_pieces (guint piece, const MsnetShape *output);

/* Of F(m x m, 3x3). */
guint msnet_winograd_count_positions (guint piece);

/* Floats from position to position of V and M.  One cache line more than the pieces take: where the distance
 * is a multiple of 4 KiB, all positions of a piece would compete for the same few lines of the cache. */
guint msnet_winograd_get_plane (guint n_pieces, guint channels);

/**
 * MsnetWinogradForm: what a kernel that does all steps by itself makes of a group of pieces
 * @piece: rows and columns of the output that are made of one piece
 * @n_positions: values of a piece of the input
 * @inputs: channels of V
 * @group_bytes: what V and M of a group may take of a core's cache
 */
typedef struct
{
  guint piece;
  guint n_positions;
  guint inputs;
  gsize group_bytes;
} MsnetWinogradForm;

/**
 * MsnetWinogradGroups: how the pieces of a map are shared out among work-items
 * @n_pieces: of the map
 * @size: pieces that a work-item has at a time: whole tiles of rows
 * @in_plane, @out_plane: floats from position to position of a group's V and M
 * @n_items: work-items
 * @scratch_bytes: V and M of all work-items
 */
typedef struct
{
  guint n_pieces;
  guint size;
  guint in_plane;
  guint out_plane;
  guint n_items;
  gsize scratch_bytes;
} MsnetWinogradGroups;

/* Returns: groups as large as the cache takes, for all cores of @device.  @rows: of a tile */
MsnetWinogradGroups msnet_winograd_choose_groups (
    const MsnetWinogradForm *form, guint rows, const MsnetShape *output, const MsnetDeviceInfo *device);

/* Returns: what the kernels of Winograd's are told; those of single launches have more to say */
MsnetWinogradArguments msnet_winograd_get_arguments (
    const MsnetConv2dParams *params, const MsnetWinogradGroups *groups);

G_END_DECLS
