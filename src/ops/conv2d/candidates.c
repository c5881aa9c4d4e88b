#include "base/error.h"
#include "candidate.h"
#include "ops/plan.h"

static gboolean
plain_may_use (
    const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params)
{
  return TRUE;
}

/* What rounding makes of Winograd's larger intermediate values; direct kernels are exact. */
#define WINOGRAD_BOUND 3e-5

/* Weights are rounded to bfloat16. */
#define BF16_BOUND 5e-3

/* Products of values that are split into two bfloat16. */
#define SPLIT_BOUND 1e-5

#define CANDIDATE(family, width, tile_rows, tile_columns, ...)                                               \
  {                                                                                                          \
    .name = family "-" #width "-" #tile_rows "x" #tile_columns, .vector_width = width, .rows = tile_rows,    \
    .columns = tile_columns, __VA_ARGS__                                                                     \
  }
#define WINOGRAD(...)                                                                                        \
  CANDIDATE ("winograd", __VA_ARGS__, .piece = 4, .bound = WINOGRAD_BOUND,                                   \
      .may_use = msnet_conv2d_winograd_may_use, .is_worthwhile = msnet_conv2d_winograd_is_worthwhile,        \
      .append = msnet_conv2d_winograd_append)
#define WINOGRAD2(...)                                                                                       \
  CANDIDATE ("winograd2", __VA_ARGS__, .piece = 2, .bound = WINOGRAD_BOUND,                                  \
      .may_use = msnet_conv2d_winograd_may_use, .is_worthwhile = msnet_conv2d_winograd2_is_worthwhile,       \
      .append = msnet_conv2d_winograd_append)
#define FUSED(...)                                                                                           \
  CANDIDATE ("fused", __VA_ARGS__, .piece = 4, .bound = WINOGRAD_BOUND,                                      \
      .may_use = msnet_conv2d_fused_may_use, .is_worthwhile = msnet_conv2d_winograd_is_worthwhile,           \
      .append = msnet_conv2d_fused_append)
#define STEM(...)                                                                                            \
  CANDIDATE ("stem", __VA_ARGS__, .bound = WINOGRAD_BOUND, .may_use = msnet_conv2d_stem_may_use,             \
      .append = msnet_conv2d_stem_append)
#define BF16(tile_rows, tile_columns, ...)                                                                   \
  {                                                                                                          \
    .name = "bf16-" #tile_rows "x" #tile_columns, .vector_width = 16, .rows = tile_rows,                     \
    .columns = tile_columns, .bound = BF16_BOUND, .is_bf16 = TRUE, .may_use = msnet_conv2d_cpu_may_use,      \
    .append = msnet_conv2d_cpu_append, __VA_ARGS__                                                           \
  }
/* Its vectors are only around the products, and as wide as the channels allow. */
#define AMX(kind, ...)                                                                                       \
  {                                                                                                          \
    .name = "amx-" kind "-32x32", .vector_width = 8, .rows = 32, .columns = 32,                              \
    .may_use = msnet_conv2d_amx_may_use, .is_worthwhile = msnet_conv2d_amx_is_worthwhile,                    \
    .append = msnet_conv2d_amx_append, __VA_ARGS__                                                           \
  }
#define DIRECT(...)                                                                                          \
  CANDIDATE ("direct", __VA_ARGS__, .may_use = msnet_conv2d_cpu_may_use, .append = msnet_conv2d_cpu_append)

/* Winograd first, which is faster than pairs of bfloat16 too, where it is worthwhile; then wide tiles: the wider, the
 * fewer loads a multiply-add.  Where AMX is, its products of bfloat16 are faster than all (1500 to 2000 GFLOP/s on two
 * cores of a Sapphire Rapids, against 400 of floats), and three of them, for floats (700 to 860), about as fast as
 * Winograd where that is worthwhile, and twice as fast as floats elsewhere.  That follows from prototypes; it was not
 * measured with these kernels. */
static const MsnetConv2dCandidate candidates[] = {
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
  BF16 (5, 64, .is_worthwhile = msnet_conv2d_five_is_worthwhile),
  BF16 (6, 64),
  BF16 (6, 32),
  DIRECT (16, 5, 64, .is_worthwhile = msnet_conv2d_five_is_worthwhile),
  DIRECT (16, 6, 64),
  DIRECT (16, 6, 32),
  DIRECT (16, 12, 32),
  DIRECT (8, 6, 32),
  DIRECT (8, 6, 16),
  { .name = "plain", .rows = 1, .columns = 1, .may_use = plain_may_use, .append = msnet_conv2d_plain_append },
};

const MsnetConv2dCandidate *
msnet_conv2d_get_candidates (guint *n_candidates)
{
  *n_candidates = G_N_ELEMENTS (candidates);
  return candidates;
}

/* Returns: (transfer full): the names of all candidates, for messages */
static gchar *
list_candidates (void)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", candidates[i].name);
  return g_string_free (list, FALSE);
}

gboolean
msnet_conv2d_check_plan (GError **error)
{
  g_autofree gchar *names = NULL;
  g_autofree gchar *found = NULL;

  if (msnet_plan_is_free () || msnet_plan_is_plain () || msnet_plan_is_fixed ()
      || msnet_plan_get_width () > 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    if (msnet_plan_names (candidates[i].name))
      return TRUE;
  names = list_candidates ();
  found = g_utf8_make_valid (g_getenv ("MSNET_PLAN"), -1);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED,
      "the environment's MSNET_PLAN: expected plain, fixed, width-8, width-16, or the first words of one of "
      "%s; found \"%s\"; unset it for the fastest kernels",
      names, found);
  return FALSE;
}
