/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arguments/inverted_residual.h"
#include "kernels.h"
#include "ops/conv2d/launch.h"
#include "ops/operation.h"
#include "tensor/bfloat16.h"

/* The largest filter of networks. */
#define MAX_TAPS 7

/* Output pixels of a tile of the depthwise convolution. */
#define PIXELS 7

/* Pixels that are made at a time, so that tiles of any size are filled well. */
#define GROUP_PIXELS 56

/* Work-items of a core, each with scratch of its own: one would do, were no core ever kept by other work. */
#define ITEMS_A_CORE 2

/* Bands of a core: the last ones do not keep the others waiting for long. */
#define BANDS_A_CORE 4

/* What a work-item has at a time should stay in its core's own cache.  Weights are read once a group, and may
 * come from a larger one. */
#define SCRATCH_BYTES (640 * 1024)
#define WEIGHT_BYTES (896 * 1024)

/* More than any device has. */
#define MANY_CORES 4096

/* More than a narrowing has. */
#define MANY_VECTORS 1024

/* Vectors of which some CPUs make two halves. */
#define HALVED_WIDTH 16

/* Narrower tiles load more than they multiply. */
#define LEAST_VECTORS 2

/* Rows that a band makes, for each that neighbouring bands both widen. */
#define LEAST_ROWS_TWICE 7

/* What the block reads, its layers together. */
static MsnetTensor *
get_input (const MsnetInvertedResidualParams *params)
{
  return msnet_inverted_widens (params) ? params->widen.input : params->depthwise.input;
}

static guint
get_stride (const MsnetInvertedResidualParams *params)
{
  return MAX (params->depthwise.stride, 1);
}

static guint
get_inner (const MsnetInvertedResidualParams *params)
{
  return params->depthwise.input->shape.channels;
}

/* A tile of narrowing: vectors of the output's channels, @half a vector more, and pixels. */
typedef struct
{
  guint vectors;
  guint half;
  guint rows;
} NarrowTile;

static guint
count_columns (NarrowTile tile, guint width)
{
  return tile.vectors * width + tile.half * width / 2;
}

/* What panels of @tile cost: vectors, and how many of them are whole, for CPUs to which a half is none. */
static guint
get_cost (NarrowTile tile, guint width, guint channels)
{
  const guint n_panels = msnet_divide_up (channels, count_columns (tile, width));

  return n_panels * ((tile.vectors + tile.half) * MANY_VECTORS + tile.vectors);
}

/* The cheapest tile; of two the larger, whose values of the input are loaded for more products.  Half vectors
 * are those of 16, with the registers for one more of them if there are fewer pixels. */
static NarrowTile
choose_narrow_tile (const MsnetKernel *kernel, const MsnetInvertedResidualParams *params)
{
  const guint width = kernel->vector_width, channels = params->narrow.output->shape.channels;
  const guint most = kernel->columns / width, has_halves = width == HALVED_WIDTH;
  NarrowTile best = { 1, 0, kernel->rows };

  for (guint vectors = 1; vectors <= most; vectors++)
    for (guint half = 0; half <= has_halves; half++) {
      const gboolean is_large = vectors + half > most;
      const NarrowTile tile = { vectors, half, is_large ? kernel->rows - 2 : kernel->rows };

      if (count_columns (tile, width) <= channels
          && (vectors + half <= LEAST_VECTORS
              || get_cost (tile, width, channels) <= get_cost (best, width, channels)))
        best = tile;
    }
  return best;
}

static guint
get_pitch (const MsnetInvertedResidualParams *params)
{
  return params->depthwise.input->shape.width + params->depthwise.kernel - 1;
}

/* Rows of the ring: all that the rows of a group read. */
static guint
count_ring_rows (const MsnetInvertedResidualParams *params, guint group_rows)
{
  return msnet_inverted_widens (params) ? (group_rows - 1) * get_stride (params) + params->depthwise.kernel
                                        : 0;
}

/* Floats of a work-item's scratch: the ring, and what is made of it. */
static gsize
count_scratch (const MsnetInvertedResidualParams *params, guint group_rows)
{
  const gsize ring = (gsize)count_ring_rows (params, group_rows) * get_pitch (params);
  const gsize made = (gsize)group_rows * params->narrow.output->shape.width;

  return (ring + made) * get_inner (params);
}

static guint
choose_group_rows (const MsnetInvertedResidualParams *params)
{
  guint rows = msnet_divide_up (GROUP_PIXELS, params->narrow.output->shape.width);

  while (rows > 1 && count_scratch (params, rows) * sizeof (gfloat) > SCRATCH_BYTES)
    rows = msnet_divide_up (rows, 2);
  return rows;
}

