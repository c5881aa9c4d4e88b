/* Put before every kernel source by the host: what all kernels may use. */

#define MSNET_CAT_(a, b) a##b
#define MSNET_CAT(a, b) MSNET_CAT_ (a, b)

/* A function that is compiled once: PoCL compiles what a kernel does itself three times, and of what `restrict` says
 * there it makes notes that take it longer than all the rest. */
#define OUT_OF_LINE static __attribute__ ((noinline, unused))

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

/* Where a pixel lies. */
typedef struct
{
  int frame;
  int row;
  int column;
} Position;

/* Values from pixel to pixel, from row to row, from frame to frame. */
typedef struct
{
  int pixel;
  int row;
  int frame;
} Strides;

static inline int
get_offset (Position position, Strides strides)
{
  return position.frame * strides.frame + position.row * strides.row + position.column * strides.pixel;
}

/* How a tensor lies in memory, which kernels are told in one argument: where pixel (0, 0) of frame 0 is, values from row
 * to row and from frame to frame, and those of a pixel. */
typedef struct
{
  int origin;
  int row;
  int frame;
  int channels;
} Geometry;

/* Where a row begins. */
static inline int
get_row (Geometry tensor, int frame, int row)
{
  return tensor.origin + frame * tensor.frame + row * tensor.row;
}

/* Of every `step`th pixel, in rows and columns. */
static inline Strides
get_strides (Geometry tensor, int step)
{
  return (Strides){ step * tensor.channels, step * tensor.row, tensor.frame };
}

/* Kernels with explicit vectors.  VECTOR_WIDTH: floats in a vector: 4, 8 or 16. */
#ifndef VECTOR_WIDTH
#define VECTOR_WIDTH 8
#endif
typedef MSNET_CAT (float, VECTOR_WIDTH) vector;
#define LOAD MSNET_CAT (vload, VECTOR_WIDTH)
/* A kernel that is vectors already, with one work-item a group.  Where the hint is missing Intel's compiler tries to
 * put several work-items into wider vectors, and is at it for minutes. */
#define VECTOR_KERNEL __attribute__ ((reqd_work_group_size (1, 1, 1), vec_type_hint (vector))) __kernel
/* A vector that need not lie at a multiple of its size.  Stored by itself: PoCL's vstore16 makes four stores. */
typedef vector __attribute__ ((aligned (4))) loose_vector;
#define STORE(value, index, address) (((__global loose_vector *)(address))[index] = (value))

/* bfloat16, the upper half of a float, in vectors and alone.  Widening is exact; narrowing takes the nearest, of two
 * equally near ones the even; NaN stays NaN. */
typedef MSNET_CAT (uint, VECTOR_WIDTH) vector_bits;
typedef MSNET_CAT (ushort, VECTOR_WIDTH) vector_bf16;
/* In memory, where it lies anywhere: vload and vstore of ushort go value by value in PoCL 3.1. */
typedef vector_bf16 stored_bf16 __attribute__ ((aligned (2)));
#define MSNET_AS_VECTOR MSNET_CAT (as_float, VECTOR_WIDTH)
#define MSNET_AS_BITS MSNET_CAT (as_uint, VECTOR_WIDTH)

__attribute__ ((unused)) static inline vector
widen (vector_bf16 value)
{
  return MSNET_AS_VECTOR (MSNET_CAT (convert_uint, VECTOR_WIDTH) (value) << 16);
}

__attribute__ ((unused)) static inline vector_bf16
narrow (vector value)
{
#ifdef PRODUCTS_BF16
  vector_bf16 nearest;
  __asm__ ("vcvtneps2bf16 %1,%0" : "=v"(nearest) : "v"(value));
  return nearest;
#else
  vector_bits bits = MSNET_AS_BITS (value);
  vector_bits nearest = bits + 0x7fff + ((bits >> 16) & 1);
  vector_bits quiet = bits | 0x400000;

  return MSNET_CAT (convert_ushort, VECTOR_WIDTH) (select (nearest, quiet, isnan (value)) >> 16);
#endif
}

