/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernels.h"
#include "launch.h"
#include "ops/operation.h"
#include "ops/plan.h"
#include "winograd_groups.h"
#include "winograd_weights.h"

/* What the kernels hand each other should stay in the last level of cache, what one work-group reads in its
 * core's own. */
#define SHARED_CACHE_FLOATS (4 * 1024 * 1024 / sizeof (gfloat))
#define OWN_CACHE_FLOATS (256 * 1024 / sizeof (gfloat))
#define MAX_GROUP_PIECES 96

/* Worth its transformations from this share of the arithmetic of the direct kernel on, and where so many
 * pieces share the transformed weights, which are four times as many. */
#define LEAST_SAVING 1.5
#define LEAST_PIECES 9

/* Of bfloat16, whose pairs the direct kernel multiplies at twice the speed. */
#define LEAST_SAVING_BF16 2.0
#define LEAST_PIECES_BF16 16

/* Of F(2x2, 3x3): for fewer, transformed weights, nearly twice as many, take longer to read than products
 * are saved. */
#define LEAST_SMALL_PIECES 16

/* A convolution cut into pieces. */
typedef struct
{
  const MsnetKernel *kernel;
  const MsnetConv2dParams *params;
  MsnetBuffer *transformed; /* V: [positions][pieces][C] */
  MsnetBuffer *products;    /* M: [positions][pieces][C'] */
  MsnetBuffer *weights;     /* U: [positions][C'/columns][C][columns] */
  MsnetBuffer *bias;
  guint capacity;                   /* pieces that V and M hold */
  MsnetWinogradArguments arguments; /* of all launches */
} Pieces;

gboolean
msnet_conv2d_winograd_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  return device->is_cpu && params->kernel == 3 && params->stride <= 1
         && params->output->shape.channels % kernel->columns == 0
         && msnet_conv2d_get_input_width (params) >= 4;
}

/* The output, of one frame where the number of frames has no say. */
static MsnetShape
get_output (const MsnetConv2dParams *params)
{
  MsnetShape output = params->output->shape;

  if (msnet_plan_is_fixed ())
    output.frames = 1;
  return output;
}

/* Products of the direct way over those of so many pieces. */
static gdouble
get_saving (const MsnetShape *output, guint piece, guint n_pieces)
{
  return 9.0 * output->frames * output->height * output->width
         / (msnet_winograd_count_positions (piece) * n_pieces);
}

gboolean
msnet_conv2d_winograd_is_worthwhile (const MsnetKernel *kernel, gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  const gboolean is_bf16 = params->input->shape.data_type == MSNET_BFLOAT16;
  const MsnetShape output = get_output (params);
  const guint n_pieces = msnet_winograd_count_pieces (kernel->piece, &output);

  return msnet_conv2d_suits_tiles (kernel->rows, n_pieces)
         && n_pieces >= (is_bf16 ? LEAST_PIECES_BF16 : LEAST_PIECES)
         && get_saving (&output, kernel->piece, n_pieces) >= (is_bf16 ? LEAST_SAVING_BF16 : LEAST_SAVING);
}

gboolean
msnet_conv2d_winograd2_is_worthwhile (const MsnetKernel *kernel, gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  const MsnetShape output = get_output (params);
  const guint n_pieces = msnet_winograd_count_pieces (kernel->piece, &output);
  const guint n_rows = msnet_divide_up (n_pieces, kernel->rows) * kernel->rows;

  return params->input->shape.data_type == MSNET_FLOAT32 && n_pieces >= LEAST_SMALL_PIECES
         && get_saving (&output, kernel->piece, n_rows) >= LEAST_SAVING;
}

/* Those of the kernel where its vectors are as wide: then it is one program. */
static gchar *
get_input_options (const Pieces *pieces)
{
  const guint width = msnet_conv2d_get_input_width (pieces->params);

  if (width == pieces->kernel->vector_width)
    return msnet_conv2d_get_options (pieces->kernel, pieces->params);
  return g_strdup_printf ("-DVECTOR_WIDTH=%u -DPIECE=%u %s", width, pieces->kernel->piece,
      msnet_operation_get_storage_options (pieces->params->input, pieces->params->output));
}

static gboolean
append_input (const Pieces *pieces, MsnetCommandList *list, guint first, guint n_pieces, GError **error)
{
  MsnetWinogradArguments arguments = pieces->arguments;
  g_autofree gchar *options = get_input_options (pieces);

  arguments.first_piece = first;
  return msnet_command_list_append (list,
      &(MsnetLaunch){ .file = "cpu/conv2d/winograd.cl",
          .kernel = "conv2d_winograd_input",
          .options = options,
          MSNET_ARGUMENTS (MSNET_BUFFER (pieces->transformed), MSNET_BUFFER (pieces->params->input->buffer),
              MSNET_BUFFER (msnet_conv2d_get_previous (pieces->params)), MSNET_STRUCT (arguments)),
          .global = { n_pieces } },
      error);
}