static gsize
count_weights (const MsnetInvertedResidualParams *params)
{
  const gsize wide = msnet_inverted_widens (params) ? params->widen.input->shape.channels : 0;

  return (wide + params->narrow.output->shape.channels) * get_inner (params);
}

/* Bands of a frame: enough for all cores, and more only where hardly any rows are widened twice. */
static guint
count_bands (const MsnetInvertedResidualParams *params, guint cores)
{
  const MsnetShape *output = &params->narrow.output->shape;
  const guint group_rows = choose_group_rows (params);
  const guint twice = params->depthwise.kernel - get_stride (params);
  const guint wanted = msnet_divide_up (BANDS_A_CORE * cores, output->frames);
  const guint needed = MIN (msnet_divide_up (cores, output->frames), output->height / group_rows);
  const guint most = output->height / MAX (group_rows, LEAST_ROWS_TWICE * MAX (twice, 1));

  return CLAMP (wanted, 1, MAX (MAX (most, needed), 1));
}

gboolean
msnet_inverted_fused_keeps_cores_busy (
    const MsnetDeviceInfo *device, const MsnetInvertedResidualParams *params)
{
  return params->narrow.output->shape.frames * count_bands (params, device->compute_units)
         >= device->compute_units;
}

/* Floats, or pairs of bfloat16: the input and the frame before it are a whole number of them. */
static gboolean
has_products (
    const MsnetKernel *kernel, const MsnetDeviceInfo *device, const MsnetInvertedResidualParams *params)
{
  const MsnetShape *input = &get_input (params)->shape;

  if (!kernel->is_bf16)
    return input->data_type == MSNET_FLOAT32 && params->narrow.output->shape.data_type == MSNET_FLOAT32;
  return device->has_bf16 && input->data_type == MSNET_BFLOAT16 && input->channels % 2 == 0
         && (params->widen.previous == NULL || params->widen.previous->shape.channels % 2 == 0);
}

/* Whether tiles of pixels are never more than a group: rows are long enough, or the last group is. */
static gboolean
fills_tiles (const MsnetKernel *kernel, const MsnetInvertedResidualParams *params)
{
  const MsnetShape *output = &params->narrow.output->shape;
  const guint group_rows = choose_group_rows (params), rest = output->height % group_rows;

  return output->width >= kernel->rows
         || (count_bands (params, MANY_CORES) == 1
             && (rest > 0 ? rest : group_rows) * output->width >= kernel->rows);
}

gboolean
msnet_inverted_fused_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetInvertedResidualParams *params = data;
  const MsnetShape *output = &params->narrow.output->shape;
  const guint multiple = msnet_inverted_widens (params) ? kernel->columns : kernel->vector_width;

  return device->is_cpu && has_products (kernel, device, params) && params->depthwise.kernel <= MAX_TAPS
         && get_inner (params) % multiple == 0 && output->channels >= kernel->vector_width
         && output->width >= PIXELS && params->depthwise.input->shape.width >= kernel->rows
         && fills_tiles (kernel, params);
}

/* Whether what lies between the layers is more than a core's cache takes, and all that it needs is not. */
gboolean
msnet_inverted_fused_is_worthwhile (const MsnetKernel *kernel, gconstpointer data)
{
  const MsnetInvertedResidualParams *params = data;

  return count_scratch (params, choose_group_rows (params)) * sizeof (gfloat) <= SCRATCH_BYTES
         && count_weights (params) * sizeof (gfloat) <= WEIGHT_BYTES;
}

/* Adds the units of channels @begin to @end, in which others get weights of zero. */
static void
add_run (GArray *run, guint begin, guint end, guint unit)
{
  for (guint c = begin / unit * unit; c < msnet_divide_up (end, unit) * unit; c++) {
    const gint channel = c >= begin && c < end ? (gint)c : -1;

    g_array_append_val (run, channel);
  }
}

/* Returns: (transfer full) (element-type gint): the input channels in the order in which they are multiplied,
 * by the frames that they are read from; -1: none */
static GArray *
list_inputs (const MsnetConv2dParams *params, guint unit)
{
  const guint n = msnet_conv2d_get_shift_channels (params);
  const guint end = msnet_shift_count_channels (params->shift, n);
  GArray *run = g_array_new (FALSE, FALSE, sizeof (gint));

  add_run (run, 0, end - n, unit);
  add_run (run, end - n, end, unit);
  add_run (run, end, params->input->shape.channels, unit);
  return run;
}

/* Weights of a 1x1 convolution, from [C'][C] to [panels][depth / unit][columns][unit]; the last panel
 * of C' overlaps the one before it. */
