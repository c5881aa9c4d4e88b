/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times the kernels of every operation: convolutions on every kind of layer of ResNet-18 and ResNet-50 at
 * 224 x 224, the layers of the tests, beside the peak of the device's cores; all others on the sizes of such
 * a network.  The kernels of preparation are timed by bench/preparation.
 *
 *   bench/kernels [--frames=8] [--samples=10] [--width=64] [--precision=f32|bf16] [--only=TEXT] [--all]
 *                 [--cpu-time]
 *
 * --all times every kernel that fits a layer, not only the one that is chosen; of convolutions all but
 * plain. */
#include "common/layers.h"
#include "machine/instructions.h"
#include "measure.h"
#include "mobile_layers.h"
#include "opencl/open.h"
#include "ops/activation.h"
#include "ops/change.h"
#include "ops/choice.h"
#include "ops/conv2d/conv2d.h"
#include "ops/correlation.h"
#include "ops/depthwise_conv2d.h"
#include "ops/inverted_residual/inverted_residual.h"
#include "ops/linear.h"
#include "ops/map.h"
#include "ops/operations.h"
#include "ops/temporal_shift.h"
#include "program.h"

#include <stdio.h>
#include <string.h>

#define PICTURE 224
#define PATCH 15
#define CLASSES 400

static gint frames = 8;
static gint n_samples = 10;
static gint width = 64;
static gchar *precision = NULL;
static MsnetDataType data_type;
static gchar *only = NULL;
static gboolean all = FALSE;
static gboolean cpu_time = FALSE;

static const GOptionEntry options[] = {
  { "frames", 0, 0, G_OPTION_ARG_INT, &frames, "Frames of a clip", "N" },
  { "samples", 0, 0, G_OPTION_ARG_INT, &n_samples, "Samples of each", "N" },
  { "width", 0, 0, G_OPTION_ARG_INT, &width, "Channels of the first stage", "N" },
  { "precision", 0, 0, G_OPTION_ARG_STRING, &precision, "How tensors are stored: f32 (default) or bf16",
      "NAME" },
  { "only", 0, 0, G_OPTION_ARG_STRING, &only, "Only layers whose name holds TEXT", "TEXT" },
  { "all", 0, 0, G_OPTION_ARG_NONE, &all, "Time every kernel that fits", NULL },
  { "cpu-time", 0, 0, G_OPTION_ARG_NONE, &cpu_time, "Count the time of the cores, not of the clock", NULL },
  { NULL },
};

static gboolean
run_list (gpointer list, GError **error)
{
  return msnet_command_list_run (list, error);
}

/* What is timed: an operation on tensors of certain sizes. */
typedef struct
{
  const MsnetOperation *operation;
  const gchar *name;
  MsnetCase *work;
} Subject;

static gboolean
time_kernel (
    Bench *bench, MsnetDevice *device, const Subject *subject, const MsnetKernel *kernel, GError **error)
{
  const MsnetOperation *operation = subject->operation;
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  BenchResult result;

  if (!kernel->append (kernel, list, subject->work->params, error)
      || !bench_measure (bench, n_samples, run_list, list, &result, error))
    return FALSE;
  printf ("%-24s %-18s %8.3f ms", subject->name, kernel->name, result.seconds * 1e3);
  if (operation->get_work != NULL) {
    const gdouble speed = 2.0 * operation->get_work (subject->work->params) / result.seconds / 1e9;

    printf (" %7.1f GFLOP/s  %.2f of peak", speed, speed / result.peak);
  }
  printf ("\n");
  return TRUE;
}

/* The plain kernel of a convolution takes minutes. */
static gboolean
is_timed (MsnetDevice *device, const Subject *subject, const MsnetKernel *kernel)
{
  return !(kernel == msnet_operation_get_plain (subject->operation) && subject->operation->get_work != NULL)
         && msnet_kernel_may_use (kernel, msnet_device_get_info (device), subject->work->params);
}

static gboolean
time_subject (Bench *bench, MsnetDevice *device, const Subject *subject, GError **error)
{
  const MsnetOperation *operation = subject->operation;

  if (!all)
    return time_kernel (
        bench, device, subject, msnet_operation_choose (operation, device, subject->work->params), error);
  for (guint i = 0; i < operation->n_kernels; i++)
    if (is_timed (device, subject, &operation->kernels[i])
        && !time_kernel (bench, device, subject, &operation->kernels[i], error))
      return FALSE;
  return TRUE;
}

/* @params: of @operation; of their tensors, only the shapes count */
static gboolean
time_params (Bench *bench, MsnetDevice *device, const MsnetOperation *operation, const gchar *name,
    gconstpointer params, GError **error)
{
  g_autofree gchar *key = msnet_operation_make_key (operation, params);
  g_autoptr (MsnetCase) work = NULL;

  if (only != NULL && strstr (name, only) == NULL)
    return TRUE;
  work = msnet_case_new (operation, device, key, MSNET_CASE_STORED, error);
  return work != NULL && time_subject (bench, device, &(Subject){ operation, name, work }, error);
}

