/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch.h"
#include "ops/operation.h"
#include "ops/plan.h"
#include "tensor/bfloat16.h"

#define PANEL MSNET_AMX_PANEL
#define CHUNK MSNET_AMX_CHUNK
#define POSITIONS MSNET_AMX_POSITIONS
#define TILE_VALUES 512

/* What a strip takes should stay in its core's own cache, beside the weights of a panel. */
#define STRIP_BYTES (384 * 1024)

/* Worth it where so much of what is computed is asked for: a product of three is about twice as fast as one
 * of floats. */
#define LEAST_SHARE 0.6

/* How a convolution is cut into tasks; see the kernel. */
typedef struct
{
  guint parts;
  guint map_rows;
  guint strip_rows;
  guint task_panels;
  guint items;
  gsize item_scratch; /* values */
} Tasks;

/* Pixels from row to row of a strip. */
static guint
get_pitch (const MsnetConv2dParams *params)
{
  return params->output->shape.width + params->kernel / 2;
}

static guint
get_map_rows (const MsnetConv2dParams *params)
{
  const MsnetShape *output = &params->output->shape;

  return params->kernel == 1 ? output->frames * output->height : output->height;
}

gboolean
msnet_conv2d_amx_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  const gboolean is_bf16 = params->input->shape.data_type == MSNET_BFLOAT16;

  return device->is_cpu && device->has_amx && kernel->is_bf16 == is_bf16
         && params->output->shape.channels % PANEL == 0 && msnet_conv2d_get_input_width (params) >= 4;
}

gboolean
msnet_conv2d_amx_is_worthwhile (const MsnetKernel *kernel, gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  const guint channels = params->input->shape.channels;
  const guint rows
      = params->kernel == 1 && !msnet_plan_is_fixed () ? get_map_rows (params) : params->output->shape.height;
  const gdouble computed = (gdouble)msnet_divide_up (rows * get_pitch (params), POSITIONS) * POSITIONS
                           * msnet_divide_up (channels, CHUNK) * CHUNK;

  return msnet_plan_get_width () == 0
         && (gdouble)rows * params->output->shape.width * channels >= LEAST_SHARE * computed;
}

/* [C'/32][K][K][chunks][parts][2][16][16][2] */
static MsnetBuffer *
upload_weights (MsnetCommandList *list, const MsnetConv2dParams *params, guint parts, GError **error)
{
  const guint inputs = params->input->shape.channels, outputs = params->output->shape.channels;
  const guint taps = params->kernel * params->kernel;
  const guint chunks = msnet_divide_up (inputs, CHUNK);
  const gsize n = (gsize)outputs / PANEL * taps * chunks * parts * 2 * TILE_VALUES;
  g_autofree guint16 *packed = g_new0 (guint16, n);

  for (guint o = 0; o < outputs; o++)
    for (guint c = 0; c < inputs; c++)
      for (guint tap = 0; tap < taps; tap++) {
        const gsize chunk = ((gsize)o / PANEL * taps + tap) * chunks + c / CHUNK;
        const gsize place
            = (chunk * parts * 2 + o % PANEL / 16) * TILE_VALUES + c % CHUNK / 2 * 32 + o % 16 * 2 + c % 2;
        gfloat value = params->weights[((gsize)o * inputs + c) * taps + tap];

        for (guint part = 0; part < parts; part++) {
          guint16 *const stored = packed + place + part * 2 * TILE_VALUES;
          gfloat rounded;

          msnet_bfloat16_from_float (stored, &value, 1);
          msnet_bfloat16_to_float (&rounded, stored, 1);
          value -= rounded;
        }
      }
  return msnet_buffer_new_constant (msnet_command_list_get_device (list), packed, n * sizeof *packed, error);
}

/* Values of scratch that a strip takes: its planes, and what its last tiles reach beyond. */
static gsize
get_strip_scratch (const MsnetConv2dParams *params, guint parts, guint rows)
{
  const guint stride = MAX (params->stride, 1);
  const guint phases = MIN (params->kernel, stride);
  const gsize pixel = (msnet_divide_up (params->input->shape.channels, CHUNK) * parts + 1) * CHUNK;
  const gsize plane = (gsize)(rows + (params->kernel - 1) / stride) * get_pitch (params);

  return (phases * phases * plane + POSITIONS + params->kernel) * pixel;
}

