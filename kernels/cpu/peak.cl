/* The most multiply-adds that a core can do: what benches compare kernels with.  Twelve independent chains
 * hide the latency of an FMA.  A work-item, a work-group of its own, does turns * 12 * VECTOR_WIDTH of them. */

#define CHAINS 12

VECTOR_KERNEL void
peak (__global float *restrict output, int turns)
{
  int item = get_global_id (0);
  vector sums[CHAINS];
  vector factor = (vector) (0.9999f + 1e-9f * turns);
  vector addend = (vector) (1e-6f * turns);
  vector total = (vector) (0.0f);

#pragma unroll
  for (int i = 0; i < CHAINS; i++)
    sums[i] = (vector) (i + item);
  for (int turn = 0; turn < turns; turn++)
#pragma unroll
    for (int i = 0; i < CHAINS; i++)
      sums[i] = fma (sums[i], factor, addend);
#pragma unroll
  for (int i = 0; i < CHAINS; i++)
    total += sums[i];
  STORE (total, item, output);
}
