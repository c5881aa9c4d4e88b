/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backbone.h"

#include "resnet.h"

const MsnetBackbone *const *
msnet_backbone_list (void)
{
  static const MsnetBackbone *const backbones[] = { &msnet_resnet, NULL };

  return backbones;
}
