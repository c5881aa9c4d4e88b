/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Vectors of floats, for kernels that are written for CPUs.
 *
 * VECTOR_WIDTH   floats in a vector: 4, 8 (default) or 16; compilers split what is wider than the CPU's */
#pragma once

#ifndef VECTOR_WIDTH
#define VECTOR_WIDTH 8
#endif

/* The name of a type or a function for vectors of `width` values: WIDE (float, 8) is float8. */
#define WIDE(name, width) WIDE_ (name, width)
#define WIDE_(name, width) name##width

typedef WIDE (float, VECTOR_WIDTH) vector;
typedef WIDE (uint, VECTOR_WIDTH) vector_bits;
#define AS_VECTOR WIDE (as_float, VECTOR_WIDTH)
#define AS_BITS WIDE (as_uint, VECTOR_WIDTH)

/* A vector that need not lie at a multiple of its size.  PoCL's vstore16 makes four stores of one. */
typedef vector __attribute__ ((aligned (4))) loose_vector;
#define LOAD WIDE (vload, VECTOR_WIDTH)
#define STORE(value, index, address) (((global loose_vector *)(address))[index] = (value))

/* A kernel whose work-items are vectors already, one in a work-group.  Without the hint Intel's compiler
 * tries to put several work-items into wider vectors, which takes it minutes. */
#define VECTOR_KERNEL __attribute__ ((reqd_work_group_size (1, 1, 1), vec_type_hint (vector))) kernel

/* A function that is compiled once: PoCL compiles the body of a kernel three times, and the notes that it
 * takes of `restrict` there cost it more time than all the rest. */
#define OUT_OF_LINE static __attribute__ ((noinline, unused))

/* Asks for a cache line.  The builtin is Clang's, which OpenCL compilers for CPUs are made of. */
#define PREFETCH(address) __builtin_prefetch ((const void *)(size_t)(address))

static inline float
sum_8 (float8 values)
{
  const float4 half_sum = values.lo + values.hi;
  const float2 quarter_sum = half_sum.lo + half_sum.hi;

  return quarter_sum.x + quarter_sum.y;
}

static inline float
max_8 (float8 values)
{
  const float4 half_max = max (values.lo, values.hi);
  const float2 quarter_max = max (half_max.lo, half_max.hi);

  return max (quarter_max.x, quarter_max.y);
}
