/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* EfficientNet-Lite0 to -Lite4 with temporal shift: EfficientNet without squeeze and excitation, with ReLU6,
 * padded as TensorFlow's SAME (MSNET.md 2).  Names of tensors are those of the package
 * efficientnet-lite-pytorch.  For backbone.c. */
#pragma once

#include "backbone.h"

G_BEGIN_DECLS

#define MSNET_N_EFFICIENTNET_LITE 5

extern const MsnetBackbone msnet_efficientnet_lite[MSNET_N_EFFICIENTNET_LITE];

G_END_DECLS
