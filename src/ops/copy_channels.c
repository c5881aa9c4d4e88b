#include "copy_channels.h"

#include "base/error.h"
#include "operation.h"

static gboolean
check (const MsnetTensor *output, const MsnetTensor *input, GError **error)
{
  MsnetShape expected = input->shape;

  expected.channels = output->shape.channels;
  expected.halo = 0;
  if (!msnet_operation_check_shape ("copy of channels", "output", output, &expected, error))
    return FALSE;
  if (output->shape.channels <= input->shape.channels && output->shape.data_type == input->shape.data_type)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "copy of channels: expected at most %u channels of the input's data type, found %u",
      input->shape.channels, output->shape.channels);
  return FALSE;
}

gboolean
msnet_copy_channels_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  const MsnetShape *shape = &output->shape;
  const MsnetLaunch launch = {
    .file = "plain/copy_channels.cl",
    .kernel = "copy_channels",
    .options = msnet_operation_get_element_option (shape),
    MSNET_ARGUMENTS (MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_INT (shape->width)),
    .global = { shape->height, shape->frames },
  };

  if (!check (output, input, error))
    return FALSE;
  return msnet_operation_append (list, "copy", &launch, error);
}