static gfloat *
pack (const MsnetConv2dParams *params, guint columns, guint unit, gsize *n_values)
{
  g_autoptr (GArray) order = list_inputs (params, unit);
  const gint *sources = (const gint *)order->data;
  const guint depth = order->len;
  const guint inputs = params->input->shape.channels, outputs = params->output->shape.channels;
  const guint n_panels = msnet_divide_up (outputs, columns);
  gfloat *packed = g_new0 (gfloat, (gsize)n_panels * columns * depth);

  for (guint panel = 0; panel < n_panels; panel++)
    for (guint column = 0; column < columns; column++) {
      const guint channel = MIN (panel * columns, outputs - columns) + column;

      for (guint k = 0; k < depth; k++)
        if (sources[k] >= 0)
          packed[(gsize)panel * columns * depth + (k / unit * columns + column) * unit + k % unit]
              = params->weights[(gsize)channel * inputs + sources[k]];
    }
  *n_values = (gsize)n_panels * columns * depth;
  return packed;
}

static MsnetBuffer *
upload_weights (const MsnetKernel *kernel, MsnetCommandList *list, const MsnetConv2dParams *params,
    guint columns, GError **error)
{
  gsize n;
  g_autofree gfloat *packed = pack (params, columns, kernel->is_bf16 ? 2 : 1, &n);
  g_autofree guint16 *rounded = NULL;

  if (!kernel->is_bf16)
    return msnet_operation_upload (list, packed, n, error);
  rounded = g_new (guint16, n);
  msnet_bfloat16_from_float (rounded, packed, n);
  return msnet_buffer_new_constant (
      msnet_command_list_get_device (list), rounded, n * sizeof *rounded, error);
}

/* [C][1][K][K] -> [K][K][C] */
static MsnetBuffer *
upload_filters (MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, GError **error)
{
  const guint taps = params->kernel * params->kernel, channels = params->input->shape.channels;
  g_autofree gfloat *packed = g_new (gfloat, (gsize)taps * channels);

  for (guint tap = 0; tap < taps; tap++)
    for (guint c = 0; c < channels; c++)
      packed[tap * channels + c] = params->weights[c * taps + tap];
  return msnet_operation_upload (list, packed, (gsize)taps * channels, error);
}

/* What the kernel reads beside the tensors. */
typedef struct
{
  MsnetBuffer *wide_weights;
  MsnetBuffer *wide_bias;
  MsnetBuffer *weights;
  MsnetBuffer *bias;
  MsnetBuffer *narrow_weights;
  MsnetBuffer *narrow_bias;
} Constants;

