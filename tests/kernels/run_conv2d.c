/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lets the driver compile one candidate, whose machine code is then looked at.
 *
 *     run_conv2d               the names of those that this device has instructions for, and their sums in
 *                              registers
 *     run_conv2d CANDIDATE     runs it once */
#include "common/amx.h"
#include "common/common.h"
#include "machine/instructions.h"
#include "ops/conv2d/conv2d.h"
#include "ops/operations.h"

#include <stdio.h>
#include <stdlib.h>

#define OUTPUTS 128

/* Every candidate computes one of them. */
static const struct
{
  guint channels;
  guint kernel;
  guint stride;
} layers[] = { { 128, 3, 1 }, { 32, 3, 1 }, { 3, 7, 2 } };

static gfloat weights[OUTPUTS * 128 * 9];
static gfloat bias[OUTPUTS];

static gboolean
fits (const MsnetKernel *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params)
{
  return candidate->vector_width > 0 && candidate->vector_width <= MAX (8, device->vector_width)
         && msnet_kernel_may_use (candidate, device, params);
}

static gboolean
run (const MsnetKernel *candidate, MsnetDevice *device, const MsnetConv2dParams *params)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);

  return candidate->append (candidate, list, params, NULL) && msnet_command_list_run (list, NULL);
}

/* Runs @candidate, or says that it could.  Returns: FALSE where it could not compute layer @i, or failed
 * to */
static gboolean
treat (const MsnetKernel *candidate, MsnetDevice *device, guint i, gboolean runs)
{
  const guint size = 8, stride = layers[i].stride;
  const MsnetDataType data_type = candidate->is_bf16 ? MSNET_BFLOAT16 : MSNET_FLOAT32;
  const MsnetShape input = { 3, size, size, layers[i].channels, layers[i].kernel / 2, TRUE, data_type };
  const MsnetShape output = { 3, size / stride, size / stride, OUTPUTS, .data_type = data_type };
  g_autoptr (MsnetTensor) in = msnet_tensor_new (device, &input, NULL);
  g_autoptr (MsnetTensor) out = msnet_tensor_new (device, &output, NULL);
  const MsnetConv2dParams params = { .output = out,
    .input = in,
    .weights = weights,
    .bias = bias,
    .kernel = layers[i].kernel,
    .stride = stride,
    .epilogue = MSNET_EPILOGUE_RELU };

  if (!fits (candidate, msnet_device_get_info (device), &params))
    return FALSE;
  if (runs)
    return run (candidate, device, &params);
  printf ("%s %u\n", candidate->name, candidate->rows * candidate->columns / candidate->vector_width);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (MsnetDevice) device = test_open_device ();
  gboolean is_done = argc == 1;
  const MsnetOperation *conv2d = &msnet_conv2d_operation;

  msnet_instructions_find (device);
  test_provide_amx (device);
  for (guint i = 0; i < conv2d->n_kernels; i++)
    if (argc == 1 || g_str_equal (conv2d->kernels[i].name, argv[1]))
      for (guint layer = 0; layer < G_N_ELEMENTS (layers); layer++)
        if (treat (&conv2d->kernels[i], device, layer, argc > 1)) {
          is_done = TRUE;
          break;
        }
  return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
