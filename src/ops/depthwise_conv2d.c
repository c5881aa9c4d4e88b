/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "depthwise_conv2d.h"

#include "arguments/depthwise_conv2d.h"
#include "base/error.h"
#include "case.h"
#include "operation.h"
#include "operations.h"

#include <stdio.h>

#define N_FIELDS 10
#define SIZES "kernel %u stride %u padding %u, %ux%ux%ux%u, epilogue %u, elements %u to %u"

/* Least common multiple of @channels and 8. */
static guint
get_pitch (guint channels)
{
  return channels % 8 == 0   ? channels
         : channels % 4 == 0 ? channels * 2
         : channels % 2 == 0 ? channels * 4
                             : channels * 8;
}

/* [C][1][K][K] -> [K][K][pitch], channels repeated up to @pitch */
static MsnetBuffer *
upload_weights (MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, guint pitch, GError **error)
{
  guint taps = params->kernel * params->kernel;
  guint channels = params->input->shape.channels;
  g_autofree gfloat *packed = g_new (gfloat, (gsize)taps * pitch);

  for (guint tap = 0; tap < taps; tap++)
    for (guint i = 0; i < pitch; i++)
      packed[tap * pitch + i] = params->weights[i % channels * taps + tap];
  return msnet_operation_upload (list, packed, (gsize)taps * pitch, error);
}

static MsnetBuffer *
upload_bias (MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, guint pitch, GError **error)
{
  guint channels = params->input->shape.channels;
  g_autofree gfloat *packed = g_new (gfloat, pitch);

  for (guint i = 0; i < pitch; i++)
    packed[i] = params->bias[i % channels];
  return msnet_operation_upload (list, packed, pitch, error);
}

static guint
get_stride (const MsnetDepthwiseConv2dParams *params)
{
  return MAX (params->stride, 1);
}

/* What the output of an input of @shape is like, but for its data type. */
static MsnetShape
get_output_shape (MsnetShape shape, guint stride)
{
  shape.height = (shape.height + stride - 1) / stride;
  shape.width = (shape.width + stride - 1) / stride;
  shape.halo = 0;
  return shape;
}

static gboolean
expect (gboolean holds, const gchar *expected, guint found, GError **error)
{
  if (!holds)
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE, "depthwise convolution: expected %s, found %u",
        expected, found);
  return holds;
}

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetDepthwiseConv2dParams *params = data;
  MsnetShape in = params->input->shape;
  MsnetShape out = get_output_shape (in, get_stride (params));

  in.halo = params->kernel / 2;
  out.data_type = params->output->shape.data_type;
  return expect (params->kernel % 2 == 1, "an odd kernel size", params->kernel, error)
         && expect (params->stride <= 2, "a stride of 1 or 2", params->stride, error)
         && expect (
             params->epilogue < MSNET_EPILOGUE_ADD, "an epilogue that adds nothing", params->epilogue, error)
         && msnet_operation_check_shape ("depthwise convolution", "input", params->input, &in, error)
         && msnet_operation_check_shape ("depthwise convolution", "output", params->output, &out, error);
}

static MsnetDepthwiseArguments
get_arguments (const MsnetDepthwiseConv2dParams *params, guint pitch)
{
  const MsnetShape *output = &params->output->shape;

  return (MsnetDepthwiseArguments){
    .output = msnet_operation_get_geometry (output),
    .input
    = msnet_operation_get_taps (&params->input->shape, params->padding, params->kernel, params->stride),
    .frames = output->frames,
    .height = output->height,
    .width = output->width,
    .kernel_size = params->kernel,
    .stride = get_stride (params),
    .epilogue = params->epilogue,
    .pitch = pitch,
  };
}

/* What both kernels read beside the input. */
typedef struct
{
  guint pitch;
  MsnetBuffer *weights;
  MsnetBuffer *bias;
} Constants;

static void
constants_clear (Constants *constants)
{
  msnet_buffer_unref (constants->weights);
  msnet_buffer_unref (constants->bias);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Constants, constants_clear)

