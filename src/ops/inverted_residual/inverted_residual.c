/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inverted_residual.h"

#include "base/error.h"
#include "kernels.h"
#include "machine/instructions.h"
#include "ops/border.h"
#include "ops/choice.h"
#include "ops/operation.h"
#include "ops/operations.h"
#include "ops/plan.h"

/* Between the layers, plain kernels round to bfloat16. */
#define BF16_BOUND 2e-2

static gboolean
expect (gboolean holds, const gchar *expected, GError **error)
{
  if (!holds)
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE, "inverted residual: expected %s", expected);
  return holds;
}

static gboolean
is_pointwise (const MsnetConv2dParams *params)
{
  return params->kernel == 1 && params->stride <= 1;
}

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetInvertedResidualParams *params = data;
  const gboolean widens = msnet_inverted_widens (params);

  return expect (is_pointwise (&params->narrow) && (!widens || is_pointwise (&params->widen)),
             "outer layers of kernel 1 and stride 1", error)
         && expect (params->narrow.shift == MSNET_SHIFT_NONE, "a last layer without a shift", error)
         && expect (params->narrow.input == params->depthwise.output
                        && (!widens || params->depthwise.input == params->widen.output),
             "layers of which each reads what the one before it makes", error)
         && (!widens || msnet_conv2d_operation.check (&params->widen, error))
         && msnet_depthwise_conv2d_operation.check (&params->depthwise, error)
         && msnet_conv2d_operation.check (&params->narrow, error);
}

static gsize
count_bytes (const MsnetShape *shape)
{
  const gsize frames = shape->frames + (shape->frame_halo ? 2 : 0);

  return frames * msnet_shape_get_frame_stride (shape) * msnet_shape_get_element_size (shape);
}

/* Layer by layer. */
static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetInvertedResidualParams *params = data;
  const MsnetKernel *conv2d = msnet_operation_get_plain (&msnet_conv2d_operation);
  const MsnetKernel *depthwise = msnet_operation_get_plain (&msnet_depthwise_conv2d_operation);
  MsnetInvertedResidualParams placed = *params;
  MsnetTensor wide = *params->depthwise.input, made = *params->depthwise.output;

  made.buffer = msnet_command_list_get_scratch (list, 1, count_bytes (&made.shape));
  placed.depthwise.output = placed.narrow.input = &made;
  if (msnet_inverted_widens (params)) {
    wide.buffer = msnet_command_list_get_scratch (list, 0, count_bytes (&wide.shape));
    placed.widen.output = placed.depthwise.input = &wide;
    if (!msnet_border_clear_append (list, &wide, 0, error)
        || !conv2d->append (conv2d, list, &placed.widen, error))
      return FALSE;
  }
  return depthwise->append (depthwise, list, &placed.depthwise, error)
         && conv2d->append (conv2d, list, &placed.narrow, error);
}

#define FUSED(...)                                                                                           \
  {                                                                                                          \
    .may_use = msnet_inverted_fused_may_use, .is_worthwhile = msnet_inverted_fused_is_worthwhile,            \
    .append = msnet_inverted_fused_append, __VA_ARGS__                                                       \
  }

static const MsnetKernel kernels[] = {
  FUSED (.name = "bf16-8x48", .vector_width = 16, .rows = 8, .columns = 48, .is_bf16 = TRUE,
      .bound = BF16_BOUND),
  FUSED (.name = "fused-16-8x48", .vector_width = 16, .rows = 8, .columns = 48),
  FUSED (.name = "fused-8-6x16", .vector_width = 8, .rows = 6, .columns = 16),
  { .name = "plain", .append = append_plain },
};

static gdouble
get_work (gconstpointer data)
{
  const MsnetInvertedResidualParams *params = data;

  return (msnet_inverted_widens (params) ? msnet_conv2d_operation.get_work (&params->widen) : 0.0)
         + msnet_depthwise_conv2d_operation.get_work (&params->depthwise)
         + msnet_conv2d_operation.get_work (&params->narrow);
}

const MsnetOperation msnet_inverted_residual_operation = {
  .name = "inverted residual",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = msnet_inverted_print_sizes,
  .fill_case = msnet_inverted_fill_case,
  .get_work = get_work,
};

gboolean
msnet_inverted_residual_is_worthwhile (MsnetDevice *device, const MsnetInvertedResidualParams *params)
{
  const MsnetOperation *operation = &msnet_inverted_residual_operation;
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  const MsnetKernel *kernel;

  if (!msnet_plan_is_fixed () && !msnet_inverted_fused_keeps_cores_busy (info, params))
    return FALSE;
  if (params->narrow.output->shape.data_type == MSNET_BFLOAT16)
    msnet_instructions_find (device);
  kernel = msnet_operation_choose (operation, device, params);
  return kernel != msnet_operation_get_plain (operation)
         && (msnet_plan_is_free () || msnet_plan_is_fixed () || msnet_plan_get_width () > 0
             || msnet_plan_names (kernel->name));
}

gboolean
msnet_inverted_residual_append (
    MsnetCommandList *list, const MsnetInvertedResidualParams *params, GError **error)
{
  return msnet_operation_append (&msnet_inverted_residual_operation, list, params->name, params, error);
}
