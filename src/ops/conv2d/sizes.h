/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sizes of a convolution as text, and a case of them (ops/case.h). */
#pragma once

#include "conv2d.h"
#include "ops/case.h"

G_BEGIN_DECLS

/**
 * MsnetConv2dSizes: MsnetConv2dParams without its tensors.
 * @frames, @height, @width: of the input
 * @has_previous: whether a causal shift reads the frame before from memory of its own
 */
typedef struct
{
  guint kernel;
  guint stride;
  MsnetPadding padding;
  guint frames;
  guint height;
  guint width;
  guint inputs;
  guint outputs;
  MsnetShift shift;
  guint shift_channels;
  MsnetEpilogue epilogue;
  gboolean has_previous;
  MsnetDataType input_type;
  MsnetDataType output_type;
} MsnetConv2dSizes;

/* Returns: (transfer full): the same for the same sizes.  @params: MsnetConv2dParams */
gchar *msnet_conv2d_print_sizes (gconstpointer params);

/* Returns: FALSE where @text is none of msnet_conv2d_print_sizes() */
gboolean msnet_conv2d_parse_sizes (const gchar *text, MsnetConv2dSizes *sizes);

gboolean msnet_conv2d_fill_case (MsnetCase *self, const gchar *sizes, GError **error);

G_END_DECLS
