/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The most multiply-adds that a core can do: what benches compare kernels with.
 *
 * A work-item, a work-group of its own, does turns * MSNET_CHAINS * VECTOR_WIDTH.  Global size: (any).
 *
 * VECTOR_WIDTH   see cpu/vector.h */

#include "arguments/chains.h"
#include "cpu/vector.h"

VECTOR_KERNEL void
peak (global float *restrict output, int turns)
{
  const int item = get_global_id (0);
  const vector factor = (vector)(0.9999f + 1e-9f * turns);
  const vector addend = (vector)(1e-6f * turns);
  vector sums[MSNET_CHAINS];
  vector total = (vector)(0.0f);

#pragma unroll
  for (int i = 0; i < MSNET_CHAINS; i++)
    sums[i] = (vector)(i + item);
  for (int turn = 0; turn < turns; turn++)
#pragma unroll
    for (int i = 0; i < MSNET_CHAINS; i++)
      sums[i] = fma (sums[i], factor, addend);
#pragma unroll
  for (int i = 0; i < MSNET_CHAINS; i++)
    total += sums[i];
  STORE (total, item, output);
}
