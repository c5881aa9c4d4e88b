/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "activation.h"

#include "case.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetActivationParams *params = data;
  const MsnetShape *in = &params->input->shape;
  const MsnetShape out = { 1, in->height, in->width, 1 };
  const MsnetShape weights = { in->frames, 1, 1, params->grid * params->grid * in->channels };

  return msnet_operation_check_shape ("activation", "output", params->output, &out, error)
         && msnet_operation_check_shape ("activation", "weights", params->weights, &weights, error);
}

/* Eight channels at a time. */
static gboolean
cpu_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetActivationParams *params = data;

  return device->is_cpu && params->input->shape.channels % 8 == 0;
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetActivationParams *params = data;
  const MsnetShape *in = &params->input->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "cpu/small/activation.cl",
          .kernel = "activation",
          .options = msnet_operation_get_storage_options (params->input, params->output),
          MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
              MSNET_TENSOR (params->weights), MSNET_INT (in->frames), MSNET_INT (in->height),
              MSNET_INT (in->width), MSNET_INT (params->grid)),
          .global = { in->width, in->height },
      },
      error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetActivationParams *params = data;
  const MsnetShape *in = &params->input->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/activation.cl",
          .kernel = "activation",
          .options = msnet_operation_get_storage_options (params->input, params->output),
          MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
              MSNET_TENSOR (params->weights), MSNET_INT (in->frames), MSNET_INT (in->height),
              MSNET_INT (in->width), MSNET_INT (params->grid)),
          MSNET_FLAT_SIZES (in->height * in->width),
      },
      error);
}

static gchar *
print_sizes (gconstpointer data)
{
  const MsnetActivationParams *params = data;

  return msnet_sizes_print (params->input, params->output, params->grid, 0);
}

static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetActivationParams params;
  MsnetShape weights;
  MsnetSizes sizes;

  if (!msnet_sizes_parse (text, &sizes))
    return FALSE;
  params.grid = sizes.extent;
  weights = (MsnetShape){ sizes.input.frames, 1, 1, params.grid * params.grid * sizes.input.channels };
  if ((params.input = msnet_case_add_tensor (self, &sizes.input, 0.0, 1.0, error)) == NULL
      || (params.output = msnet_case_add_tensor (self, &sizes.output, 0.0, 1.0, error)) == NULL
      || (params.weights = msnet_case_add_tensor (self, &weights, -1.0, 1.0, error)) == NULL)
    return FALSE;
  msnet_case_set_params (self, &params, sizeof params, params.output);
  return TRUE;
}

static const MsnetKernel kernels[] = {
  { .name = "cpu", .bound = 1e-5, .may_use = cpu_may_use, .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_activation_operation = {
  .name = "activation",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = print_sizes,
  .fill_case = fill_case,
};

gboolean
msnet_activation_append (MsnetCommandList *list, const MsnetActivationParams *params, GError **error)
{
  return msnet_operation_append (&msnet_activation_operation, list, NULL, params, error);
}
