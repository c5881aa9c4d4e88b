/* The backbone: ResNet with temporal shift (MSNET.md 2), as layer calls.  For network.c. */
#pragma once

#include "architecture.h"
#include "builder.h"

G_BEGIN_DECLS

/* conv1 and pool.  @input: [T, S, S, 3], stays the caller's; returns [T, S/4, S/4, width] */
MsnetTensor *msnet_resnet_append_stem (
    MsnetBuilder *builder, const MsnetArchitecture *architecture, MsnetTensor *input, GError **error);

/* One of layer1 (@stage 0) to layer4 (3).  @border: of its output */
MsnetTensor *msnet_resnet_append_stage (MsnetBuilder *builder, const MsnetArchitecture *architecture,
    guint stage, MsnetTensor *input, MsnetBorder border, GError **error);

/* What @stage needs around its input. */
MsnetBorder msnet_resnet_get_border (const MsnetArchitecture *architecture, guint stage);

/* pooled, frame-logits and logits (MSNET.md 4).  Returns [1, 1, 1, classes] */
MsnetTensor *msnet_resnet_append_head (
    MsnetBuilder *builder, const MsnetArchitecture *architecture, MsnetTensor *input, GError **error);

G_END_DECLS
