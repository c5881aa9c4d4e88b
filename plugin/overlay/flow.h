/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A motion field in display pixels, averaged over groups of cells.
 *
 * For the layer of the motion field. */
#pragma once

#include "canvas.h"
#include "meta/result_meta.h"

G_BEGIN_DECLS

/**
 * MsnetFlow: how one group of cells moves.
 * @x, @y: its middle
 * @speed_x, @speed_y: display pixels a second
 * @strength: 0: still, towards 1: fast
 */
typedef struct
{
  gdouble x;
  gdouble y;
  gdouble speed_x;
  gdouble speed_y;
  gdouble strength;
} MsnetFlow;

/* How many columns and rows of groups there are if each has about @size display pixels a side. */
void msnet_flow_get_groups (
    const MsnetCanvas *canvas, const MsnetMotion *motion, gdouble size, guint *columns, guint *rows);

/* Sets @flow to the mean of a group's confident cells, weighted by confidence.
 * Returns: TRUE if half of the cells are confident and move, and the cells around them move alike */
gboolean msnet_flow_get (const MsnetCanvas *canvas, const MsnetMotion *motion, guint column, guint columns,
    guint row, guint rows, MsnetFlow *flow);

G_END_DECLS
