/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "winograd_groups.h"

#include "launch.h"

#define MAX_GROUP_PIECES 24

guint
msnet_winograd_get_plane (guint n_pieces, guint channels)
{
  return n_pieces * channels + 16;
}

guint
msnet_winograd_count_pieces (guint piece, const MsnetShape *shape)
{
  return shape->frames * msnet_divide_up (shape->height, piece) * msnet_divide_up (shape->width, piece);
}

guint
msnet_winograd_count_positions (guint piece)
{
  return (piece + 2) * (piece + 2);
}

MsnetWinogradGroups
msnet_winograd_choose_groups (
    const MsnetWinogradForm *form, guint rows, const MsnetShape *output, const MsnetDeviceInfo *device)
{
  const gsize piece_bytes = (gsize)form->n_positions * (form->inputs + output->channels) * sizeof (gfloat);
  const guint most = form->group_bytes / piece_bytes / rows * rows;
  MsnetWinogradGroups groups = { .n_pieces = msnet_winograd_count_pieces (form->piece, output),
    .size = CLAMP (most, rows, MAX_GROUP_PIECES) };

  groups.in_plane = msnet_winograd_get_plane (groups.size, form->inputs);
  groups.out_plane = msnet_winograd_get_plane (groups.size, output->channels);
  groups.n_items
      = MIN (MSNET_ITEMS_A_CORE * device->compute_units, msnet_divide_up (groups.n_pieces, groups.size));
  groups.scratch_bytes
      = (gsize)groups.n_items * form->n_positions * (groups.in_plane + groups.out_plane) * sizeof (gfloat);
  return groups;
}

MsnetWinogradArguments
msnet_winograd_get_arguments (const MsnetConv2dParams *params, const MsnetWinogradGroups *groups)
{
  return (MsnetWinogradArguments){
    .conv = msnet_conv2d_get_arguments (params, 1),
    .input_height = params->input->shape.height,
    .input_width = params->input->shape.width,
    .in_plane = groups->in_plane,
    .out_plane = groups->out_plane,
    .n_pieces = groups->n_pieces,
    .group_pieces = groups->size,
  };
}