static inline float
widen_1 (ushort value)
{
  return as_float ((uint)value << 16);
}

static inline ushort
narrow_1 (float value)
{
  uint bits = as_uint (value);

  return (isnan (value) ? bits | 0x400000 : bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

/* What an operation reads and writes: float, or bfloat16 with -DINPUT_BF16, -DOUTPUT_BF16.  A residual is stored like
 * the output that it is added to.  STREAM_OUTPUT stores past the caches, to a multiple of what it stores. */
#ifdef INPUT_BF16
typedef ushort input_element;
#define LOAD_INPUT(j, from) widen (((__global const stored_bf16 *)(from))[j])
#define GET_INPUT(from, i) widen_1 ((from)[i])
#else
typedef float input_element;
#define LOAD_INPUT(j, from) LOAD (j, from)
#define GET_INPUT(from, i) (from)[i]
#endif
#ifdef OUTPUT_BF16
typedef ushort output_element;
#define LOAD_OUTPUT(j, from) widen (((__global const stored_bf16 *)(from))[j])
#define GET_OUTPUT(from, i) widen_1 ((from)[i])
#define PUT_OUTPUT(value, to, i) (to)[i] = narrow_1 (value)
#define STORE_OUTPUT(value, j, to) ((__global stored_bf16 *)(to))[j] = narrow (value)
#define STREAM_OUTPUT(value, to) __builtin_nontemporal_store (narrow (value), (__global vector_bf16 *)(to))
#else
typedef float output_element;
#define LOAD_OUTPUT(j, from) LOAD (j, from)
#define GET_OUTPUT(from, i) (from)[i]
#define PUT_OUTPUT(value, to, i) (to)[i] = value
#define STORE_OUTPUT(value, j, to) STORE (value, j, to)
#define STREAM_OUTPUT(value, to) __builtin_nontemporal_store (value, (__global vector *)(to))
#endif

/* Past the caches only vectors can be stored that lie at multiples of their size. */
__attribute__ ((unused)) static inline void
store_output (vector value, __global output_element *target, int past_caches)
{
  if (past_caches)
    STREAM_OUTPUT (value, target);
  else
    STORE_OUTPUT (value, 0, target);
}

/* What ends a convolution: 0 y, 1 max (0, y), 2 max (0, y + residual), 3 max (0, y) + residual. */
__attribute__ ((unused)) static inline vector
finish (vector value, __global const output_element *residual, int epilogue)
{
  if (epilogue == 2)
    value += LOAD_OUTPUT (0, residual);
  if (epilogue != 0)
    value = fmax (value, (vector) (0.0f));
  if (epilogue == 3)
    value += LOAD_OUTPUT (0, residual);
  return value;
}

/* One value of the input, and what it adds to a sum.  With -DPRODUCTS_BF16 (AVX512-BF16, vectors of 16) values and
 * factors are pairs of bfloat16, as floats are of four bytes each; both products of a pair go to one sum. */
#ifdef PRODUCTS_BF16
typedef uint product_element;
#define SPREAD(from, i) MSNET_AS_VECTOR ((vector_bits) ((from)[i]))
#define ADD_PRODUCT(sum, value, factor) __asm__ ("vdpbf16ps %2,%1,%0" : "+v"(sum) : "v"(value), "v"(factor))
#else
typedef input_element product_element;
#define SPREAD(from, i) (vector) (GET_INPUT (from, i))
#define ADD_PRODUCT(sum, value, factor) sum = fma (value, factor, sum)
#endif

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
      vector value = SPREAD (rows[i], offset + (k));                                                         \
      _Pragma ("unroll") for (int j = 0; j < VECTORS; j++) ADD_PRODUCT (sums[i][j], value, factors[j]);      \
    }                                                                                                        \
  }

/* The same for `depth` values of each row; `panel` moves on.  Meanwhile, where `ahead` is not 0, the rows that many
 * values on come nearer, which are the next tile's: the hardware does not see short rows coming. */
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
