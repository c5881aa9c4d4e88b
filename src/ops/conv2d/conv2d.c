/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conv2d.h"

#include "base/error.h"
#include "kernels.h"
#include "machine/instructions.h"
#include "ops/operation.h"
#include "ops/operations.h"

static gboolean
expect (gboolean holds, GError **error, const gchar *expected, guint wanted, guint found)
{
  if (!holds)
    g_set_error (
        error, MSNET_ERROR, MSNET_ERROR_SHAPE, "conv2d: expected %s %u, found %u", expected, wanted, found);
  return holds;
}

/* @shape is what the output and the residual must have. */
static gboolean
check_result (
    const gchar *what, const MsnetShape *shape, const MsnetShape *input, guint stride, GError **error)
{
  guint height = (input->height + stride - 1) / stride;
  guint width = (input->width + stride - 1) / stride;

  if (shape->frames == input->frames && shape->height == height && shape->width == width)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "conv2d: expected %s of %u frames x %u x %u pixels, found %u x %u x %u", what, input->frames, height,
      width, shape->frames, shape->height, shape->width);
  return FALSE;
}

static gboolean
check_residual (const MsnetConv2dParams *params, GError **error)
{
  gboolean wanted = params->epilogue >= MSNET_EPILOGUE_ADD;

  if (!expect (wanted == (params->residual != NULL), error, "residual tensors:", wanted, !wanted))
    return FALSE;
  return !wanted
         || (check_result (
                 "residual", &params->residual->shape, &params->input->shape, MAX (params->stride, 1), error)
             && expect (params->residual->shape.channels == params->output->shape.channels, error,
                 "channels of the residual", params->output->shape.channels, params->residual->shape.channels)
             && expect (params->residual->shape.data_type == params->output->shape.data_type, error,
                 "bytes of a value of the residual:", msnet_shape_get_element_size (&params->output->shape),
                 msnet_shape_get_element_size (&params->residual->shape))
             && expect (params->residual->buffer != params->output->buffer, error,
                 "buffers of output and residual:", 2, 1));
}

guint
msnet_conv2d_get_shift_channels (const MsnetConv2dParams *params)
{
  if (params->shift == MSNET_SHIFT_NONE)
    return 0;
  return params->shift_channels > 0 ? params->shift_channels : params->input->shape.channels / 8;
}

static gboolean
check_shift (const MsnetConv2dParams *params, GError **error)
{
  const guint most = params->input->shape.channels;
  const guint found = msnet_shift_count_channels (params->shift, msnet_conv2d_get_shift_channels (params));

  return expect (found <= most, error, "shifted channels of at most", most, found);
}

static gboolean
check_previous (const MsnetConv2dParams *params, GError **error)
{
  MsnetShape expected = params->input->shape;

  if (params->previous == NULL)
    return TRUE;
  expected.channels
      = CLAMP (params->previous->shape.channels, msnet_conv2d_get_shift_channels (params), expected.channels);
  return expect (params->shift == MSNET_SHIFT_CAUSAL, error, "shift with a frame before:", MSNET_SHIFT_CAUSAL,
             params->shift)
         && expect (expected.frames == 1, error, "frames with a frame before:", 1, expected.frames)
         && msnet_operation_check_shape ("conv2d", "frame before", params->previous, &expected, error);
}

gboolean
msnet_conv2d_check (gconstpointer data, GError **error)
{
  const MsnetConv2dParams *params = data;
  const MsnetShape *input = &params->input->shape;
  guint64 n_weights
      = (guint64)params->output->shape.channels * input->channels * params->kernel * params->kernel;

  return expect (params->kernel % 2 == 1, error, "kernel % 2 =", 1, params->kernel % 2)
         && expect (input->halo >= params->kernel / 2, error, "a halo of the input of at least",
             params->kernel / 2, input->halo)
         && expect (params->shift == MSNET_SHIFT_NONE || input->frame_halo || params->previous != NULL, error,
             "frame_halo of a shifted input", 1, 0)
         && check_shift (params, error) && check_previous (params, error)
         && expect (
             params->input->buffer != params->output->buffer, error, "buffers of output and input:", 2, 1)
         && expect (n_weights <= G_MAXINT32, error, "a number of weights of at most", G_MAXINT32, G_MAXUINT)
         && check_result ("output", &params->output->shape, input, MAX (params->stride, 1), error)
         && check_residual (params, error);
}

gboolean
msnet_conv2d_append (MsnetCommandList *list, const MsnetConv2dParams *params, GError **error)
{
  MsnetDevice *device = msnet_command_list_get_device (list);

  if (params->input->shape.data_type == MSNET_BFLOAT16)
    msnet_instructions_find (device);
  else
    msnet_instructions_find_amx (device);
  return msnet_operation_append (&msnet_conv2d_operation, list, params->name, params, error);
}
