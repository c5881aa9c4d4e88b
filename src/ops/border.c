/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "border.h"

#include "arguments/border.h"
#include "operation.h"
#include "operations.h"

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetBorderParams *params = data;
  const MsnetShape *shape = &params->tensor->shape;
  const guint around = shape->frame_halo ? 2 : 0;
  const guint rows = shape->height + 2 * shape->halo;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/border.cl",
          .kernel = "clear_border",
          .options = msnet_operation_get_element_option (shape),
          MSNET_ARGUMENTS (MSNET_TENSOR (params->tensor), MSNET_INT (shape->frames),
              MSNET_INT (shape->height), MSNET_INT (shape->width), MSNET_INT (shape->halo),
              MSNET_INT (shape->frame_halo), MSNET_INT (params->shifted)),
          .global = { (rows + MSNET_BORDER_ROWS - 1) / MSNET_BORDER_ROWS, shape->frames + around },
      },
      error);
}

static const MsnetKernel kernels[] = {
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_border_operation = {
  .name = "border",
  MSNET_KERNELS (kernels),
};

gboolean
msnet_border_clear_append (MsnetCommandList *list, MsnetTensor *tensor, guint shifted, GError **error)
{
  if (tensor->shape.halo == 0 && !tensor->shape.frame_halo)
    return TRUE;
  return msnet_operation_append (
      &msnet_border_operation, list, NULL, &(MsnetBorderParams){ tensor, shifted }, error);
}
