/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "case.h"
#include "correlation.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetFlatnessParams *params = data;
  MsnetShape scores = params->scores->shape;
  MsnetShape flatness = params->scores->shape;

  scores.channels = params->patch * params->patch;
  scores.halo = 0;
  flatness.channels = 1;
  flatness.halo = 0;
  flatness.data_type = scores.data_type = MSNET_FLOAT32;
  return msnet_operation_check_shape ("flatness", "scores", params->scores, &scores, error)
         && msnet_operation_check_shape ("flatness", "output", params->flatness, &flatness, error);
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetFlatnessParams *params = data;
  const MsnetShape *scores = &params->scores->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "cpu/small/flatness.cl",
          .kernel = "flatness",
          MSNET_ARGUMENTS (MSNET_TENSOR (params->flatness), MSNET_TENSOR (params->scores),
              MSNET_INT (scores->height), MSNET_INT (scores->width), MSNET_INT (params->patch),
              MSNET_INT (params->dilation)),
          .global = { scores->height, scores->frames },
      },
      error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetFlatnessParams *params = data;
  const MsnetShape *scores = &params->scores->shape;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/flatness.cl",
          .kernel = "flatness",
          MSNET_ARGUMENTS (MSNET_TENSOR (params->flatness), MSNET_TENSOR (params->scores),
              MSNET_INT (scores->frames), MSNET_INT (scores->height), MSNET_INT (scores->width),
              MSNET_INT (params->patch), MSNET_INT (params->dilation)),
          MSNET_FLAT_SIZES ((gsize)scores->frames * scores->height * scores->width),
      },
      error);
}

/* The variant is the dilation less 1. */
static gchar *
print_sizes (gconstpointer data)
{
  const MsnetFlatnessParams *params = data;

  return msnet_sizes_print (params->scores, params->flatness, params->patch, params->dilation - 1);
}

static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetFlatnessParams params;
  MsnetSizes sizes;

  if (!msnet_sizes_parse (text, &sizes)
      || (params.scores = msnet_case_add_tensor (self, &sizes.input, 0.0, 1.0, error)) == NULL
      || (params.flatness = msnet_case_add_tensor (self, &sizes.output, 0.0, 1.0, error)) == NULL)
    return FALSE;
  params.patch = sizes.extent;
  params.dilation = sizes.variant + 1;
  msnet_case_set_params (self, &params, sizeof params, params.flatness);
  return TRUE;
}

static const MsnetKernel kernels[] = {
  { .name = "cpu", .may_use = msnet_kernel_is_for_cpu, .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_flatness_operation = {
  .name = "flatness",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = print_sizes,
  .fill_case = fill_case,
};

gboolean
msnet_flatness_append (MsnetCommandList *list, const MsnetFlatnessParams *params, GError **error)
{
  return msnet_operation_append (&msnet_flatness_operation, list, NULL, params, error);
}