static gboolean
constants_init (
    Constants *constants, MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, GError **error)
{
  constants->pitch = get_pitch (params->input->shape.channels);
  constants->weights = upload_weights (list, params, constants->pitch, error);
  constants->bias = constants->weights != NULL ? upload_bias (list, params, constants->pitch, error) : NULL;
  return constants->bias != NULL;
}

static gboolean
cpu_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetDepthwiseConv2dParams *params = data;

  return device->is_cpu && get_stride (params) == 1 && params->epilogue == MSNET_EPILOGUE_RELU
         && params->input->shape.data_type == MSNET_FLOAT32
         && params->output->shape.data_type == MSNET_FLOAT32;
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetDepthwiseConv2dParams *params = data;
  const MsnetShape *shape = &params->input->shape;
  g_auto (Constants) constants = { 0 };

  return constants_init (&constants, list, params, error)
         && msnet_command_list_append (list,
             &(MsnetLaunch){ .file = "cpu/small/depthwise_conv2d.cl",
                 .kernel = "depthwise_conv2d",
                 MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
                     MSNET_BUFFER (constants.weights), MSNET_BUFFER (constants.bias),
                     MSNET_INT (shape->width), MSNET_INT (params->kernel), MSNET_INT (constants.pitch)),
                 .global = { shape->height, shape->frames } },
             error);
}

/* Of networks. */
#define MIN_TAPS 3
#define MAX_TAPS 7

/* Pixels that are computed twice, where tiles overlap, should not be more than these. */
#define MOST_COMPUTED 1.15

/* Work-items of a core: the last ones do not keep the others waiting for long. */
#define ITEMS_A_CORE 8

static gboolean
direct_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetDepthwiseConv2dParams *params = data;
  const MsnetShape *output = &params->output->shape;

  return device->is_cpu && params->kernel >= MIN_TAPS && params->kernel <= MAX_TAPS
         && output->channels % kernel->vector_width == 0 && output->width >= kernel->rows;
}

/* Whether its tiles hardly overlap. */
static gboolean
seven_is_worthwhile (const MsnetKernel *kernel, gconstpointer data)
{
  const MsnetDepthwiseConv2dParams *params = data;
  const guint width = params->output->shape.width;

  return (width + kernel->rows - 1) / kernel->rows * kernel->rows <= MOST_COMPUTED * width;
}

/* Rows of a work-item. */
static guint
choose_group_rows (const MsnetShape *output, guint cores)
{
  const guint n_groups = (ITEMS_A_CORE * cores + output->frames - 1) / output->frames;

  return (output->height + n_groups - 1) / n_groups;
}

