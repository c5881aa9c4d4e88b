/* The most multiply-adds that a core can do: what benches compare kernels with.
 *
 * A work-item, a work-group of its own, does turns * CHAINS * VECTOR_WIDTH of them.  Global size: (any).
 *
 * VECTOR_WIDTH   see cpu/vector.h
 * CHAINS         sums that do not wait for each other, enough to hide the latency of an fma; as in peak.c */

#include "cpu/vector.h"

#define CHAINS 12

VECTOR_KERNEL void
peak (global float *restrict output, int turns)
{
  const int item = get_global_id (0);
  const vector factor = (vector)(0.9999f + 1e-9f * turns);
  const vector addend = (vector)(1e-6f * turns);
  vector sums[CHAINS];
  vector total = (vector)(0.0f);

#pragma unroll
  for (int i = 0; i < CHAINS; i++)
    sums[i] = (vector)(i + item);
  for (int turn = 0; turn < turns; turn++)
#pragma unroll
    for (int i = 0; i < CHAINS; i++)
      sums[i] = fma (sums[i], factor, addend);
#pragma unroll
  for (int i = 0; i < CHAINS; i++)
    total += sums[i];
  STORE (total, item, output);
}
