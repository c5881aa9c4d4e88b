/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "linear.h"
#include "map.h"
#include "operation.h"
#include "operations.h"

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape in = { params->input->shape.frames, 1, 1, params->input->shape.channels };
  const MsnetShape out = { 1, 1, 1, in.channels };

  return msnet_operation_check_shape ("consensus", "input", params->input, &in, error)
         && msnet_operation_check_shape ("consensus", "output", params->output, &out, error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;
  const MsnetShape *in = &params->input->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/linear.cl",
          .kernel = "consensus",
          MSNET_ARGUMENTS (
              MSNET_TENSOR (params->output), MSNET_TENSOR (params->input), MSNET_INT (in->frames)),
          MSNET_FLAT_SIZES (in->channels),
      },
      error);
}

static const MsnetKernel kernels[] = {
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_consensus_operation = {
  .name = "consensus",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = msnet_map_print_sizes,
  .fill_case = msnet_map_fill_case,
};

gboolean
msnet_consensus_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  return msnet_operation_append (
      &msnet_consensus_operation, list, NULL, &(MsnetMapParams){ output, input }, error);
}
