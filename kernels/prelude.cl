/* Put before every kernel source by the host: what all kernels may use. */

#define MSNET_CAT_(a, b) a##b
#define MSNET_CAT(a, b) MSNET_CAT_ (a, b)

/* Sum and maximum of eight values. */
static inline float
sum_8 (float8 v)
{
  float4 half_sum = v.lo + v.hi;
  float2 quarter_sum = half_sum.lo + half_sum.hi;
  return quarter_sum.x + quarter_sum.y;
}

static inline float
max_8 (float8 v)
{
  float4 half_max = max (v.lo, v.hi);
  float2 quarter_max = max (half_max.lo, half_max.hi);
  return max (quarter_max.x, quarter_max.y);
}

/* Kernels with explicit vectors.  VECTOR_WIDTH: floats in a vector: 4, 8 or 16. */
#ifndef VECTOR_WIDTH
#define VECTOR_WIDTH 8
#endif
typedef MSNET_CAT (float, VECTOR_WIDTH) vector;
#define LOAD MSNET_CAT (vload, VECTOR_WIDTH)
/* A vector that need not lie at a multiple of its size.  Stored by itself: PoCL's vstore16 makes four stores. */
typedef vector __attribute__ ((aligned (4))) loose_vector;
#define STORE(value, index, address) (((__global loose_vector *)(address))[index] = (value))

/* What ends a convolution: 0 y, 1 max (0, y), 2 max (0, y + residual), 3 max (0, y) + residual. */
__attribute__ ((unused)) static inline vector
finish (vector value, __global const float *residual, int epilogue)
{
  if (epilogue == 2)
    value += LOAD (0, residual);
  if (epilogue != 0)
    value = fmax (value, (vector) (0.0f));
  if (epilogue == 3)
    value += LOAD (0, residual);
  return value;
}

/* A tile of sums in registers: ROWS rows of VECTORS vectors, COLUMNS floats.  It takes ROWS * VECTORS + VECTORS + 1
 * registers; 6 x 2 where there are 16, up to 6 x 4 where there are 32. */
#ifndef ROWS
#define ROWS 6
#endif
#ifndef VECTORS
#define VECTORS 2
#endif
#define COLUMNS (VECTORS * VECTOR_WIDTH)

/* A hint to bring a cache line nearer; Clang's, which OpenCL compilers for CPUs are made of. */
#define PREFETCH(address) __builtin_prefetch ((const void *)(size_t)(address))

/* sums += value k of each row from `offset` on, times row k of the panel from `panel` on.  `rows`: a pointer for
 * each row.  A macro: compilers keep `sums` in registers only where they see all of its uses in one function. */
#define MULTIPLY(rows, offset, panel, k)                                                                     \
  {                                                                                                          \
    vector factors[VECTORS];                                                                                 \
    _Pragma ("unroll") for (int j = 0; j < VECTORS; j++) factors[j] = LOAD (j, panel + (k) *COLUMNS);        \
    _Pragma ("unroll") for (int i = 0; i < ROWS; i++)                                                        \
    {                                                                                                        \
      vector value = (vector) (rows[i][offset + (k)]);                                                       \
      _Pragma ("unroll") for (int j = 0; j < VECTORS; j++) sums[i][j] = fma (value, factors[j], sums[i][j]); \
    }                                                                                                        \
  }

/* STREAMING: 1: tensors are larger than the caches, and memory is the bottleneck; else 0 */
#ifndef STREAMING
#define STREAMING 0
#endif

/* The same for `depth` values of each row; `panel` moves on.  Meanwhile, in streaming, the rows `ahead` values on
 * come nearer, which are the next tile's: the hardware does not see short rows coming. */
#define MULTIPLY_RUN(rows, start, depth, panel, ahead)                                                       \
  {                                                                                                          \
    int offset = start;                                                                                      \
    int left = depth;                                                                                        \
    for (; left >= 4; left -= 4, offset += 4, panel += 4 * COLUMNS) {                                        \
      if (STREAMING)                                                                                         \
        _Pragma ("unroll") for (int i = 0; i < ROWS; i++) PREFETCH (rows[i] + offset + (ahead));             \
      MULTIPLY (rows, offset, panel, 0)                                                                      \
      MULTIPLY (rows, offset, panel, 1)                                                                      \
      MULTIPLY (rows, offset, panel, 2)                                                                      \
      MULTIPLY (rows, offset, panel, 3)                                                                      \
    }                                                                                                        \
    for (; left > 0; left--, offset++, panel += COLUMNS)                                                     \
      MULTIPLY (rows, offset, panel, 0)                                                                      \
  }
