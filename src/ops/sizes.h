/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sizes of an operation with one input and one output as text: what its speed depends on, and cases are
 * made of (case.h).  For src/ops only. */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetSizes:
 * @input, @output: without borders
 * @extent: pixels that a kernel or a patch is wide; 0: none
 * @variant: which of the operation's ways; 0 where there is one
 */
typedef struct
{
  MsnetShape input;
  MsnetShape output;
  guint extent;
  guint variant;
} MsnetSizes;

/* Returns: (transfer full): the same for the same sizes */
gchar *msnet_sizes_print (const MsnetTensor *input, const MsnetTensor *output, guint extent, guint variant);

/* Returns: FALSE where @text is none of msnet_sizes_print() */
gboolean msnet_sizes_parse (const gchar *text, MsnetSizes *sizes);

G_END_DECLS
