#include "conv2d_sizes.h"
#include "plan.h"

/* What one work-group reads of the input should stay in its core's level 2 cache. */
#define CACHE_FLOATS (256 * 1024 / sizeof (gfloat))
#define MAX_GROUP_ROWS 96
#define MIN_GROUP_ROWS 24

/* A tensor of more bytes is not found in a core's own cache by its reader, and one of still more in no cache. */
#define STREAMING_BYTES (8 * 1024 * 1024)
#define PAST_CACHES_BYTES (16 * 1024 * 1024)

/* Sums of a tile in the 16 registers of AVX2, or in the 32 that come with vectors of 16. */
#define FEW_SUMS 12
#define MANY_REGISTERS_WIDTH 16

static guint
count_pixels (const MsnetConv2dParams *params)
{
  const MsnetShape *output = &params->output->shape;

  return output->frames * output->height * output->width;
}

/* Compilers split vectors that are wider than the device's, and so does the count of sums. */
static gboolean
has_registers (const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device)
{
  return candidate->vector_width > 8 || candidate->rows * candidate->columns / 8 <= FEW_SUMS
         || device->vector_width >= MANY_REGISTERS_WIDTH;
}

gboolean
msnet_conv2d_cpu_may_use (
    const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params)
{
  return device->is_cpu && has_registers (candidate, device)
         && params->output->shape.channels % candidate->columns == 0
         && count_pixels (params) >= candidate->rows;
}

static guint
round_up (guint value, guint multiple)
{
  return (value + multiple - 1) / multiple * multiple;
}

gboolean
msnet_conv2d_five_is_worthwhile (const MsnetConv2dParams *params)
{
  const guint pixels = count_pixels (params);

  return !msnet_plan_is_fixed () && round_up (pixels, 5) < 0.95 * round_up (pixels, 6);
}

/* From [C'][C][K][K] to [C'/columns][K][K][C][columns]: a panel is read from front to back. */
static gfloat *
pack (const MsnetConv2dParams *params, guint columns, gsize n_weights)
{
  const guint outputs = params->output->shape.channels;
  const guint inputs = params->input->shape.channels;
  const guint taps = params->kernel * params->kernel;
  gfloat *packed = g_new (gfloat, n_weights);

  for (guint o = 0; o < outputs; o++)
    for (guint c = 0; c < inputs; c++)
      for (guint tap = 0; tap < taps; tap++) {
        gsize row = ((gsize)(o / columns) * taps + tap) * inputs + c;
        packed[row * columns + o % columns] = params->weights[((gsize)o * inputs + c) * taps + tap];
      }
  return packed;
}

/* Pixels of a work-group: whole tiles, as many as the cache takes, in groups of about equal size. */
static guint
choose_group_pixels (const MsnetConv2dParams *params, guint tile)
{
  const guint pixels = count_pixels (params);
  const gsize floats_a_pixel = (gsize)params->input->shape.channels * params->kernel;
  guint rows = MAX_GROUP_ROWS;
  guint n_groups;

  while (rows > MIN_GROUP_ROWS && rows * floats_a_pixel > CACHE_FLOATS)
    rows -= tile;
  n_groups = (pixels + rows - 1) / rows;
  rows = (pixels + n_groups - 1) / n_groups;
  return (rows + tile - 1) / tile * tile;
}

static gsize
count_bytes (const MsnetShape *shape)
{
  return msnet_shape_get_size (shape) * sizeof (gfloat);
}

/* The whole map lies at multiples of a vector where its channels do. */
static gboolean
flows_past_caches (const MsnetConv2dCandidate *candidate, const MsnetShape *output)
{
  return count_bytes (output) > PAST_CACHES_BYTES && output->channels % candidate->vector_width == 0;
}

gboolean
msnet_conv2d_cpu_append (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error)
{
  const guint outputs = params->output->shape.channels;
  const gsize n_weights = (gsize)outputs * params->input->shape.channels * params->kernel * params->kernel;
  const guint group_pixels = choose_group_pixels (params, candidate->rows);
  g_autofree gfloat *packed = pack (params, candidate->columns, n_weights);
  g_autofree gchar *tile = msnet_conv2d_get_options (candidate);
  const MsnetShape *output = &params->output->shape;
  const gboolean is_streaming
      = MAX (count_bytes (output), count_bytes (&params->input->shape)) > STREAMING_BYTES;
  g_autofree gchar *options = g_strdup_printf ("%s -DSTREAMING=%d", tile, is_streaming);
  const MsnetArgument extra[]
      = { MSNET_INT (group_pixels), MSNET_INT (flows_past_caches (candidate, output)) };
  MsnetLaunch launch = {
    .file = "cpu/conv2d.cl",
    .kernel = "conv2d",
    .options = options,
    .global = { outputs / candidate->columns, (count_pixels (params) + group_pixels - 1) / group_pixels },
  };

  return msnet_conv2d_launch (list, params, &launch, packed, n_weights, extra, G_N_ELEMENTS (extra), error);
}
