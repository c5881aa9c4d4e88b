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
msnet_conv2d_flows_past_caches (const MsnetKernel *candidate, const MsnetShape *output)
{
  return msnet_conv2d_count_bytes (output) > PAST_CACHES_BYTES
         && output->channels % candidate->vector_width == 0;
}

MsnetConv2dShift
msnet_conv2d_get_shift (const MsnetConv2dParams *params)
{
  const guint fold = params->input->shape.channels / 8;

  switch (params->shift) {
  case MSNET_SHIFT_BIDIRECTIONAL:
    return (MsnetConv2dShift){ fold, 2 * fold };
  case MSNET_SHIFT_CAUSAL:
    return (MsnetConv2dShift){ 0, fold };
  case MSNET_SHIFT_NONE:
    break;
  }
  return (MsnetConv2dShift){ 0, 0 };
}

guint
msnet_conv2d_get_input_width (const MsnetConv2dParams *params)
{
  const guint channels = params->input->shape.channels;
  const guint fold = params->shift == MSNET_SHIFT_NONE ? 0 : channels / 8;
  guint width = 16;

  while (width > 1 && (channels % width != 0 || fold % width != 0))
    width /= 2;
  return width;
}

gchar *
msnet_conv2d_get_options (const MsnetKernel *candidate, const MsnetConv2dParams *params)
{
  g_autofree gchar *piece = candidate->piece > 0 ? g_strdup_printf (" -DPIECE=%u", candidate->piece) : NULL;

  return g_strdup_printf ("-DVECTOR_WIDTH=%u -DROWS=%u -DVECTORS=%u%s %s%s", candidate->vector_width,
      candidate->rows, candidate->columns / candidate->vector_width, piece != NULL ? piece : "",
      msnet_operation_get_storage_options (params->input, params->output),
      candidate->is_bf16 ? " -DPRODUCTS_BF16" : "");
}

MsnetConv2dPrevious
msnet_conv2d_get_previous (const MsnetConv2dParams *params)
{
  const MsnetTensor *tensor = params->previous != NULL ? params->previous : params->input;
  const MsnetShape *shape = &tensor->shape;
  const gint frame_stride = msnet_shape_get_frame_stride (shape);

  return (MsnetConv2dPrevious){
    .buffer = tensor->buffer,
    .shape = shape,
    .origin = (gint)msnet_shape_get_origin (shape) - (params->previous != NULL ? 0 : frame_stride),
  };
}

/* The geometry of a tensor that is read, from the first tap of pixel (0, 0) on, which lies at @origin. */
static MsnetArgument
get_taps (const MsnetConv2dParams *params, const MsnetShape *shape, gint origin, gint unit)
{
  const gint row_stride = msnet_shape_get_row_stride (shape);
  const gint frame_stride = msnet_shape_get_frame_stride (shape);
  const gint channels = shape->channels;
  const gint reach = params->kernel / 2 * (row_stride + channels);

  return MSNET_INTS ((origin - reach) / unit, row_stride / unit, frame_stride / unit, channels / unit);
}

gboolean
msnet_conv2d_launch (MsnetCommandList *list, const MsnetConv2dParams *params, MsnetLaunch *launch,
    MsnetBuffer *weights, guint unit, const MsnetArgument *extra, guint n_extra, GError **error)
{
  const MsnetShape *output = &params->output->shape;
  const MsnetShape *input = &params->input->shape;
  const MsnetTensor *residual = params->residual != NULL ? params->residual : params->output;
  const MsnetConv2dShift shift = msnet_conv2d_get_shift (params);
  const MsnetConv2dPrevious previous = msnet_conv2d_get_previous (params);
  g_autoptr (MsnetBuffer) bias = msnet_operation_upload (list, params->bias, output->channels, error);
  g_autoptr (GArray) arguments = g_array_new (FALSE, FALSE, sizeof (MsnetArgument));
  const MsnetArgument shared[] = {
    MSNET_BUFFER (params->output->buffer),
    MSNET_BUFFER (params->input->buffer),
    MSNET_BUFFER (weights),
    MSNET_BUFFER (bias),
    MSNET_BUFFER (params->residual != NULL ? params->residual->buffer : bias),
    MSNET_BUFFER (previous.buffer),
    MSNET_GEOMETRY (output),
    get_taps (params, input, msnet_shape_get_origin (input), unit),
    MSNET_GEOMETRY (&residual->shape),
    get_taps (params, previous.shape, previous.origin, unit),
    MSNET_INT (output->frames),
    MSNET_INT (output->height),
    MSNET_INT (output->width),
    MSNET_INT (params->kernel),
    MSNET_INT (MAX (params->stride, 1)),
    MSNET_INT (shift.next_end / unit),
    MSNET_INT (shift.previous_end / unit),
    MSNET_INT (params->epilogue),
  };

  if (bias == NULL)
    return FALSE;
  g_array_append_vals (arguments, shared, G_N_ELEMENTS (shared));
  if (n_extra > 0)
    g_array_append_vals (arguments, extra, n_extra);
  launch->arguments = (const MsnetArgument *)arguments->data;
  launch->n_arguments = arguments->len;
  return msnet_command_list_append (list, launch, error);
}
