/* Times the convolution kernels on every kind of layer of ResNet-18 and ResNet-50 at 224 x 224, beside the peak of the
 * device's cores.  The layers are those of the tests.
 *
 *   bench/kernels [--frames=8] [--samples=10] [--width=64] [--precision=f32|bf16] [--only=TEXT] [--all] [--cpu-time]
 *
 * --all times every kernel that fits a layer, not only the one that is chosen. */
#include <stdio.h>
#include <string.h>

#include "common/layers.h"
#include "machine/instructions.h"
#include "measure.h"
#include "opencl/open.h"
#include "ops/conv2d/conv2d.h"
#include "ops/operations.h"
#include "program.h"

#define PICTURE 224

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

static MsnetTensor *
make_tensor (MsnetDevice *device, guint size, guint channels, guint halo, gboolean frame_halo, GError **error)
{
  const MsnetShape shape = { frames, size, size, channels, halo, frame_halo, data_type };

  return msnet_tensor_new (device, &shape, error);
}

static gboolean
run_list (gpointer list, GError **error)
{
  return msnet_command_list_run (list, error);
}

static gboolean
time_candidate (const MsnetKernel *candidate, Bench *bench, MsnetDevice *device, const TestLayer *kind,
    const MsnetConv2dParams *params, GError **error)
{
  const MsnetShape *output = &params->output->shape;
  const gdouble flops
      = 2.0 * msnet_shape_get_size (output) * params->input->shape.channels * params->kernel * params->kernel;
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  BenchResult result;

  if (!candidate->append (candidate, list, params, error)
      || !bench_measure (bench, n_samples, run_list, list, &result, error))
    return FALSE;
  printf ("%-24s %-14s %8.3f ms %7.1f GFLOP/s  %.2f of peak\n", kind->name, candidate->name,
      result.seconds * 1e3, flops / result.seconds / 1e9, flops / result.seconds / 1e9 / result.peak);
  return TRUE;
}

static gboolean
time_params (
    Bench *bench, MsnetDevice *device, const TestLayer *kind, const MsnetConv2dParams *params, GError **error)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);

  if (!all)
    return time_candidate (
        msnet_operation_choose (&msnet_conv2d_operation, device, params), bench, device, kind, params, error);
  for (guint i = 0; i < msnet_conv2d_operation.n_kernels - 1; i++)
    if (msnet_kernel_may_use (&msnet_conv2d_operation.kernels[i], info, params)
        && !time_candidate (&msnet_conv2d_operation.kernels[i], bench, device, kind, params, error))
      return FALSE;
  return TRUE;
}

static gboolean
time_layer (Bench *bench, MsnetDevice *device, const TestLayer *kind, GError **error)
{
  const MsnetLayer *layer = &kind->layer;
  g_autoptr (MsnetTensor) input
      = make_tensor (device, kind->size, layer->inputs, layer->kernel / 2, TRUE, error);
  g_autoptr (MsnetTensor) output = make_tensor (device, kind->output_size, layer->outputs, 1, FALSE, error);
  g_autoptr (MsnetTensor) residual = make_tensor (device, kind->output_size, layer->outputs, 0, FALSE, error);
  g_autofree gfloat *weights
      = g_new0 (gfloat, (gsize)layer->inputs * layer->outputs * layer->kernel * layer->kernel);
  g_autofree gfloat *bias = g_new0 (gfloat, layer->outputs);
  const MsnetConv2dParams params = {
    .output = output,
    .input = input,
    .residual = kind->epilogue == MSNET_EPILOGUE_ADD_RELU ? residual : NULL,
    .weights = weights,
    .bias = bias,
    .kernel = layer->kernel,
    .stride = layer->stride,
    .shift = layer->shift,
    .epilogue = kind->epilogue,
  };

  return input != NULL && output != NULL && residual != NULL
         && time_params (bench, device, kind, &params, error);
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (MsnetDevice) device
      = bench_parse_precision (precision, &data_type, error) ? msnet_device_open ("cpu", error) : NULL;
  g_autoptr (Bench) bench = device != NULL ? bench_new (device, cpu_time, error) : NULL;
  g_autoptr (GArray) layers = NULL;

  if (bench == NULL)
    return FALSE;
  msnet_instructions_find (device);
  layers = test_list_layers (PICTURE, width, MSNET_SHIFT_BIDIRECTIONAL);
  printf ("%s, peak %.0f GFLOP/s, %d frames\n", msnet_device_get_info (device)->name,
      bench_measure_peak (bench), frames);
  for (guint i = 0; i < layers->len; i++) {
    const TestLayer *kind = &g_array_index (layers, TestLayer, i);

    if ((only == NULL || strstr (kind->name, only) != NULL) && !time_layer (bench, device, kind, error))
      return FALSE;
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .summary = "Times the convolution kernels on each kind of layer.",
    .options = options,
    .run = run,
  };

  return bench_main (&program, argc, argv);
}
