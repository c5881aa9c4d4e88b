#include "conv2d_candidate.h"

#define MAX_ARGUMENTS 32

typedef struct
{
  MsnetArgument values[MAX_ARGUMENTS];
  guint n;
} Arguments;

static void
add (Arguments *arguments, MsnetArgument value)
{
  arguments->values[arguments->n++] = value;
}

static void
add_geometry (Arguments *arguments, const MsnetShape *shape)
{
  add (arguments, MSNET_INT (msnet_shape_get_origin (shape)));
  add (arguments, MSNET_INT (msnet_shape_get_row_stride (shape)));
  add (arguments, MSNET_INT (msnet_shape_get_frame_stride (shape)));
}

/* Channels [0, next) come from the next frame, [next, previous) from the one before. */
static void
add_shift (Arguments *arguments, MsnetShift shift, guint channels)
{
  const guint fold = channels / 8;
  const guint next = shift == MSNET_SHIFT_BIDIRECTIONAL ? fold : 0;
  const guint previous = shift == MSNET_SHIFT_NONE ? 0 : next + fold;

  add (arguments, MSNET_INT (next));
  add (arguments, MSNET_INT (previous));
}

/* All but the buffers, in the order of kernels/plain/conv2d.cl. */
static void
add_sizes (Arguments *arguments, const MsnetConv2dParams *params)
{
  const MsnetShape *output = &params->output->shape;
  const MsnetShape *input = &params->input->shape;
  const MsnetTensor *residual = params->residual != NULL ? params->residual : params->output;

  add_geometry (arguments, output);
  add_geometry (arguments, input);
  add_geometry (arguments, &residual->shape);
  add (arguments, MSNET_INT (output->frames));
  add (arguments, MSNET_INT (output->height));
  add (arguments, MSNET_INT (output->width));
  add (arguments, MSNET_INT (output->channels));
  add (arguments, MSNET_INT (input->channels));
  add (arguments, MSNET_INT (params->kernel));
  add (arguments, MSNET_INT (MAX (params->stride, 1)));
  add_shift (arguments, params->shift, input->channels);
  add (arguments, MSNET_INT (params->epilogue));
}

static MsnetBuffer *
upload (MsnetDevice *device, const gfloat *values, gsize n_values, GError **error)
{
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, n_values * sizeof (gfloat), error);

  if (buffer == NULL || !msnet_buffer_upload (buffer, 0, values, n_values * sizeof (gfloat), error))
    return NULL;
  return g_steal_pointer (&buffer);
}

gboolean
msnet_conv2d_launch (MsnetCommandList *list, const MsnetConv2dParams *params, MsnetLaunch *launch,
    const gfloat *packed, gsize n_packed, const MsnetArgument *extra, GError **error)
{
  MsnetDevice *device = msnet_command_list_get_device (list);
  g_autoptr (MsnetBuffer) weights = upload (device, packed, n_packed, error);
  g_autoptr (MsnetBuffer) bias
      = weights != NULL ? upload (device, params->bias, params->output->shape.channels, error) : NULL;
  Arguments arguments = { .n = 0 };

  if (bias == NULL)
    return FALSE;
  add (&arguments, MSNET_BUFFER (params->output->buffer));
  add (&arguments, MSNET_BUFFER (params->input->buffer));
  add (&arguments, MSNET_BUFFER (weights));
  add (&arguments, MSNET_BUFFER (bias));
  add (&arguments, MSNET_BUFFER (params->residual != NULL ? params->residual->buffer : bias));
  add_sizes (&arguments, params);
  if (extra != NULL)
    add (&arguments, *extra);
  launch->arguments = arguments.values;
  launch->n_arguments = arguments.n;
  return msnet_command_list_append (list, launch, error);
}
