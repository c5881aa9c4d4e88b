/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tile of sums of a depthwise convolution that stays in registers: PIXELS neighbours in a row of the
 * output, a vector of channels each.
 *
 * TAPS, STRIDE   K and the stride, defaults 3 and 1
 * PIXELS         7 (default) or fewer; it takes PIXELS + TAPS + 1 registers: seven with K = 7 fit into the
 *                16 of AVX2 */
#pragma once

#include "cpu/vector_storage.h"

#ifndef TAPS
#define TAPS 3
#endif
#ifndef STRIDE
#define STRIDE 1
#endif
#ifndef PIXELS
#define PIXELS 7
#endif

/* Pixels of the input that a row of the filter reads for a tile. */
#define TILE_SPAN ((PIXELS - 1) * STRIDE + TAPS)

/* sums[i] += a row of the filter over the pixels that pixel i of the tile reads.
 *
 *   row, filter   what its first tap reads, and is multiplied by, at the vector's first channel
 *   channels      from pixel to pixel of `row`, and from tap to tap of `filter`
 *   load          LOAD or LOAD_INPUT: how `row` is stored
 *
 * A macro, for compilers keep `sums` in registers only if they see all of its uses in one function. */
#define ADD_FILTER_ROW(sums, row, filter, channels, load)                                                    \
  {                                                                                                          \
    vector factors[TAPS];                                                                                    \
    _Pragma ("unroll") for (int kx = 0; kx < TAPS; kx++) factors[kx] = LOAD (0, filter + kx * channels);     \
    _Pragma ("unroll") for (int x = 0; x < TILE_SPAN; x++)                                                   \
    {                                                                                                        \
      const vector value = load (0, row + x * channels);                                                     \
      _Pragma ("unroll") for (int kx = 0; kx < TAPS; kx++)                                                   \
      {                                                                                                      \
        if (x >= kx && (x - kx) % STRIDE == 0 && (x - kx) / STRIDE < PIXELS)                                 \
          sums[(x - kx) / STRIDE] = fma (value, factors[kx], sums[(x - kx) / STRIDE]);                       \
      }                                                                                                      \
    }                                                                                                        \
  }
