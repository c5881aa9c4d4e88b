/* A named part of the forward pass, for tests and for timing. */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetStage:
 * @name: `conv1`, `pool`, `layer1`, `layer2`, `reduction` (after normalisation), `scores`, `displacement`,
 *     `transformation` (x + M), `layer3`, `layer4`, `pooled`, `frame-logits`, `logits`
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
