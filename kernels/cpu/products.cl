/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multiplies and adds, to see whether it is right and how fast it is: floats, or with PRODUCTS_BF16
 * bfloat16, twice as many in the same number of instructions.
 *
 * A turn adds 1 * 3, with PRODUCTS_BF16 1 * 3 + 2 * 1, to each of MSNET_CHAINS sums, which start at 0, 1, 2
 * and so on.  output: the mean of the sums, and what is left of it as bfloat16.  Global size: (1).
 *
 * VECTOR_WIDTH    see cpu/vector.h
 * PRODUCTS_BF16   see cpu/product.h */

#include "arguments/chains.h"
#include "cpu/product.h"

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
  vector sums[MSNET_CHAINS];
  vector total = (vector)(0.0f);

#pragma unroll
  for (int i = 0; i < MSNET_CHAINS; i++)
    sums[i] = (vector)(i);
  for (int turn = 0; turn < turns; turn++)
#pragma unroll
    for (int i = 0; i < MSNET_CHAINS; i++)
      ADD_PRODUCT (sums[i], value, factor);
#pragma unroll
  for (int i = 0; i < MSNET_CHAINS; i++)
    total += sums[i];
  STORE (total / MSNET_CHAINS, 0, output);
  STORE (widen (narrow (total / MSNET_CHAINS)), 1, output);
}
