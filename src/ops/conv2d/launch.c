/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch.h"

#include "ops/operation.h"
#include "ops/plan.h"

#define PAST_CACHES_BYTES (16 * 1024 * 1024)

gboolean
msnet_conv2d_suits_tiles (guint rows, guint n)
{
  const guint least = 6;

  return rows >= least
         || (!msnet_plan_is_fixed ()
             && msnet_divide_up (n, rows) * rows < 0.95 * msnet_divide_up (n, least) * least);
}

gsize
msnet_conv2d_count_bytes (const MsnetShape *shape)
{
  return msnet_shape_get_size (shape) * msnet_shape_get_element_size (shape);
}

gboolean
msnet_conv2d_flows_past_caches (const MsnetKernel *kernel, const MsnetShape *output)
{
  return msnet_conv2d_count_bytes (output) > PAST_CACHES_BYTES
         && output->channels % kernel->vector_width == 0;
}

/* Channels [0, next_end) are read from frame t + 1, [next_end, previous_end) from t - 1, all others from
 * t.  A pair that two of them share is the first one's. */
static void
set_shift (MsnetConv2dArguments *arguments, const MsnetConv2dParams *params, guint unit)
{
  const guint n = msnet_conv2d_get_shift_channels (params);
  const guint end = msnet_shift_count_channels (params->shift, n);

  arguments->previous_end = msnet_divide_up (end, unit);
  arguments->next_end = msnet_divide_up (end - n, unit);
}

guint
msnet_conv2d_get_input_width (const MsnetConv2dParams *params)
{
  const guint channels = params->input->shape.channels;
  const guint shifted = msnet_conv2d_get_shift_channels (params);
  guint width = 16;

  while (width > 1 && (channels % width != 0 || shifted % width != 0))
    width /= 2;
  return width;
}

gchar *
msnet_conv2d_get_options (const MsnetKernel *kernel, const MsnetConv2dParams *params)
{
  g_autofree gchar *piece = kernel->piece > 0 ? g_strdup_printf (" -DPIECE=%u", kernel->piece) : NULL;

  return g_strdup_printf ("-DVECTOR_WIDTH=%u -DROWS=%u -DVECTORS=%u%s %s%s", kernel->vector_width,
      kernel->rows, kernel->columns / kernel->vector_width, piece != NULL ? piece : "",
      msnet_operation_get_storage_options (params->input, params->output),
      kernel->is_bf16 ? " -DPRODUCTS_BF16" : "");
}

static MsnetTensor *
get_previous (const MsnetConv2dParams *params)
{
  return params->previous != NULL ? params->previous : params->input;
}

MsnetBuffer *
msnet_conv2d_get_previous (const MsnetConv2dParams *params)
{
  return get_previous (params)->buffer;
}

/* The geometry of @tensor, which is read, from the first tap of pixel (0, 0) on. */
static MsnetGeometry
get_taps (const MsnetConv2dParams *params, const MsnetTensor *tensor, gint unit)
{
  MsnetGeometry taps
      = msnet_operation_get_taps (&tensor->shape, params->padding, params->kernel, params->stride);

  taps.origin /= unit;
  taps.row /= unit;
  taps.frame /= unit;
  taps.channels /= unit;
  return taps;
}

MsnetConv2dArguments
msnet_conv2d_get_arguments (const MsnetConv2dParams *params, guint unit)
{
  const MsnetShape *output = &params->output->shape;
  const MsnetTensor *residual = params->residual != NULL ? params->residual : params->output;
  MsnetConv2dArguments arguments = {
    .output = msnet_operation_get_geometry (output),
    .input = get_taps (params, params->input, unit),
    .residual = msnet_operation_get_geometry (&residual->shape),
    .previous = get_taps (params, get_previous (params), unit),
    .frames = output->frames,
    .height = output->height,
    .width = output->width,
    .kernel_size = params->kernel,
    .stride = MAX (params->stride, 1),
    .epilogue = params->epilogue,
  };

  if (params->previous == NULL)
    arguments.previous.origin -= arguments.previous.frame;
  set_shift (&arguments, params, unit);
  return arguments;
}

gboolean
msnet_conv2d_launch (MsnetCommandList *list, const MsnetConv2dParams *params, MsnetLaunch *launch,
    MsnetBuffer *weights, const MsnetArgument *extra, guint n_extra, GError **error)
{
  g_autoptr (MsnetBuffer) bias
      = msnet_operation_upload (list, params->bias, params->output->shape.channels, error);
  g_autoptr (GArray) arguments = g_array_new (FALSE, FALSE, sizeof (MsnetArgument));
  const MsnetArgument shared[] = {
    MSNET_BUFFER (params->output->buffer),
    MSNET_BUFFER (params->input->buffer),
    MSNET_BUFFER (weights),
    MSNET_BUFFER (bias),
    MSNET_BUFFER (params->residual != NULL ? params->residual->buffer : bias),
    MSNET_BUFFER (msnet_conv2d_get_previous (params)),
  };

  if (bias == NULL)
    return FALSE;
  g_array_append_vals (arguments, shared, G_N_ELEMENTS (shared));
  g_array_append_vals (arguments, extra, n_extra);
  launch->arguments = (const MsnetArgument *)arguments->data;
  launch->n_arguments = arguments->len;
  return msnet_command_list_append (list, launch, error);
}
