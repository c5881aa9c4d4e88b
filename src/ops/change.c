/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "change.h"

#include "case.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

/* Of the output: the change alone, or behind the input. */
static guint
get_channels (const MsnetChangeParams *params)
{
  const guint channels = params->input->shape.channels;

  return params->output->shape.channels == channels ? channels : 2 * channels;
}

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetChangeParams *params = data;
  const MsnetShape in = { params->input->shape.frames, 1, 1, params->input->shape.channels };
  const MsnetShape out = { in.frames, 1, 1, get_channels (params) };
  const MsnetShape previous = { 1, 1, 1, in.channels };

  return msnet_operation_check_shape ("change", "input", params->input, &in, error)
         && msnet_operation_check_shape ("change", "output", params->output, &out, error)
         && (params->previous == NULL
             || msnet_operation_check_shape ("change", "frame before", params->previous, &previous, error));
}

/* The first frame stands before itself if nothing else does. */
static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetChangeParams *params = data;
  const MsnetTensor *previous = params->previous != NULL ? params->previous : params->input;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/change.cl",
          .kernel = "change",
          MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
              MSNET_TENSOR (previous), MSNET_INT (params->input->shape.frames)),
          MSNET_FLAT_SIZES (msnet_shape_get_size (&params->output->shape)),
      },
      error);
}

static gchar *
print_sizes (gconstpointer data)
{
  const MsnetChangeParams *params = data;

  return msnet_sizes_print (params->input, params->output, 0, params->previous != NULL);
}

static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetChangeParams params = { 0 };
  MsnetShape previous;
  MsnetSizes sizes;

  if (!msnet_sizes_parse (text, &sizes))
    return FALSE;
  previous = sizes.input;
  previous.frames = 1;
  if ((params.input = msnet_case_add_tensor (self, &sizes.input, 0.0, 1.0, error)) == NULL
      || (params.output = msnet_case_add_tensor (self, &sizes.output, 0.0, 1.0, error)) == NULL
      || (sizes.variant > 0
          && (params.previous = msnet_case_add_tensor (self, &previous, 0.0, 1.0, error)) == NULL))
    return FALSE;
  msnet_case_set_params (self, &params, sizeof params, params.output);
  return TRUE;
}

static const MsnetKernel kernels[] = {
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_change_operation = {
  .name = "change",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = print_sizes,
  .fill_case = fill_case,
};

gboolean
msnet_change_append (MsnetCommandList *list, const MsnetChangeParams *params, GError **error)
{
  return msnet_operation_append (&msnet_change_operation, list, NULL, params, error);
}