static gboolean
append_direct (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetDepthwiseConv2dParams *params = data;
  const MsnetDeviceInfo *info = msnet_device_get_info (msnet_command_list_get_device (list));
  const MsnetShape *output = &params->output->shape;
  g_autofree gchar *options = g_strdup_printf ("-DVECTOR_WIDTH=%u -DPIXELS=%u -DTAPS=%u -DSTRIDE=%u %s",
      kernel->vector_width, kernel->rows, params->kernel, get_stride (params),
      msnet_operation_get_storage_options (params->input, params->output));
  g_auto (Constants) constants = { 0 };
  MsnetDepthwiseArguments arguments;

  if (!constants_init (&constants, list, params, error))
    return FALSE;
  arguments = get_arguments (params, constants.pitch);
  arguments.group_rows = choose_group_rows (output, info->compute_units);
  return msnet_command_list_append (list,
      &(MsnetLaunch){ .file = "cpu/depthwise_conv2d.cl",
          .kernel = "depthwise_conv2d",
          .options = options,
          MSNET_ARGUMENTS (MSNET_BUFFER (params->output->buffer), MSNET_BUFFER (params->input->buffer),
              MSNET_BUFFER (constants.weights), MSNET_BUFFER (constants.bias), MSNET_STRUCT (arguments)),
          .global = { (output->height + arguments.group_rows - 1) / arguments.group_rows, output->frames } },
      error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetDepthwiseConv2dParams *params = data;
  g_auto (Constants) constants = { 0 };
  MsnetDepthwiseArguments arguments;

  if (!constants_init (&constants, list, params, error))
    return FALSE;
  arguments = get_arguments (params, constants.pitch);
  return msnet_command_list_append (list,
      &(MsnetLaunch){ .file = "plain/depthwise_conv2d.cl",
          .kernel = "depthwise_conv2d",
          .options = msnet_operation_get_storage_options (params->input, params->output),
          MSNET_ARGUMENTS (MSNET_BUFFER (params->output->buffer), MSNET_BUFFER (params->input->buffer),
              MSNET_BUFFER (constants.weights), MSNET_BUFFER (constants.bias), MSNET_STRUCT (arguments)),
          MSNET_FLAT_SIZES (msnet_shape_get_size (&params->output->shape)) },
      error);
}

static gchar *
print_sizes (gconstpointer data)
{
  const MsnetDepthwiseConv2dParams *params = data;
  const MsnetShape *input = &params->input->shape;

  return g_strdup_printf (SIZES, params->kernel, get_stride (params), params->padding, input->frames,
      input->height, input->width, input->channels, params->epilogue, input->data_type,
      params->output->shape.data_type);
}

static gboolean
parse_sizes (const gchar *text, MsnetDepthwiseConv2dParams *params, MsnetShape *input, MsnetShape *output)
{
  guint padding, epilogue, input_type, output_type;

  *input = (MsnetShape){ 0 };
  if (sscanf (text, SIZES, &params->kernel, &params->stride, &padding, &input->frames, &input->height,
          &input->width, &input->channels, &epilogue, &input_type, &output_type)
      != N_FIELDS)
    return FALSE;
  params->padding = padding;
  params->epilogue = epilogue;
  *output = get_output_shape (*input, get_stride (params));
  output->data_type = output_type;
  input->data_type = input_type;
  input->halo = params->kernel / 2;
  return TRUE;
}

static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetDepthwiseConv2dParams params = { 0 };
  MsnetShape input, output;

  if (!parse_sizes (text, &params, &input, &output)
      || (params.input = msnet_case_add_tensor (self, &input, -1.0, 1.0, error)) == NULL
      || (params.output = msnet_case_add_tensor (self, &output, -1.0, 1.0, error)) == NULL)
    return FALSE;
  params.weights = msnet_case_add_weights (self, input.channels * params.kernel * params.kernel, 1.0);
  params.bias = msnet_case_add_bias (self, input.channels, 1.0);
  msnet_case_set_params (self, &params, sizeof params, params.output);
  return TRUE;
}

static gdouble
get_work (gconstpointer data)
{
  const MsnetDepthwiseConv2dParams *params = data;

  return (gdouble)msnet_shape_get_size (&params->output->shape) * params->kernel * params->kernel;
}

#define DIRECT(width, pixels, ...)                                                                           \
  {                                                                                                          \
    .name = "direct-" #width "-" #pixels "x" #width, .vector_width = width, .rows = pixels,                  \
    .columns = width, .may_use = direct_may_use, .append = append_direct, __VA_ARGS__                        \
  }

static const MsnetKernel kernels[] = {
  DIRECT (16, 7, .is_worthwhile = seven_is_worthwhile),
  DIRECT (16, 4),
  DIRECT (8, 7, .is_worthwhile = seven_is_worthwhile),
  DIRECT (8, 4),
  DIRECT (8, 1),
  { .name = "cpu", .bound = 1e-6, .may_use = cpu_may_use, .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_depthwise_conv2d_operation = {
  .name = "depthwise convolution",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = print_sizes,
  .fill_case = fill_case,
  .get_work = get_work,
};

gboolean
msnet_depthwise_conv2d_append (
    MsnetCommandList *list, const MsnetDepthwiseConv2dParams *params, GError **error)
{
  return msnet_operation_append (&msnet_depthwise_conv2d_operation, list, params->name, params, error);
}
