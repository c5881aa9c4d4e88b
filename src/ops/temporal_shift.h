/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The temporal shift (TSM; MSNET.md 2).  Convolutions read shifted input by themselves; this operation is for
 * what nothing convolves. */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/* Which frame each of the first channels is read from; n of them move each way. */
typedef enum
{
  MSNET_SHIFT_NONE,
  MSNET_SHIFT_BIDIRECTIONAL, /* [0, n) from t + 1, [n, 2 n) from t - 1 */
  MSNET_SHIFT_CAUSAL,        /* [0, n) from t - 1 */
} MsnetShift;

/* How many channels, from the first on, @shift reads from other frames. */
static inline guint
msnet_shift_count_channels (MsnetShift shift, guint n)
{
  return shift == MSNET_SHIFT_BIDIRECTIONAL ? 2 * n : shift == MSNET_SHIFT_CAUSAL ? n : 0;
}

/**
 * MsnetTemporalShiftParams:
 * @output: [T, H, W, C], any halo
 * @input: the same with frame_halo, of the same data type
 * @previous: (nullable): [1, H, W, N], of the same data type: what a causal shift reads in place of frame -1;
 *     then T is 1 and @input needs no frame_halo
 * @shift: not none
 * @n_channels: N, how many channels move each way
 */
typedef struct
{
  MsnetTensor *output;
  MsnetTensor *input;
  MsnetTensor *previous;
  MsnetShift shift;
  guint n_channels;
} MsnetTemporalShiftParams;

/* Returns: FALSE with MSNET_ERROR_SHAPE, MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE */
gboolean msnet_temporal_shift_append (
    MsnetCommandList *list, const MsnetTemporalShiftParams *params, GError **error);

G_END_DECLS
