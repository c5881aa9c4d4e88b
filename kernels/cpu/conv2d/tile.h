/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tile of sums that stays in registers while it is multiplied.
 *
 * ROWS      output pixels of a tile: 5 to 12, default 6
 * VECTORS   vectors of output channels of a tile: 1 to 4, default 2
 *
 * It takes ROWS * VECTORS + VECTORS + 1 registers: up to 6 x 2 fit into the 16 of AVX2, up to 6 x 4 or 12
 * x 2 into the 32 of AVX-512. */
#pragma once

#include "cpu/product.h"

#ifndef ROWS
#define ROWS 6
#endif
#ifndef VECTORS
#define VECTORS 2
#endif

/* Output channels of a tile. */
#define COLUMNS (VECTORS * VECTOR_WIDTH)

/* sums[i][j] += value `offset + k` of row i x vector j of row k of the panel.
 *
 *   rows     a pointer for each of the ROWS pixels
 *   panel    weights: [values][COLUMNS]
 *
 * A macro, for compilers keep `sums` in registers only if they see all of its uses in one function. */
#define MULTIPLY(rows, offset, panel, k)                                                                     \
  {                                                                                                          \
    vector factors[VECTORS];                                                                                 \
    _Pragma ("unroll") for (int j = 0; j < VECTORS; j++) factors[j] = LOAD (j, panel + (k)*COLUMNS);         \
    _Pragma ("unroll") for (int i = 0; i < ROWS; i++)                                                        \
    {                                                                                                        \
      vector value = SPREAD (rows[i], offset + (k));                                                         \
      _Pragma ("unroll") for (int j = 0; j < VECTORS; j++) ADD_PRODUCT (sums[i][j], value, factors[j]);      \
    }                                                                                                        \
  }

/* The same for `depth` values of each row from `start` on; `panel` moves on with them.
 *
 *   ahead    if it is not 0, the values so far behind these are asked for, which are the next tile's:
 *            hardware does not foresee rows that are short */
#define MULTIPLY_RUN(rows, start, depth, panel, ahead)                                                       \
  {                                                                                                          \
    int offset = start;                                                                                      \
    int left = depth;                                                                                        \
    for (; left >= 4; left -= 4, offset += 4, panel += 4 * COLUMNS) {                                        \
      if (ahead != 0)                                                                                        \
        _Pragma ("unroll") for (int i = 0; i < ROWS; i++) PREFETCH (rows[i] + offset + (ahead));             \
      MULTIPLY (rows, offset, panel, 0)                                                                      \
      MULTIPLY (rows, offset, panel, 1)                                                                      \
      MULTIPLY (rows, offset, panel, 2)                                                                      \
      MULTIPLY (rows, offset, panel, 3)                                                                      \
    }                                                                                                        \
    for (; left > 0; left--, offset++, panel += COLUMNS)                                                     \
      MULTIPLY (rows, offset, panel, 0)                                                                      \
  }
