/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "copy_channels.h"

#include "base/error.h"
#include "map.h"
#include "operation.h"
#include "operations.h"

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *input = &params->input->shape, *output = &params->output->shape;
  MsnetShape expected = *input;

  expected.channels = output->channels;
  expected.halo = 0;
  if (!msnet_operation_check_shape ("copy of channels", "output", params->output, &expected, error))
    return FALSE;
  if (output->channels <= input->channels && output->data_type == input->data_type)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "copy of channels: expected at most %u channels of the input's data type, found %u", input->channels,
      output->channels);
  return FALSE;
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *shape = &params->output->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/copy_channels.cl",
          .kernel = "copy_channels",
          .options = msnet_operation_get_element_option (shape),
          MSNET_ARGUMENTS (
              MSNET_TENSOR (params->output), MSNET_TENSOR (params->input), MSNET_INT (shape->width)),
          .global = { shape->height, shape->frames },
      },
      error);
}

static const MsnetKernel kernels[] = {
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_copy_channels_operation = {
  .name = "copy",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = msnet_map_print_sizes,
  .fill_case = msnet_map_fill_case,
};

gboolean
msnet_copy_channels_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  return msnet_operation_append (
      &msnet_copy_channels_operation, list, NULL, &(MsnetMapParams){ output, input }, error);
}