/* Rows of V that no piece fills are multiplied as well where there are fewer pieces than rows of a tile. */
static gboolean
append_multiply (const Pieces *pieces, MsnetCommandList *list, guint n_pieces, GError **error)
{
  const MsnetKernel *kernel = pieces->kernel;
  const guint inputs = pieces->params->input->shape.channels;
  const guint outputs = pieces->params->output->shape.channels;
  const guint rows = MAX (n_pieces, kernel->rows);
  const guint most = CLAMP (OWN_CACHE_FLOATS / inputs, kernel->rows, MAX_GROUP_PIECES);
  const guint group
      = msnet_divide_up (msnet_divide_up (rows, msnet_divide_up (rows, most)), kernel->rows) * kernel->rows;
  MsnetWinogradArguments arguments = pieces->arguments;
  g_autofree gchar *options = msnet_conv2d_get_options (kernel, pieces->params);

  arguments.n_pieces = rows;
  arguments.group_pieces = group;
  return msnet_command_list_append (list,
      &(MsnetLaunch){ .file = "cpu/conv2d/winograd.cl",
          .kernel = "conv2d_winograd_multiply",
          .options = options,
          MSNET_ARGUMENTS (MSNET_BUFFER (pieces->products), MSNET_BUFFER (pieces->transformed),
              MSNET_BUFFER (pieces->weights), MSNET_STRUCT (arguments)),
          .global = { outputs / kernel->columns, msnet_divide_up (rows, group),
              msnet_winograd_count_positions (kernel->piece) } },
      error);
}

static gboolean
append_output (const Pieces *pieces, MsnetCommandList *list, guint first, guint n_pieces, GError **error)
{
  const MsnetConv2dParams *params = pieces->params;
  MsnetWinogradArguments arguments = pieces->arguments;
  g_autofree gchar *options = msnet_conv2d_get_options (pieces->kernel, params);

  arguments.first_piece = first;
  return msnet_command_list_append (list,
      &(MsnetLaunch){ .file = "cpu/conv2d/winograd.cl",
          .kernel = "conv2d_winograd_output",
          .options = options,
          MSNET_ARGUMENTS (MSNET_BUFFER (params->output->buffer), MSNET_BUFFER (pieces->products),
              MSNET_BUFFER (pieces->bias),
              MSNET_BUFFER (params->residual != NULL ? params->residual->buffer : pieces->bias),
              MSNET_STRUCT (arguments)),
          .global = { n_pieces } },
      error);
}

static gboolean
append_all (const Pieces *pieces, MsnetCommandList *list, guint n_pieces, GError **error)
{
  for (guint first = 0; first < n_pieces; first += pieces->capacity) {
    const guint n = MIN (pieces->capacity, n_pieces - first);

    if (!append_input (pieces, list, first, n, error) || !append_multiply (pieces, list, n, error)
        || !append_output (pieces, list, first, n, error))
      return FALSE;
  }
  return TRUE;
}

/* Pieces of a launch: as many as the cache takes, but enough to make good for reading all weights. */
static guint
choose_capacity (const MsnetKernel *kernel, guint n_pieces, guint inputs, guint outputs)
{
  const guint positions = msnet_winograd_count_positions (kernel->piece);
  const gsize floats_a_piece = (gsize)positions * (inputs + outputs);
  const gsize n_weights = (gsize)positions * inputs * outputs;
  const gsize most = MAX (MAX (SHARED_CACHE_FLOATS, n_weights) / floats_a_piece, kernel->rows);
  const guint n_launches = (n_pieces + most - 1) / most;

  return MAX (msnet_divide_up (n_pieces, n_launches), kernel->rows);
}

gboolean
msnet_conv2d_winograd_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetConv2dParams *params = data;
  const guint inputs = params->input->shape.channels;
  const guint outputs = params->output->shape.channels;
  const guint n_pieces = msnet_winograd_count_pieces (kernel->piece, &params->output->shape);
  const gsize position_bytes = msnet_winograd_count_positions (kernel->piece) * sizeof (gfloat);
  const guint capacity = choose_capacity (kernel, n_pieces, inputs, outputs);
  const MsnetWinogradGroups groups = { .in_plane = msnet_winograd_get_plane (capacity, inputs),
    .out_plane = msnet_winograd_get_plane (capacity, outputs) };
  g_autoptr (MsnetBuffer) weights = msnet_winograd_upload_weights (kernel, list, params, error);
  g_autoptr (MsnetBuffer) bias
      = weights != NULL ? msnet_operation_upload (list, params->bias, outputs, error) : NULL;
  Pieces pieces = { kernel, params, .weights = weights, .bias = bias, .capacity = capacity,
    .arguments = msnet_winograd_get_arguments (params, &groups) };

  if (bias == NULL)
    return FALSE;
  pieces.transformed = msnet_command_list_get_scratch (list, 0, position_bytes * groups.in_plane);
  pieces.products = msnet_command_list_get_scratch (list, 1, position_bytes * groups.out_plane);
  return append_all (&pieces, list, n_pieces, error);
}
