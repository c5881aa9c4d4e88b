/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How tensors store their values, and how one value is read and written.  For all kernels;
 * cpu/vector_storage.h does it for vectors.
 *
 * INPUT_BF16    defined: the input is bfloat16, the upper half of a float.  Undefined: float
 * OUTPUT_BF16   the same of the output, and of a residual that is added to it */
#pragma once

/* Exact. */
static inline float
widen_1 (ushort value)
{
  return as_float ((uint)value << 16);
}

/* Rounds to the nearest, and to the even one of two equally near.  NaN stays NaN. */
static inline ushort
narrow_1 (float value)
{
  const uint bits = as_uint (value);

  return (isnan (value) ? bits | 0x400000 : bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

#ifdef INPUT_BF16
typedef ushort input_element;
#define GET_INPUT(from, i) widen_1 ((from)[i])
#else
typedef float input_element;
#define GET_INPUT(from, i) (from)[i]
#endif

#ifdef OUTPUT_BF16
typedef ushort output_element;
#define GET_OUTPUT(from, i) widen_1 ((from)[i])
#define PUT_OUTPUT(value, to, i) (to)[i] = narrow_1 (value)
#else
typedef float output_element;
#define GET_OUTPUT(from, i) (from)[i]
#define PUT_OUTPUT(value, to, i) (to)[i] = value
#endif
