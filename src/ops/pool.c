/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pool.h"

#include "map.h"
#include "operation.h"
#include "operations.h"

/* Eight channels at a time. */
static gboolean
cpu_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetMapParams *params = data;

  return device->is_cpu && params->input->shape.channels % 8 == 0;
}

static gboolean
check_max_pool (gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *in = &params->input->shape;
  const MsnetShape out
      = { in->frames, (in->height + 1) / 2, (in->width + 1) / 2, in->channels, .data_type = in->data_type };
  MsnetShape padded = *in;

  padded.halo = 1;
  return msnet_operation_check_shape ("max pool", "input", params->input, &padded, error)
         && msnet_operation_check_shape ("max pool", "output", params->output, &out, error);
}

static gboolean
append_max_pool_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *out = &params->output->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "cpu/small/pool.cl",
          .kernel = "max_pool",
          .options = msnet_operation_get_storage_options (params->input, params->output),
          MSNET_ARGUMENTS (
              MSNET_TENSOR (params->output), MSNET_TENSOR (params->input), MSNET_INT (out->width)),
          .global = { out->height, out->frames },
      },
      error);
}

static gboolean
append_max_pool_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *out = &params->output->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/pool.cl",
          .kernel = "max_pool",
          .options = msnet_operation_get_storage_options (params->input, params->output),
          MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
              MSNET_INT (out->frames), MSNET_INT (out->height), MSNET_INT (out->width)),
          MSNET_FLAT_SIZES (msnet_shape_get_size (out)),
      },
      error);
}

static const MsnetKernel max_pool_kernels[] = {
  { .name = "cpu", .may_use = cpu_may_use, .append = append_max_pool_cpu },
  { .name = "plain", .append = append_max_pool_plain },
};

const MsnetOperation msnet_max_pool_operation = {
  .name = "max pool",
  MSNET_KERNELS (max_pool_kernels),
  .check = check_max_pool,
  .print_sizes = msnet_map_print_sizes,
  .fill_case = msnet_map_fill_case,
};

gboolean
msnet_max_pool_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  return msnet_operation_append (
      &msnet_max_pool_operation, list, NULL, &(MsnetMapParams){ output, input }, error);
}

/* Parts of the map in each direction, by the shapes.  If they fit no grid, the check fails with any. */
static guint
get_grid (const MsnetMapParams *params)
{
  const MsnetShape *in = &params->input->shape;
  guint grid = 1;

  while (grid < MIN (in->height, in->width) && grid * grid * in->channels < params->output->shape.channels)
    grid++;
  return grid;
}

static gboolean
check_average_pool (gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const guint grid = get_grid (params);
  const MsnetShape out = { params->input->shape.frames, 1, 1, grid * grid * params->input->shape.channels };

  return msnet_operation_check_shape ("average pool", "output", params->output, &out, error);
}

static gboolean
append_average_pool_cpu (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *in = &params->input->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "cpu/small/pool.cl",
          .kernel = "average_pool",
          .options = msnet_operation_get_storage_options (params->input, params->output),
          MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
              MSNET_INT (in->height), MSNET_INT (in->width), MSNET_INT (get_grid (params))),
          .global = { params->output->shape.channels / 8, in->frames },
      },
      error);
}

static gboolean
append_average_pool_plain (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *in = &params->input->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/pool.cl",
          .kernel = "average_pool",
          .options = msnet_operation_get_storage_options (params->input, params->output),
          MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
              MSNET_INT (in->frames), MSNET_INT (in->height), MSNET_INT (in->width),
              MSNET_INT (get_grid (params))),
          MSNET_FLAT_SIZES (msnet_shape_get_size (&params->output->shape)),
      },
      error);
}

static const MsnetKernel average_pool_kernels[] = {
  { .name = "cpu",

      .bound = 1e-6,
      .may_use = cpu_may_use,
      .append = append_average_pool_cpu },
  { .name = "plain", .append = append_average_pool_plain },
};

const MsnetOperation msnet_average_pool_operation = {
  .name = "average pool",
  MSNET_KERNELS (average_pool_kernels),
  .check = check_average_pool,
  .print_sizes = msnet_map_print_sizes,
  .fill_case = msnet_map_fill_case,
};

gboolean
msnet_average_pool_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  return msnet_operation_append (
      &msnet_average_pool_operation, list, NULL, &(MsnetMapParams){ output, input }, error);
}
