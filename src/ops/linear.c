/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "linear.h"

#include "case.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetLinearParams *params = data;
  const MsnetShape in = { params->input->shape.frames, 1, 1, params->input->shape.channels };
  const MsnetShape out = { in.frames, 1, 1, params->output->shape.channels };

  return msnet_operation_check_shape ("linear layer", "input", params->input, &in, error)
         && msnet_operation_check_shape ("linear layer", "output", params->output, &out, error);
}

/* Eight channels at a time. */
static gboolean
cpu_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetLinearParams *params = data;

  return device->is_cpu && params->input->shape.channels % 8 == 0;
}

/* Uploads weights and bias, and appends @launch with the arguments that all kernels share. */
static gboolean
append_launch (
    MsnetCommandList *list, const MsnetLinearParams *params, const MsnetLaunch *launch, GError **error)
{
  const gsize classes = params->output->shape.channels;
  g_autoptr (MsnetBuffer) weights
      = msnet_operation_upload (list, params->weights, params->input->shape.channels * classes, error);
  g_autoptr (MsnetBuffer) bias
      = weights != NULL ? msnet_operation_upload (list, params->bias, classes, error) : NULL;
  const MsnetArgument arguments[] = { MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
    MSNET_BUFFER (weights), MSNET_BUFFER (bias), MSNET_INT (params->input->shape.frames) };
  MsnetLaunch complete = *launch;

  complete.arguments = arguments;
  complete.n_arguments = G_N_ELEMENTS (arguments);
  return bias != NULL && msnet_command_list_append (list, &complete, error);
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetLinearParams *params = data;

  return append_launch (list, params,
      &(MsnetLaunch){
          .file = "cpu/small/linear.cl", .kernel = "linear", .global = { params->output->shape.channels } },
      error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetLinearParams *params = data;

  return append_launch (list, params,
      &(MsnetLaunch){ .file = "plain/linear.cl",
          .kernel = "linear",
          MSNET_FLAT_SIZES (msnet_shape_get_size (&params->output->shape)) },
      error);
}

static gchar *
print_sizes (gconstpointer data)
{
  const MsnetLinearParams *params = data;

  return msnet_sizes_print (params->input, params->output, 0, 0);
}

static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetLinearParams params;
  MsnetSizes sizes;

  if (!msnet_sizes_parse (text, &sizes)
      || (params.input = msnet_case_add_tensor (self, &sizes.input, -1.0, 1.0, error)) == NULL
      || (params.output = msnet_case_add_tensor (self, &sizes.output, -1.0, 1.0, error)) == NULL)
    return FALSE;
  params.weights = msnet_case_add_weights (self, (gsize)sizes.input.channels * sizes.output.channels, 1.0);
  params.bias = msnet_case_add_bias (self, sizes.output.channels, 1.0);
  msnet_case_set_params (self, &params, sizeof params, params.output);
  return TRUE;
}

static const MsnetKernel kernels[] = {
  { .name = "cpu", .bound = 1e-5, .may_use = cpu_may_use, .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_linear_operation = {
  .name = "linear",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = print_sizes,
  .fill_case = fill_case,
};

gboolean
msnet_linear_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, const gfloat *weights,
    const gfloat *bias, GError **error)
{
  return msnet_operation_append (
      &msnet_linear_operation, list, NULL, &(MsnetLinearParams){ output, input, weights, bias }, error);
}
