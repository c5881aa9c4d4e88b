/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backbone.h"

#include "efficientnet_lite.h"
#include "mobilenet_v2.h"
#include "resnet.h"

/* A shift that moves no channel is none. */
void
msnet_block_set_shift (MsnetBlock *block, const MsnetNetworkSpec *spec)
{
  const guint n_channels = block->layers[0].inputs / spec->shift_div;
  const MsnetShift shift = n_channels > 0 ? spec->shift : MSNET_SHIFT_NONE;

  if (spec->shift_place == MSNET_SHIFT_PLACE_BLOCK) {
    block->shift = shift;
    block->shift_channels = n_channels;
  } else {
    block->layers[0].shift = shift;
    block->layers[0].shift_channels = n_channels;
  }
}

const MsnetBackbone *const *
msnet_backbone_list (void)
{
  static const MsnetBackbone *const backbones[]
      = { &msnet_resnet, &msnet_mobilenet_v2, &msnet_efficientnet_lite[0], &msnet_efficientnet_lite[1],
          &msnet_efficientnet_lite[2], &msnet_efficientnet_lite[3], &msnet_efficientnet_lite[4], NULL };

  return backbones;
}

/* Pixels from cell to cell that are fine enough to see things by, and coarse enough to tell them apart. */
static const guint best_stride = 8;

guint
msnet_backbone_choose_field (const MsnetNetworkSpec *spec)
{
  for (guint i = 0; i < spec->motion.n_places; i++)
    if (spec->backbone->strides[spec->motion.after[i] - 1] == best_stride)
      return i;
  return 0;
}