static MsnetTensor
make_shape (guint size, guint channels, MsnetDataType type)
{
  return (MsnetTensor){ .shape = { frames, size, size, channels, .data_type = type } };
}

static gboolean
time_layer (Bench *bench, MsnetDevice *device, const TestLayer *kind, GError **error)
{
  const MsnetLayer *layer = &kind->layer;
  MsnetTensor input = make_shape (kind->size, layer->inputs, data_type);
  MsnetTensor output = make_shape (kind->output_size, layer->outputs, data_type);
  const MsnetConv2dParams params = {
    .output = &output,
    .input = &input,
    .kernel = layer->kernel,
    .stride = layer->stride,
    .shift = layer->shift,
    .epilogue = kind->epilogue,
  };

  return time_params (bench, device, &msnet_conv2d_operation, kind->name, &params, error);
}

static gboolean
time_layers (Bench *bench, MsnetDevice *device, GError **error)
{
  g_autoptr (GArray) layers = test_list_layers (PICTURE, width, MSNET_SHIFT_BIDIRECTIONAL);

  for (guint i = 0; i < layers->len; i++)
    if (!time_layer (bench, device, &g_array_index (layers, TestLayer, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
time_mobile_layer (Bench *bench, MsnetDevice *device, const MobileLayer *layer, GError **error)
{
  MsnetTensor input = make_shape (layer->size, layer->inputs, data_type);
  MsnetTensor output = make_shape (layer->size / layer->stride, layer->outputs, data_type);
  const MsnetConv2dParams conv = {
    .output = &output,
    .input = &input,
    .residual = layer->epilogue == MSNET_EPILOGUE_ADD ? &output : NULL,
    .kernel = layer->kernel,
    .stride = layer->stride,
    .epilogue = layer->epilogue,
  };
  const MsnetDepthwiseConv2dParams depthwise = {
    .output = &output,
    .input = &input,
    .kernel = layer->kernel,
    .stride = layer->stride,
    .epilogue = layer->epilogue,
  };

  return layer->is_depthwise
             ? time_params (bench, device, &msnet_depthwise_conv2d_operation, layer->name, &depthwise, error)
             : time_params (bench, device, &msnet_conv2d_operation, layer->name, &conv, error);
}

static gboolean
time_mobile_block (Bench *bench, MsnetDevice *device, const MobileBlock *block, GError **error)
{
  const gboolean widens = block->inner > 0, adds = block->stride == 1 && block->inputs == block->outputs;
  const guint inner = widens ? block->inner : block->inputs, size = block->size / block->stride;
  MsnetTensor input = make_shape (block->size, block->inputs, data_type);
  MsnetTensor wide = make_shape (block->size, inner, data_type);
  MsnetTensor made = make_shape (size, inner, data_type);
  MsnetTensor output = make_shape (size, block->outputs, data_type);
  MsnetInvertedResidualParams params = {
    .depthwise = { .output = &made,
        .input = widens ? &wide : &input,
        .kernel = block->kernel,
        .stride = block->stride,
        .epilogue = MSNET_EPILOGUE_RELU6 },
    .narrow = { .output = &output,
        .input = &made,
        .residual = adds ? &output : NULL,
        .kernel = 1,
        .epilogue = adds ? MSNET_EPILOGUE_ADD : MSNET_EPILOGUE_LINEAR },
  };

  if (widens)
    params.widen = (MsnetConv2dParams){
      .output = &wide, .input = &input, .kernel = 1, .epilogue = MSNET_EPILOGUE_RELU6
    };
  return time_params (bench, device, &msnet_inverted_residual_operation, block->name, &params, error);
}

static gboolean
time_mobile_blocks (Bench *bench, MsnetDevice *device, GError **error)
{
  g_autoptr (GArray) blocks = mobile_list_blocks ();

  for (guint i = 0; i < blocks->len; i++)
    if (!time_mobile_block (bench, device, &g_array_index (blocks, MobileBlock, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
time_mobile_layers (Bench *bench, MsnetDevice *device, GError **error)
{
  g_autoptr (GArray) layers = mobile_list_layers ();

  for (guint i = 0; i < layers->len; i++)
    if (!time_mobile_layer (bench, device, &g_array_index (layers, MobileLayer, i), error))
      return FALSE;
  return TRUE;
}

/* All other operations that have keys, of the sizes of a ResNet with MotionSqueeze. */
static gboolean
time_others (Bench *bench, MsnetDevice *device, GError **error)
{
  MsnetTensor conv1 = make_shape (PICTURE / 2, width, data_type);
  MsnetTensor pooled = make_shape (PICTURE / 4, width, data_type), kept = pooled;
  MsnetTensor last = make_shape (PICTURE / 32, 8 * width, data_type), mean = make_shape (1, 8 * width, 0);
  MsnetTensor features = make_shape (PICTURE / 8, width, 0), normalized = features;
  MsnetTensor scores = make_shape (PICTURE / 8, PATCH * PATCH, 0), flatness = make_shape (PICTURE / 8, 1, 0);
  MsnetTensor change = make_shape (1, 2 * 8 * width, 0), classes = make_shape (1, CLASSES, 0),
              consensus = classes, map = make_shape (PICTURE / 32, 1, 0);
  const struct
  {
    const MsnetOperation *operation;
    gconstpointer params;
  } subjects[] = {
    { &msnet_max_pool_operation, &(MsnetMapParams){ &pooled, &conv1 } },
    { &msnet_average_pool_operation, &(MsnetMapParams){ &mean, &last } },
    { &msnet_change_operation, &(MsnetChangeParams){ &change, &mean, NULL } },
    { &msnet_linear_operation, &(MsnetLinearParams){ &classes, &mean, NULL, NULL } },
    { &msnet_consensus_operation, &(MsnetMapParams){ &consensus, &classes } },
    { &msnet_activation_operation, &(MsnetActivationParams){ &map, &last, NULL, 1 } },
    { &msnet_normalize_operation, &(MsnetMapParams){ &normalized, &features } },
    { &msnet_flatness_operation, &(MsnetFlatnessParams){ &flatness, &scores, PATCH, 1 } },
    { &msnet_depthwise_conv2d_operation,
        &(MsnetDepthwiseConv2dParams){
            .output = &features, .input = &features, .kernel = 3, .epilogue = MSNET_EPILOGUE_RELU } },
    { &msnet_copy_channels_operation, &(MsnetMapParams){ &kept, &pooled } },
    { &msnet_temporal_shift_operation,
        &(MsnetTemporalShiftParams){ &pooled, &pooled, NULL, MSNET_SHIFT_BIDIRECTIONAL, width / 8 } },
  };

  kept.shape.channels = width / 8;
  consensus.shape.frames = 1;
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (!time_params (
            bench, device, subjects[i].operation, subjects[i].operation->name, subjects[i].params, error))
      return FALSE;
  return TRUE;
}

/* MotionSqueeze with displacements of every reach. */
static gboolean
time_patch (Bench *bench, MsnetDevice *device, guint patch, guint dilation, GError **error)
{
  MsnetTensor features = make_shape (PICTURE / 8, width, 0), displacement = make_shape (PICTURE / 8, 3, 0);
  MsnetTensor scores = make_shape (PICTURE / 8, patch * patch, 0);
  const MsnetCorrelationParams correlation
      = { &scores, &features, NULL, patch, dilation, MSNET_DIRECTION_PAST };
  const MsnetDisplacementParams argmax = { &displacement, &scores, patch, MSNET_DIRECTION_PAST, 5.0, 0.01 };
  g_autofree gchar *name = g_strdup_printf ("correlation, patch %u/%u", patch, dilation);
  g_autofree gchar *argmax_name = g_strdup_printf ("displacement, patch %u", patch);

  return time_params (bench, device, &msnet_correlation_operation, name, &correlation, error)
         && (dilation > 1
             || time_params (bench, device, &msnet_displacement_operation, argmax_name, &argmax, error));
}

static gboolean
time_patches (Bench *bench, MsnetDevice *device, GError **error)
{
  static const guint patches[] = { 3, 7, 11, 15, 19, 23, 31 };

  for (guint i = 0; i < G_N_ELEMENTS (patches); i++)
    for (guint dilation = 1; dilation <= 2; dilation++)
      if (!time_patch (bench, device, patches[i], dilation, error))
        return FALSE;
  return TRUE;
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (MsnetDevice) device
      = bench_parse_precision (precision, &data_type, error) ? msnet_device_open ("cpu", error) : NULL;
  g_autoptr (Bench) bench = device != NULL ? bench_new (device, cpu_time, error) : NULL;

  if (bench == NULL)
    return FALSE;
  msnet_instructions_find (device);
  printf ("%s, peak %.0f GFLOP/s, %d frames\n", msnet_device_get_info (device)->name,
      bench_measure_peak (bench), frames);
  return time_layers (bench, device, error) && time_mobile_layers (bench, device, error)
         && time_mobile_blocks (bench, device, error) && time_others (bench, device, error)
         && time_patches (bench, device, error);
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .summary = "Times the kernels of each operation on each kind of layer.",
    .options = options,
    .run = run,
  };

  return bench_main (&program, argc, argv);
}
