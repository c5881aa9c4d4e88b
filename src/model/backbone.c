/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backbone.h"

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
  static const MsnetBackbone *const backbones[] = { &msnet_resnet, NULL };

  return backbones;
}
