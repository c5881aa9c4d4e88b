/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ResNet-18 to ResNet-152 with temporal shift (MSNET.md 2): the backbone of the paper.  For backbone.c. */
#pragma once

#include "backbone.h"

G_BEGIN_DECLS

extern const MsnetBackbone msnet_resnet;

G_END_DECLS
