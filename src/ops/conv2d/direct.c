/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/parallel.h"
#include "launch.h"
#include "ops/operation.h"
#include "ops/plan.h"
#include "tensor/bfloat16.h"

/* What one work-group reads of the input should stay in its core's level 2 cache. */
#define CACHE_BYTES (256 * 1024)
#define MAX_GROUP_ROWS 96
#define MIN_GROUP_ROWS 24

/* Input channels that are packed at a time. */
#define PACKED_CHANNELS 64

/* A tensor of more bytes is not found in a core's own cache by its reader. */
#define STREAMING_BYTES (8 * 1024 * 1024)

/* Sums of a tile in the 16 registers of AVX2, or in the 32 that come with vectors of 16. */
#define FEW_SUMS 12
#define MANY_REGISTERS_WIDTH 16

/* Panels that overlap by more compute too much twice, unless no others are narrower. */
#define MOST_COMPUTED 1.05
#define LEAST_COLUMNS 16

static guint
count_pixels (const MsnetConv2dParams *params)
{
  const MsnetShape *output = &params->output->shape;

  return output->frames * output->height * output->width;
}

static guint
get_stride (const MsnetConv2dParams *params)
{
  return MAX (params->stride, 1);
}

/* Whether all that the kernel reads begins at an even value, and may be read to an even one.  With an odd
 * number of channels it reads a row of taps as a whole, and one value more, which is that of the next
 * pixel; pairs start at every other pixel, so the first tap must lie at an even one. */
static gboolean
can_pair (const MsnetConv2dParams *params)
{
  const MsnetShape *input = &params->input->shape;
  const guint before
      = msnet_padding_get_before (params->padding, params->kernel, params->stride, input->width);

  if (params->shift != MSNET_SHIFT_NONE)
    return input->channels % 2 == 0 && msnet_conv2d_get_shift_channels (params) % 2 == 0;
  return input->channels % 2 == 0
         || (get_stride (params) % 2 == 0 && input->width % 2 == 0 && (input->halo - before) % 2 == 0);
}

/* Compilers split vectors that are wider than the device's, and so does the count of sums. */
static gboolean
has_registers (const MsnetKernel *kernel, const MsnetDeviceInfo *device)
{
  return kernel->vector_width > 8 || kernel->rows * kernel->columns / 8 <= FEW_SUMS
         || device->vector_width >= MANY_REGISTERS_WIDTH;
}

gboolean
msnet_conv2d_direct_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  const gboolean fits
      = !kernel->is_bf16
        || (params->input->shape.data_type == MSNET_BFLOAT16 && device->has_bf16 && can_pair (params));

  return fits && device->is_cpu && has_registers (kernel, device)
         && params->output->shape.channels >= kernel->columns && count_pixels (params) >= kernel->rows;
}

static guint
round_up (guint value, guint multiple)
{
  return msnet_divide_up (value, multiple) * multiple;
}

/* Panels of output channels; the last one overlaps the one before it instead of being narrower. */
static guint
count_panels (const MsnetConv2dParams *params, guint columns)
{
  return msnet_divide_up (params->output->shape.channels, columns);
}

/* Whether a tile needs no pixel of a further frame, where the number of frames has no say. */
static gboolean
fills_tiles (const MsnetKernel *kernel, const MsnetConv2dParams *params)
{
  return !msnet_plan_is_fixed () || count_pixels (params) / params->output->shape.frames >= kernel->rows;
}

gboolean
msnet_conv2d_direct_is_worthwhile (const MsnetKernel *kernel, gconstpointer data)
{
  const MsnetConv2dParams *params = data;

  return fills_tiles (kernel, params)
         && (kernel->columns == LEAST_COLUMNS
             || count_panels (params, kernel->columns) * kernel->columns
                    <= MOST_COMPUTED * params->output->shape.channels);
}

gboolean
msnet_conv2d_five_is_worthwhile (const MsnetKernel *kernel, gconstpointer data)
{
  const MsnetConv2dParams *params = data;

  return msnet_conv2d_direct_is_worthwhile (kernel, params)
         && msnet_conv2d_suits_tiles (kernel->rows, count_pixels (params));
}

/* Values that a row of the kernel takes, a whole number of @unit. */
static guint
get_row_run (const MsnetConv2dParams *params, guint unit)
{
  return round_up (params->kernel * params->input->shape.channels, unit);
}

/* Where weight @value of a panel's run goes in it, for the panel's first channel. */
static gsize
get_place (gsize value, guint columns, guint unit)
{
  const gsize rest = value & (unit - 1);

  return (value - rest) * columns + rest;
}

/* One tap of one output channel: @n values, @stride apart; @packed: of its panel, at its column, and @first
 * in it */
static void
pack_tap (
    const gfloat *weights, guint stride, guint n, guint columns, guint unit, gsize first, gfloat *packed)
{
  if (unit == 1)
    for (guint c = 0; c < n; c++)
      packed[(first + c) * columns] = weights[(gsize)c * stride];
  else
    for (guint c = 0; c < n; c++)
      packed[get_place (first + c, columns, unit)] = weights[(gsize)c * stride];
}

/* One output channel of weights, its input channels from @first to @end; @packed: of its panel, at its
 * column */
