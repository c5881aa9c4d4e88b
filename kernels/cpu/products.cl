/* Multiplies and adds, to see whether it is right and how fast it is: floats, or with PRODUCTS_BF16
 * bfloat16, twice as many in the same number of instructions.
 *
 * A turn adds 1 * 3, with PRODUCTS_BF16 1 * 3 + 2 * 1, to each of CHAINS sums, which start at 0 to CHAINS
 * - 1.  output: the mean of the sums, and what is left of it as bfloat16.  Global size: (1).
 *
 * VECTOR_WIDTH    see cpu/vector.h
 * PRODUCTS_BF16   see cpu/product.h
 * CHAINS          sums that do not wait for each other; as in instructions.c */

#include "cpu/product.h"

#define CHAINS 12

VECTOR_KERNEL void
products (global float *restrict output, int turns)
{
#ifdef PRODUCTS_BF16
  const vector value = AS_VECTOR ((vector_bits)(0x40003f80));  /* 1 and 2 */
  const vector factor = AS_VECTOR ((vector_bits)(0x3f804040)); /* 3 and 1 */
#else
  const vector value = (vector)(turns > 0 ? 1.0f : 0.0f);
  const vector factor = (vector)(turns > 0 ? 3.0f : 0.0f);
#endif
  vector sums[CHAINS];
  vector total = (vector)(0.0f);

#pragma unroll
  for (int i = 0; i < CHAINS; i++)
    sums[i] = (vector)(i);
  for (int turn = 0; turn < turns; turn++)
#pragma unroll
    for (int i = 0; i < CHAINS; i++)
      ADD_PRODUCT (sums[i], value, factor);
#pragma unroll
  for (int i = 0; i < CHAINS; i++)
    total += sums[i];
  STORE (total / CHAINS, 0, output);
  STORE (widen (narrow (total / CHAINS)), 1, output);
}