static void
constants_clear (Constants *constants)
{
  g_clear_pointer (&constants->wide_weights, msnet_buffer_unref);
  g_clear_pointer (&constants->wide_bias, msnet_buffer_unref);
  g_clear_pointer (&constants->weights, msnet_buffer_unref);
  g_clear_pointer (&constants->bias, msnet_buffer_unref);
  g_clear_pointer (&constants->narrow_weights, msnet_buffer_unref);
  g_clear_pointer (&constants->narrow_bias, msnet_buffer_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Constants, constants_clear)

static gboolean
constants_init (Constants *constants, const MsnetKernel *kernel, MsnetCommandList *list,
    const MsnetInvertedResidualParams *params, GError **error)
{
  const NarrowTile tile = choose_narrow_tile (kernel, params);
  const guint inner = get_inner (params);

  return (constants->weights = upload_filters (list, &params->depthwise, error)) != NULL
         && (constants->bias = msnet_operation_upload (list, params->depthwise.bias, inner, error)) != NULL
         && (constants->narrow_weights = upload_weights (
                 kernel, list, &params->narrow, count_columns (tile, kernel->vector_width), error))
                != NULL
         && (constants->narrow_bias = msnet_operation_upload (
                 list, params->narrow.bias, params->narrow.output->shape.channels, error))
                != NULL
         && (!msnet_inverted_widens (params)
             || ((constants->wide_weights
                     = upload_weights (kernel, list, &params->widen, kernel->columns, error))
                     != NULL
                 && (constants->wide_bias = msnet_operation_upload (list, params->widen.bias, inner, error))
                        != NULL));
}

/* The depthwise convolution as the one that reads the block's input. */
static MsnetConv2dParams
get_reader (const MsnetInvertedResidualParams *params)
{
  const MsnetDepthwiseConv2dParams *depthwise = &params->depthwise;

  return msnet_inverted_widens (params) ? params->widen
                                        : (MsnetConv2dParams){ .input = depthwise->input,
                                            .output = depthwise->output,
                                            .kernel = depthwise->kernel,
                                            .stride = depthwise->stride,
                                            .padding = depthwise->padding };
}

static MsnetInvertedArguments
get_arguments (const MsnetKernel *kernel, const MsnetInvertedResidualParams *params, guint cores)
{
  const MsnetDepthwiseConv2dParams *depthwise = &params->depthwise;
  const MsnetShape *inner = &depthwise->input->shape;
  const MsnetConv2dParams reader = get_reader (params);
  const guint unit = msnet_inverted_widens (params) && kernel->is_bf16 ? 2 : 1;
  const guint shifted = msnet_conv2d_get_shift_channels (&reader);
  const guint end = msnet_shift_count_channels (reader.shift, shifted);
  g_autoptr (GArray) run = list_inputs (&reader, unit);

  return (MsnetInvertedArguments){
    .widen = msnet_conv2d_get_arguments (&reader, unit),
    .previous_begin = (end - shifted) / unit,
    .own_begin = end / unit,
    .depth = run->len / unit,
    .narrow = msnet_conv2d_get_arguments (&params->narrow, 1),
    .has_previous = params->widen.previous != NULL,
    .epilogue = depthwise->epilogue,
    .inner = inner->channels,
    .top = msnet_padding_get_before (depthwise->padding, depthwise->kernel, depthwise->stride, inner->height),
    .left = msnet_padding_get_before (depthwise->padding, depthwise->kernel, depthwise->stride, inner->width),
    .pitch = get_pitch (params),
    .ring_rows = count_ring_rows (params, choose_group_rows (params)),
    .group_rows = choose_group_rows (params),
    .band_rows = msnet_divide_up (params->narrow.output->shape.height, count_bands (params, cores)),
    .item_scratch = count_scratch (params, choose_group_rows (params)),
  };
}

static gchar *
get_options (const MsnetKernel *kernel, const MsnetInvertedResidualParams *params)
{
  const NarrowTile tile = choose_narrow_tile (kernel, params);

  return g_strdup_printf (
      "-DVECTOR_WIDTH=%u -DROWS=%u -DWIDE_VECTORS=%u -DNARROW_VECTORS=%u -DNARROW_HALF=%u "
      "-DNARROW_ROWS=%u -DTAPS=%u -DSTRIDE=%u -DPIXELS=%u %s%s%s",
      kernel->vector_width, kernel->rows, kernel->columns / kernel->vector_width, tile.vectors, tile.half,
      tile.rows, params->depthwise.kernel, get_stride (params), PIXELS,
      msnet_operation_get_storage_options (get_input (params), params->narrow.output),
      msnet_inverted_widens (params) ? " -DWIDENS" : "", kernel->is_bf16 ? " -DPRODUCTS_BF16" : "");
}

gboolean
msnet_inverted_fused_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetInvertedResidualParams *params = data;
  const MsnetDeviceInfo *info = msnet_device_get_info (msnet_command_list_get_device (list));
  const MsnetInvertedArguments arguments = get_arguments (kernel, params, info->compute_units);
  const MsnetShape *output = &params->narrow.output->shape;
  const guint n_bands = msnet_divide_up (output->height, arguments.band_rows);
  const MsnetConv2dParams reader = get_reader (params);
  g_autofree gchar *options = get_options (kernel, params);
  const guint n_items = MIN (n_bands * output->frames, ITEMS_A_CORE * info->compute_units);
  MsnetBuffer *scratch = msnet_command_list_get_scratch (
      list, 0, (gsize)n_items * count_scratch (params, choose_group_rows (params)) * sizeof (gfloat));
  g_autoptr (MsnetBuffer) next
      = msnet_buffer_new (msnet_command_list_get_device (list), sizeof (gint32), error);
  g_auto (Constants) constants = { 0 };

  if (next == NULL || !constants_init (&constants, kernel, list, params, error))
    return FALSE;
  MsnetBuffer *const wide_weights
      = msnet_inverted_widens (params) ? constants.wide_weights : constants.weights;
  MsnetBuffer *const wide_bias = msnet_inverted_widens (params) ? constants.wide_bias : constants.bias;
  MsnetBuffer *const residual
      = params->narrow.residual != NULL ? params->narrow.residual->buffer : constants.bias;
  return msnet_command_list_append (list,
      &(MsnetLaunch){ .file = "cpu/inverted_residual.cl",
          .kernel = "inverted_residual",
          .options = options,
          MSNET_ARGUMENTS (MSNET_BUFFER (params->narrow.output->buffer), MSNET_BUFFER (reader.input->buffer),
              MSNET_BUFFER (msnet_conv2d_get_previous (&reader)), MSNET_BUFFER (residual),
              MSNET_BUFFER (scratch), MSNET_BUFFER (next), MSNET_BUFFER (wide_weights),
              MSNET_BUFFER (wide_bias), MSNET_BUFFER (constants.weights), MSNET_BUFFER (constants.bias),
              MSNET_BUFFER (constants.narrow_weights), MSNET_BUFFER (constants.narrow_bias),
              MSNET_STRUCT (arguments)),
          .global = { n_items } },
      error);
}
