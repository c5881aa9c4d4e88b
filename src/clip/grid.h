/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The grid of points at which a stream is sampled (DESIGN.md, Time 1).  Exact integers, ns. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MSNET_TIME_NONE G_MAXUINT64

/* No window is shorter than so many ns for each of its points. */
#define MSNET_SHORTEST_INTERVAL G_GUINT64_CONSTANT (1000000)

/* The longest window for which the arithmetic is exact, ns: two years. */
#define MSNET_LONGEST_EXACT (G_GUINT64_CONSTANT (1) << 56)

/**
 * MsnetGrid:
 * @n_frames: T, points of a window, 1 to 64
 * @window: ns, at least @n_frames, at most MSNET_LONGEST_EXACT
 * @hop: points from window to window, 1 or more
 * @at_centre: the points of a window lie at the centres of its T equal parts, not at their starts
 */
typedef struct
{
  guint n_frames;
  guint64 window;
  guint64 hop;
  gboolean at_centre;
} MsnetGrid;

/* Points at starts.  @window, @hop: ns, at most 2^42; a @hop of 0 is one sample interval */
void msnet_grid_init (MsnetGrid *grid, guint n_frames, guint64 window, guint64 hop);

/* ns from the start of the grid to point @k: floor (k x window / T), at centres
 * floor ((k + 1/2) x window / T) */
guint64 msnet_grid_get_offset (const MsnetGrid *grid, guint64 k);

/* ns from window to window: @hop points, however long the one was that was asked for */
guint64 msnet_grid_get_hop (const MsnetGrid *grid);

/* The sample interval: floor (window / T) ns. */
guint64 msnet_grid_get_interval (const MsnetGrid *grid);

G_END_DECLS
