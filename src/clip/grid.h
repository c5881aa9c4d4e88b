/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The grid of points at which a stream is sampled (DESIGN.md, Time 1).  Exact integers, ns. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MSNET_TIME_NONE G_MAXUINT64

/**
 * MsnetGrid:
 * @n_frames: T, points of a window
 * @window: ns, at least @n_frames
 * @hop: points from window to window, 1 or more
 */
typedef struct
{
  guint n_frames;
  guint64 window;
  guint64 hop;
} MsnetGrid;

/* @window, @hop: ns, at most 2^42; a @hop of 0 is one sample interval */
void msnet_grid_init (MsnetGrid *grid, guint n_frames, guint64 window, guint64 hop);

/* ns from point 0 to point @k: floor (k x window / T) */
guint64 msnet_grid_get_offset (const MsnetGrid *grid, guint64 k);

/* ns from window to window: @hop points, however long the one was that was asked for */
guint64 msnet_grid_get_hop (const MsnetGrid *grid);

/* The sample interval: floor (window / T) ns. */
guint64 msnet_grid_get_interval (const MsnetGrid *grid);

G_END_DECLS