static void
pack_channel (const MsnetConv2dParams *params, guint columns, guint unit, const gfloat *weights, guint first,
    guint end, gfloat *packed)
{
  const guint inputs = params->input->shape.channels, kernel = params->kernel;
  const guint taps = kernel * kernel;
  const gsize run = get_row_run (params, unit);

  for (guint tap = 0; tap < taps; tap++)
    pack_tap (weights + (gsize)first * taps + tap, taps, end - first, columns, unit,
        tap / kernel * run + tap % kernel * inputs + first, packed);
}

/* Weights on their way from [C'][C][K][K] to [panels][K][row run / unit][columns][unit]. */
typedef struct
{
  const MsnetConv2dParams *params;
  guint columns;
  guint unit;
  gfloat *packed;
} Packing;

/* A few input channels at a time, so that what is written stays near until all columns were there. */
static void
pack_panel (guint panel, gpointer data)
{
  const Packing *packing = data;
  const MsnetConv2dParams *params = packing->params;
  const guint columns = packing->columns;
  const guint inputs = params->input->shape.channels;
  const gsize n_channel = (gsize)inputs * params->kernel * params->kernel;
  const guint first = MIN (panel * columns, params->output->shape.channels - columns);
  const gfloat *weights = params->weights + first * n_channel;
  gfloat *packed
      = packing->packed + (gsize)panel * columns * params->kernel * get_row_run (params, packing->unit);

  for (guint c = 0; c < inputs; c += PACKED_CHANNELS)
    for (guint i = 0; i < columns; i++)
      pack_channel (params, columns, packing->unit, weights + i * n_channel, c,
          MIN (c + PACKED_CHANNELS, inputs), packed + i * packing->unit);
}

/* A panel is read from front to back. */
static void
pack (gpointer target, gpointer data)
{
  Packing *packing = data;

  packing->packed = target;
  msnet_parallel_run (count_panels (packing->params, packing->columns), pack_panel, packing);
}

static MsnetBuffer *
upload_weights (const MsnetKernel *kernel, MsnetCommandList *list, const MsnetConv2dParams *params,
    guint unit, GError **error)
{
  MsnetDevice *device = msnet_command_list_get_device (list);
  const gsize n = (gsize)count_panels (params, kernel->columns) * kernel->columns * params->kernel
                  * get_row_run (params, unit);
  Packing packing = { params, kernel->columns, unit, NULL };
  g_autofree gfloat *packed = NULL;
  g_autofree guint16 *rounded = NULL;

  if (!kernel->is_bf16)
    return msnet_buffer_make_constant (device, n * sizeof (gfloat), pack, &packing, error);
  packed = g_new0 (gfloat, n);
  pack (packed, &packing);
  rounded = g_new (guint16, n);
  msnet_bfloat16_from_float (rounded, packed, n);
  return msnet_buffer_new_constant (device, rounded, n * sizeof *rounded, error);
}

/* Pixels of a work-group: whole tiles, as many as the cache takes, in groups of about equal size. */
static guint
choose_group_pixels (const MsnetConv2dParams *params, guint tile)
{
  const MsnetShape *input = &params->input->shape;
  const guint pixels = count_pixels (params);
  const gsize bytes_a_pixel = (gsize)input->channels * params->kernel * msnet_shape_get_element_size (input);
  guint rows = MAX_GROUP_ROWS;
  guint n_groups;

  while (rows > MIN_GROUP_ROWS && rows * bytes_a_pixel > CACHE_BYTES)
    rows -= tile;
  n_groups = msnet_divide_up (pixels, rows);
  return round_up (msnet_divide_up (pixels, n_groups), tile);
}

gboolean
msnet_conv2d_direct_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetConv2dParams *params = data;
  const guint unit = kernel->is_bf16 ? 2 : 1;
  const guint group_pixels = choose_group_pixels (params, kernel->rows);
  const MsnetShape *output = &params->output->shape;
  const gboolean is_streaming
      = MAX (msnet_conv2d_count_bytes (output), msnet_conv2d_count_bytes (&params->input->shape))
        > STREAMING_BYTES;
  MsnetDirectArguments arguments = {
    .conv = msnet_conv2d_get_arguments (params, unit),
    .group_pixels = group_pixels,
    .input_pixel_stride = get_stride (params) * params->input->shape.channels / unit,
    .row_run = get_row_run (params, unit) / unit,
    .has_previous = params->previous != NULL,
    .is_streaming = is_streaming,
  };
  g_autoptr (MsnetBuffer) weights = upload_weights (kernel, list, params, unit, error);
  g_autofree gchar *options = msnet_conv2d_get_options (kernel, params);
  MsnetLaunch launch = {
    .file = "cpu/conv2d/direct.cl",
    .kernel = "conv2d_direct",
    .options = options,
    .global
    = { count_panels (params, kernel->columns), msnet_divide_up (count_pixels (params), group_pixels) },
  };

  arguments.conv.past_caches = msnet_conv2d_flows_past_caches (kernel, output);
  return weights != NULL
         && msnet_conv2d_launch (list, params, &launch, weights, &MSNET_STRUCT (arguments), 1, error);
}
