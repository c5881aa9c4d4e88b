/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What storage.h does for one value, for vectors: of floats in registers, as memory stores them.
 *
 * PRODUCTS_BF16   defined: the CPU has AVX512-BF16, and VECTOR_WIDTH is 16 */
#pragma once

#include "cpu/vector.h"
#include "storage.h"

/* A vector of bfloat16; in memory it need not lie at a multiple of its size.  PoCL 3.1 loads and stores
 * ushort one by one with vload and vstore. */
typedef WIDE (ushort, VECTOR_WIDTH) vector_bf16;
typedef vector_bf16 stored_bf16 __attribute__ ((aligned (2)));

static inline vector
widen (vector_bf16 value)
{
  return AS_VECTOR (WIDE (convert_uint, VECTOR_WIDTH) (value) << 16);
}

static inline vector_bf16
narrow (vector value)
{
#ifdef PRODUCTS_BF16
  vector_bf16 nearest;

  __asm__("vcvtneps2bf16 %1,%0" : "=v"(nearest) : "v"(value));
  return nearest;
#else
  const vector_bits bits = AS_BITS (value);
  const vector_bits nearest = bits + 0x7fff + ((bits >> 16) & 1);
  const vector_bits quiet = bits | 0x400000;

  return WIDE (convert_ushort, VECTOR_WIDTH) (select (nearest, quiet, isnan (value)) >> 16);
#endif
}

#ifdef INPUT_BF16
#define LOAD_INPUT(j, from) widen (((global const stored_bf16 *)(from))[j])
#else
#define LOAD_INPUT(j, from) LOAD (j, from)
#endif

#ifdef OUTPUT_BF16
#define LOAD_OUTPUT(j, from) widen (((global const stored_bf16 *)(from))[j])
#define STORE_OUTPUT(value, j, to) ((global stored_bf16 *)(to))[j] = narrow (value)
#define STREAM_OUTPUT(value, to) __builtin_nontemporal_store (narrow (value), (global vector_bf16 *)(to))
#else
#define LOAD_OUTPUT(j, from) LOAD (j, from)
#define STORE_OUTPUT(value, j, to) STORE (value, j, to)
#define STREAM_OUTPUT(value, to) __builtin_nontemporal_store (value, (global vector *)(to))
#endif

/* `past_caches`: the target lies at a multiple of the size of what is stored. */
static inline void
store_output (vector value, global output_element *target, int past_caches)
{
  if (past_caches)
    STREAM_OUTPUT (value, target);
  else
    STORE_OUTPUT (value, 0, target);
}
