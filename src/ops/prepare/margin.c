/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "margin.h"

#include "arguments/prepare.h"
#include "ops/operation.h"

gboolean
msnet_prepare_margin_append (MsnetCommandList *list, const MsnetPrepareJob *job, GError **error)
{
  const MsnetPrepareArea *area = &job->tables->area;
  const guint size = job->tables->params.size;
  const MsnetPrepareMargin arguments = {
    .output = msnet_operation_get_geometry (&job->output->shape),
    .frame = job->index,
    .size = size,
    .left = area->at[0],
    .top = area->at[1],
    .right = area->at[0] + area->size[0],
    .bottom = area->at[1] + area->size[1],
  };

  if (area->size[0] == size && area->size[1] == size)
    return TRUE;
  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/margin.cl",
          .kernel = "fill_margin",
          .options = msnet_operation_get_storage_options (NULL, job->output),
          MSNET_ARGUMENTS (MSNET_BUFFER (job->output->buffer), MSNET_BUFFER (job->tables->colors),
              MSNET_STRUCT (arguments)),
          MSNET_FLAT_SIZES (size * size),
      },
      error);
}
