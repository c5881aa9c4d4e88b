/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a convolution lies over its input: how many zeros it reads before the edges. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MsnetPadding:
 * @MSNET_PADDING_CENTRED: K / 2 zeros before the first row and column, as PyTorch has it
 * @MSNET_PADDING_SAME: TensorFlow's SAME: with stride 2, in a dimension of even size, one zero less
 */
typedef enum
{
  MSNET_PADDING_CENTRED,
  MSNET_PADDING_SAME,
} MsnetPadding;

/* Returns: zeros that are read before the first of @size rows or columns; behind the last at most
 *     @kernel / 2 are */
static inline guint
msnet_padding_get_before (MsnetPadding padding, guint kernel, guint stride, guint size)
{
  const gboolean is_less = padding == MSNET_PADDING_SAME && stride == 2 && size % 2 == 0 && kernel > 1;

  return kernel / 2 - (is_less ? 1 : 0);
}

G_END_DECLS
