/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernels.h"

#include "ops/operations.h"
#include "sizes.h"

/* What rounding makes of Winograd's larger intermediate values; direct kernels are exact. */
#define WINOGRAD_BOUND 3e-5

/* Weights are rounded to bfloat16. */
#define BF16_BOUND 5e-3

/* Products of values that are split into two bfloat16. */
#define SPLIT_BOUND 1e-5

#define TILE(family, width, tile_rows, tile_columns, ...)                                                    \
  {                                                                                                          \
    .name = family "-" #width "-" #tile_rows "x" #tile_columns, .vector_width = width, .rows = tile_rows,    \
    .columns = tile_columns, __VA_ARGS__                                                                     \
  }
#define WINOGRAD(...)                                                                                        \
  TILE ("winograd", __VA_ARGS__, .piece = 4, .bound = WINOGRAD_BOUND,                                        \
      .may_use = msnet_conv2d_winograd_may_use, .is_worthwhile = msnet_conv2d_winograd_is_worthwhile,        \
      .append = msnet_conv2d_winograd_append)
#define WINOGRAD2(...)                                                                                       \
  TILE ("winograd2", __VA_ARGS__, .piece = 2, .bound = WINOGRAD_BOUND,                                       \
      .may_use = msnet_conv2d_winograd_may_use, .is_worthwhile = msnet_conv2d_winograd2_is_worthwhile,       \
      .append = msnet_conv2d_winograd_append)
#define FUSED(...)                                                                                           \
  TILE ("fused", __VA_ARGS__, .piece = 4, .bound = WINOGRAD_BOUND, .may_use = msnet_conv2d_fused_may_use,    \
      .is_worthwhile = msnet_conv2d_winograd_is_worthwhile, .append = msnet_conv2d_fused_append)
#define STEM(...)                                                                                            \
  TILE ("stem", __VA_ARGS__, .bound = WINOGRAD_BOUND, .may_use = msnet_conv2d_stem_may_use,                  \
      .append = msnet_conv2d_stem_append)
/* rule: five or direct, what it is worthwhile by */
#define BF16(rule, tile_rows, tile_columns)                                                                  \
  {                                                                                                          \
    .name = "bf16-" #tile_rows "x" #tile_columns, .vector_width = 16, .rows = tile_rows,                     \
    .columns = tile_columns, .bound = BF16_BOUND, .is_bf16 = TRUE, .may_use = msnet_conv2d_direct_may_use,   \
    .is_worthwhile = msnet_conv2d_##rule##_is_worthwhile, .append = msnet_conv2d_direct_append               \
  }
/* Its vectors are only around the products, and as wide as the channels allow. */
#define AMX(kind, ...)                                                                                       \
  {                                                                                                          \
    .name = "amx-" kind "-32x32", .vector_width = 8, .rows = 32, .columns = 32,                              \
    .may_use = msnet_conv2d_amx_may_use, .is_worthwhile = msnet_conv2d_amx_is_worthwhile,                    \
    .append = msnet_conv2d_amx_append, __VA_ARGS__                                                           \
  }
#define DIRECT(rule, ...)                                                                                    \
  TILE ("direct", __VA_ARGS__, .may_use = msnet_conv2d_direct_may_use,                                       \
      .is_worthwhile = msnet_conv2d_##rule##_is_worthwhile, .append = msnet_conv2d_direct_append)

/* Winograd first, which is faster than pairs of bfloat16 too, where it is worthwhile; then wide tiles: the
 * wider, the fewer loads a multiply-add, as long as panels hardly overlap.  Where AMX is, its products of
 * bfloat16 are faster than all (1500 to 2000 GFLOP/s on two cores of a Sapphire Rapids, against 400 of
 * floats), and three of them, for floats (700 to 860), about as fast as Winograd where that is worthwhile,
 * and twice as fast as floats elsewhere.  That follows from prototypes; it was not measured with these
 * kernels. */
static const MsnetKernel kernels[] = {
  STEM (16, 6, 32),
  STEM (8, 6, 16),
  AMX ("bf16", .bound = BF16_BOUND, .is_bf16 = TRUE),
  FUSED (16, 6, 64),
  FUSED (16, 6, 32),
  FUSED (8, 6, 16),
  WINOGRAD (16, 5, 64),
  WINOGRAD (16, 6, 64),
  WINOGRAD (16, 6, 32),
  WINOGRAD (8, 6, 16),
  AMX ("split", .bound = SPLIT_BOUND),
  WINOGRAD2 (16, 8, 32),
  WINOGRAD2 (8, 6, 16),
  BF16 (five, 5, 64),
  BF16 (direct, 6, 64),
  BF16 (direct, 8, 48),
  BF16 (direct, 6, 32),
  BF16 (direct, 12, 16),
  DIRECT (five, 16, 5, 64),
  DIRECT (direct, 16, 6, 64),
  DIRECT (direct, 16, 8, 48),
  DIRECT (direct, 16, 6, 32),
  DIRECT (direct, 16, 12, 32),
  DIRECT (direct, 8, 6, 32),
  DIRECT (direct, 8, 8, 24),
  DIRECT (direct, 8, 5, 40),
  DIRECT (direct, 8, 6, 16),
  { .name = "plain", .rows = 1, .columns = 1, .append = msnet_conv2d_plain_append },
};

static gdouble
get_work (gconstpointer data)
{
  const MsnetConv2dParams *params = data;

  return (gdouble)msnet_shape_get_size (&params->output->shape) * params->input->shape.channels
         * params->kernel * params->kernel;
}

const MsnetOperation msnet_conv2d_operation = {
  .name = "conv2d",
  MSNET_KERNELS (kernels),
  .check = msnet_conv2d_check,
  .print_sizes = msnet_conv2d_print_sizes,
  .fill_case = msnet_conv2d_fill_case,
  .get_work = get_work,
};
