/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a forward pass is made of: the parts that can be run alone, and the stages that have a name. */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetNetworkPart: what of the network is run.
 * @MSNET_PART_WHOLE: frames to logits
 * @MSNET_PART_STEM: what sees no other frame, up to the first shift or MotionSqueeze; of use if windows
 *     overlap.  With a shift, this is conv1 and pool of ResNet, the stem and two blocks of MobileNetV2 and
 *     EfficientNet-Lite
 * @MSNET_PART_TRUNK: from there to the logits
 */
typedef enum
{
  MSNET_PART_WHOLE,
  MSNET_PART_STEM,
  MSNET_PART_TRUNK,
} MsnetNetworkPart;

/**
 * MsnetStage: a step of the forward pass with a name, for tests and for timing.
 * @name: those of the backbone (ResNet: `conv1`, `pool`, `layer1` to `layer4`; MobileNetV2 and
 *     EfficientNet-Lite: `stem`, `stage1` to `stage4`, `last`); of MotionSqueeze `reduction`
 *     (after normalisation), `scores`, `displacement`, `transformation` (x and M, fused), which end with `_N`
 *     if several stages N are followed by one; `pooled`, `features` (if the
 *     classifier reads change), `frame-logits`, `logits`
 * @input, @output: what it reads and writes
 * @first, @end: its commands
 */
typedef struct
{
  const gchar *name;
  MsnetTensor *input;
  MsnetTensor *output;
  guint first;
  guint end;
} MsnetStage;

G_END_DECLS
