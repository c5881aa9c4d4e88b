/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lets the driver compile one candidate, whose machine code is then looked at.
 *
 *     run_kernel                         what this device has instructions for: operation, name, and sums in
 *                                        registers
 *     run_kernel OPERATION CANDIDATE     runs it once */
#include "common/amx.h"
#include "common/common.h"
#include "machine/instructions.h"
#include "ops/case.h"
#include "ops/operations.h"

#include <stdio.h>
#include <stdlib.h>

/* Every candidate computes a case of its operation.  @name: a word; @key: with the data types left open */
static const struct
{
  const gchar *name;
  const MsnetOperation *operation;
  const gchar *key;
} cases[] = {
  { "conv2d", &msnet_conv2d_operation,
      "conv2d kernel 3 stride 1 padding 0, 3x8x8x128 to 128, shift 0 by 0, epilogue 1, previous 0, elements "
      "%u to %u" },
  { "conv2d", &msnet_conv2d_operation,
      "conv2d kernel 3 stride 1 padding 0, 3x8x8x32 to 128, shift 0 by 0, epilogue 1, previous 0, elements "
      "%u to %u" },
  { "conv2d", &msnet_conv2d_operation,
      "conv2d kernel 7 stride 2 padding 0, 3x8x8x3 to 128, shift 0 by 0, epilogue 1, previous 0, elements "
      "%u to %u" },
  { "depthwise", &msnet_depthwise_conv2d_operation,
      "depthwise convolution kernel 5 stride 1 padding 0, 3x8x8x48, epilogue 2, elements %u to %u" },
  { "inverted", &msnet_inverted_residual_operation,
      "inverted residual kernel 3 stride 1 padding 0, 3x8x8x32 by 96 to 48, shift 0 of 0, epilogues 2 0, "
      "previous 0, elements %u to %u" },
};

static MsnetCase *
make_case (const MsnetKernel *candidate, MsnetDevice *device, guint i)
{
  const MsnetDataType data_type = candidate->is_bf16 ? MSNET_BFLOAT16 : MSNET_FLOAT32;
  g_autoptr (GString) key = g_string_new (cases[i].key);
  g_autofree gchar *type = g_strdup_printf ("%u", data_type);

  g_string_replace (key, "%u", type, 0);
  return msnet_case_new (cases[i].operation, device, key->str, MSNET_CASE_STORED, NULL);
}

static gboolean
fits (const MsnetKernel *candidate, const MsnetDeviceInfo *device, gconstpointer params)
{
  return candidate->vector_width > 0 && candidate->vector_width <= MAX (8, device->vector_width)
         && msnet_kernel_may_use (candidate, device, params);
}

static gboolean
run (MsnetCase *work, const MsnetKernel *candidate, MsnetDevice *device)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autofree gfloat *found = msnet_case_run (work, candidate, list, NULL);

  return found != NULL;
}

/* Runs @candidate, or says that it could.  Returns: FALSE where it could not compute case @i, or failed to */
static gboolean
treat (const MsnetKernel *candidate, MsnetDevice *device, guint i, gboolean runs)
{
  g_autoptr (MsnetCase) work = make_case (candidate, device, i);

  if (work == NULL || !fits (candidate, msnet_device_get_info (device), work->params))
    return FALSE;
  if (runs)
    return run (work, candidate, device);
  printf ("%s %s %u\n", cases[i].name, candidate->name,
      candidate->rows * candidate->columns / candidate->vector_width);
  return TRUE;
}

/* The first case of an operation that @candidate computes. */
static gboolean
treat_candidate (
    const MsnetOperation *operation, const MsnetKernel *candidate, MsnetDevice *device, gboolean runs)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (cases[i].operation == operation && treat (candidate, device, i, runs))
      return TRUE;
  return FALSE;
}

int
main (int argc, char **argv)
{
  g_autoptr (MsnetDevice) device = test_open_device ();
  const MsnetOperation *last = NULL;
  gboolean is_done = argc == 1;

  msnet_instructions_find (device);
  test_provide_amx (device);
  for (guint i = 0; i < G_N_ELEMENTS (cases); last = cases[i++].operation)
    for (guint k = 0; cases[i].operation != last && k < cases[i].operation->n_kernels; k++) {
      const MsnetKernel *candidate = &cases[i].operation->kernels[k];

      if (argc == 1 || (g_str_equal (cases[i].name, argv[1]) && g_str_equal (candidate->name, argv[2])))
        is_done = treat_candidate (cases[i].operation, candidate, device, argc > 1) || is_done;
    }
  return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
