/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which part of a frame becomes which part of the network's input.  For this folder; see prepare.h, too. */
#pragma once

#include "filter.h"
#include "prepare.h"

G_BEGIN_DECLS

/* Where the picture lies in the upright output: left and top, width and height. */
typedef struct
{
  guint at[2];
  guint size[2];
} MsnetPrepareArea;

MsnetPrepareArea msnet_prepare_get_area (const MsnetPrepareParams *params, const MsnetFrame *frame);

/* Returns: how a component that is subsampled by 2 ^ @shift is resized along a column (@vertical) or a row of
 * the picture in memory */
MsnetFilterAxis msnet_prepare_get_axis (
    const MsnetPrepareParams *params, const MsnetFrame *frame, gboolean vertical, guint shift);

G_END_DECLS