/* What is gathered, the output, and what is added to it. */
static gsize
get_strip_bytes (const MsnetConv2dParams *params, guint parts, guint rows)
{
  const MsnetShape *output = &params->output->shape;
  const gsize results
      = (gsize)rows * output->width * output->channels * msnet_shape_get_element_size (output);

  return get_strip_scratch (params, parts, rows) * sizeof (guint16)
         + results * (params->residual != NULL ? 2 : 1);
}

/* As many rows as the cache takes, but few enough for every core to have some, such that the fewest
 * positions are computed in vain. */
static guint
choose_strip_rows (const MsnetConv2dParams *params, guint parts, guint map_rows, guint least_strips)
{
  const guint pitch = get_pitch (params);
  const guint n_maps = params->output->shape.frames * params->output->shape.height / map_rows;
  const guint enough = msnet_divide_up (2 * POSITIONS, pitch);
  const guint most = MIN (map_rows, MAX (enough, map_rows * n_maps / least_strips));
  guint best = 1, best_tiles = G_MAXUINT;

  for (guint rows = 1;
       rows <= most && (rows <= enough || get_strip_bytes (params, parts, rows) <= STRIP_BYTES); rows++) {
    const guint tiles = map_rows / rows * msnet_divide_up (rows * pitch, POSITIONS)
                        + msnet_divide_up (map_rows % rows * pitch, POSITIONS);

    if (tiles <= best_tiles) {
      best = rows;
      best_tiles = tiles;
    }
  }
  return best;
}

static Tasks
choose_tasks (const MsnetKernel *kernel, const MsnetConv2dParams *params, guint cores)
{
  const guint n_panels = params->output->shape.channels / PANEL;
  const guint wanted = MSNET_ITEMS_A_CORE * cores;
  Tasks tasks = { .parts = kernel->is_bf16 ? 1 : 2, .map_rows = get_map_rows (params) };
  guint n_strips, n_groups;

  tasks.strip_rows = choose_strip_rows (params, tasks.parts, tasks.map_rows, wanted);
  n_strips = params->output->shape.frames * params->output->shape.height / tasks.map_rows
             * msnet_divide_up (tasks.map_rows, tasks.strip_rows);
  n_groups = CLAMP (wanted / n_strips, 1, n_panels);
  tasks.task_panels = msnet_divide_up (n_panels, n_groups);
  tasks.items = MIN (wanted, n_strips * msnet_divide_up (n_panels, tasks.task_panels));
  tasks.item_scratch = get_strip_scratch (params, tasks.parts, tasks.strip_rows);
  return tasks;
}

gboolean
msnet_conv2d_amx_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetConv2dParams *params = data;
  const MsnetDeviceInfo *info = msnet_device_get_info (msnet_command_list_get_device (list));
  const Tasks tasks = choose_tasks (kernel, params, info->compute_units);
  MsnetBuffer *scratch
      = msnet_command_list_get_scratch (list, 0, tasks.items * tasks.item_scratch * sizeof (guint16));
  MsnetAmxArguments arguments = {
    .conv = msnet_conv2d_get_arguments (params, 1),
    .item_scratch = tasks.item_scratch,
    .map_rows = tasks.map_rows,
    .strip_rows = tasks.strip_rows,
    .task_panels = tasks.task_panels,
  };
  const MsnetArgument extra[] = { MSNET_BUFFER (scratch), MSNET_STRUCT (arguments) };
  g_autofree gchar *options = g_strdup_printf ("-DVECTOR_WIDTH=%u %s", msnet_conv2d_get_input_width (params),
      msnet_operation_get_storage_options (params->input, params->output));
  g_autoptr (MsnetBuffer) weights = upload_weights (list, params, tasks.parts, error);
  MsnetLaunch launch = {
    .file = "cpu/conv2d/amx.cl", .kernel = "conv2d_amx", .options = options, .global = { tasks.items }
  };

  arguments.conv.past_caches = msnet_conv2d_flows_past_caches (kernel, &params->output->shape);
  return weights != NULL
         && msnet_conv2d_launch (list, params, &launch, weights, extra, G_N_ELEMENTS (extra), error);
}
