/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch.h"
#include "ops/operation.h"
#include "ops/plan.h"
#include "winograd_groups.h"
#include "winograd_weights.h"

/* U of all positions, and V and M of a group, share the cache of one core. */
#define WEIGHT_BYTES (640 * 1024)
#define GROUP_BYTES (256 * 1024)

gboolean
msnet_conv2d_fused_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  const gsize n_weights = (gsize)params->input->shape.channels * params->output->shape.channels;

  return msnet_conv2d_winograd_may_use (kernel, device, params)
         && msnet_conv2d_get_input_width (params) >= kernel->vector_width
         && msnet_winograd_count_positions (kernel->piece) * n_weights * sizeof (gfloat) <= WEIGHT_BYTES;
}

gboolean
msnet_conv2d_fused_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetConv2dParams *params = data;
  const MsnetDeviceInfo *info = msnet_device_get_info (msnet_command_list_get_device (list));
  const MsnetShape *output = &params->output->shape, *input = &params->input->shape;
  const MsnetWinogradForm form
      = { kernel->piece, msnet_winograd_count_positions (kernel->piece), input->channels, GROUP_BYTES };
  const MsnetWinogradGroups groups = msnet_winograd_choose_groups (&form, kernel->rows, output, info);
  const MsnetWinogradArguments arguments = msnet_winograd_get_arguments (params, &groups);
  g_autofree gchar *options = msnet_conv2d_get_options (kernel, params);
  g_autoptr (MsnetBuffer) weights = msnet_winograd_upload_weights (kernel, list, params, error);
  g_autoptr (MsnetBuffer) bias
      = weights != NULL ? msnet_operation_upload (list, params->bias, output->channels, error) : NULL;
  g_autoptr (MsnetBuffer) next
      = bias != NULL ? msnet_buffer_new (msnet_command_list_get_device (list), sizeof (gint32), error) : NULL;
  MsnetBuffer *scratch = msnet_command_list_get_scratch (list, 0, groups.scratch_bytes);

  return next != NULL
         && msnet_command_list_append (list,
             &(MsnetLaunch){ .file = "cpu/conv2d/winograd.cl",
                 .kernel = "conv2d_winograd_fused",
                 .options = options,
                 MSNET_ARGUMENTS (MSNET_BUFFER (params->output->buffer), MSNET_BUFFER (scratch),
                     MSNET_BUFFER (next), MSNET_BUFFER (params->input->buffer),
                     MSNET_BUFFER (msnet_conv2d_get_previous (params)), MSNET_BUFFER (weights),
                     MSNET_BUFFER (bias),
                     MSNET_BUFFER (params->residual != NULL ? params->residual->buffer : bias),
                     MSNET_STRUCT (arguments)),
                 .global = { groups.n_items } },
             error);
}
