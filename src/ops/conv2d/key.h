/* The sizes of a convolution as text: what its speed depends on, tuned choices are remembered by, and the tuner
 * makes a convolution of its own from. */
#pragma once

#include "conv2d.h"

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
  guint frames;
  guint height;
  guint width;
  guint inputs;
  guint outputs;
  MsnetShift shift;
  MsnetEpilogue epilogue;
  gboolean has_previous;
  MsnetDataType input_type;
  MsnetDataType output_type;
} MsnetConv2dSizes;

/* Returns: (transfer full): the same for the same sizes.  @params: MsnetConv2dParams */
gchar *msnet_conv2d_make_key (gconstpointer params);

/* Returns: FALSE where @key is none of msnet_conv2d_make_key() */
gboolean msnet_conv2d_parse_key (const gchar *key, MsnetConv2dSizes *sizes);

G_END_DECLS
