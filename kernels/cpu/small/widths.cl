/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same number of multiply-adds in vectors of 16 floats or of 8, to see which are faster.
 *
 * A work-item does turns * MSNET_CHAINS * 16 of them.  Global size: (any). */

#include "arguments/chains.h"
#include "cpu/vector.h"

#define DEFINE_MULTIPLY_ADD(name, vector_type)                                                               \
  OUT_OF_LINE float name (int turns, float factor, float addend)                                             \
  {                                                                                                          \
    vector_type sums[MSNET_CHAINS];                                                                          \
    vector_type total = 0.0f;                                                                                \
                                                                                                             \
    _Pragma ("unroll") for (int i = 0; i < MSNET_CHAINS; i++) sums[i] = (float)i;                            \
    for (int turn = 0; turn < turns; turn++)                                                                 \
      _Pragma ("unroll") for (int i = 0; i < MSNET_CHAINS; i++) sums[i]                                      \
          = fma (sums[i], (vector_type)(factor), (vector_type)(addend));                                     \
    _Pragma ("unroll") for (int i = 0; i < MSNET_CHAINS; i++) total += sums[i];                              \
    return total.s0;                                                                                         \
  }

DEFINE_MULTIPLY_ADD (multiply_add_wide, float16)
DEFINE_MULTIPLY_ADD (multiply_add_narrow, float8)

kernel void
multiply_add (global float *output, int turns, int is_narrow)
{
  const int item = get_global_id (0);
  const float factor = 0.9999f + 1e-9f * turns;
  const float addend = 1e-6f * turns;

  output[item] = is_narrow ? multiply_add_narrow (2 * turns, factor, addend)
                           : multiply_add_wide (turns, factor, addend);
}
