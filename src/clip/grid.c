/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "grid.h"

void
msnet_grid_init (MsnetGrid *grid, guint n_frames, guint64 window, guint64 hop)
{
  guint64 points = (hop * n_frames + window - 1) / window;

  *grid = (MsnetGrid){ .n_frames = n_frames, .window = window, .hop = MAX (1, points) };
}

guint64
msnet_grid_get_offset (const MsnetGrid *grid, guint64 k)
{
  guint64 halves = 2 * (k % grid->n_frames) + (grid->at_centre ? 1 : 0);

  /* Whole windows first: k x window would overflow within a long stream. */
  return k / grid->n_frames * grid->window + halves * grid->window / (2 * grid->n_frames);
}

guint64
msnet_grid_get_hop (const MsnetGrid *grid)
{
  const MsnetGrid at_start = { grid->n_frames, grid->window, grid->hop, FALSE };

  return msnet_grid_get_offset (&at_start, grid->hop);
}

guint64
msnet_grid_get_interval (const MsnetGrid *grid)
{
  return grid->window / grid->n_frames;
}
