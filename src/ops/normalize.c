/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "normalize.h"

#include "map.h"
#include "operation.h"
#include "operations.h"

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  MsnetShape shape = params->input->shape;

  shape.halo = 0;
  shape.data_type = MSNET_FLOAT32;
  return msnet_operation_check_shape ("normalisation", "input", params->input, &shape, error)
         && msnet_operation_check_shape ("normalisation", "output", params->output, &shape, error);
}

/* Eight channels at a time. */
static gboolean
cpu_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetMapParams *params = data;

  return device->is_cpu && params->input->shape.channels % 8 == 0;
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *shape = &params->input->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "cpu/small/normalize.cl",
          .kernel = "normalize_channels",
          MSNET_ARGUMENTS (
              MSNET_TENSOR (params->output), MSNET_TENSOR (params->input), MSNET_INT (shape->width)),
          .global = { shape->height, shape->frames },
      },
      error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *shape = &params->input->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/normalize.cl",
          .kernel = "normalize_channels",
          MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
              MSNET_INT (shape->frames), MSNET_INT (shape->height), MSNET_INT (shape->width)),
          MSNET_FLAT_SIZES ((gsize)shape->frames * shape->height * shape->width),
      },
      error);
}

static const MsnetKernel kernels[] = {
  { .name = "cpu", .bound = 1e-6, .may_use = cpu_may_use, .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_normalize_operation = {
  .name = "normalisation",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = msnet_map_print_sizes,
  .fill_case = msnet_map_fill_case,
};

gboolean
msnet_normalize_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  return msnet_operation_append (
      &msnet_normalize_operation, list, NULL, &(MsnetMapParams){ output, input }, error);
}
