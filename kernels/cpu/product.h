/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one line that all convolutions are for: a sum, a value of the input that is spread over a vector, a
 * vector of factors.
 *
 * PRODUCTS_BF16   defined: the CPU has AVX512-BF16, and VECTOR_WIDTH is 16.  Value and factors are then pairs
 *                 of bfloat16, each of four bytes as a float is, and both products of a pair go to one sum */
#pragma once

#include "cpu/vector_storage.h"

#ifdef PRODUCTS_BF16
typedef uint product_element;
#define SPREAD(from, i) AS_VECTOR ((vector_bits)((from)[i]))
#define ADD_PRODUCT(sum, value, factor) __asm__("vdpbf16ps %2,%1,%0" : "+v"(sum) : "v"(value), "v"(factor))
#else
typedef input_element product_element;
#define SPREAD(from, i) (vector) (GET_INPUT (from, i))
#define ADD_PRODUCT(sum, value, factor) sum = fma (value, factor, sum)
#endif
