/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MobileNetV2 (arXiv 1801.04381) with temporal shift, as torchvision lays it out and names it (MSNET.md 2).
 * For backbone.c. */
#pragma once

#include "backbone.h"

G_BEGIN_DECLS

extern const MsnetBackbone msnet_mobilenet_v2;

G_END_DECLS
