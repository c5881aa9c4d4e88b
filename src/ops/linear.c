#include "linear.h"

#include "operation.h"

static gboolean
append_linear (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, MsnetBuffer *weights,
    MsnetBuffer *bias, GError **error)
{
  guint frames = input->shape.frames;
  guint channels = input->shape.channels;
  guint classes = output->shape.channels;
  MsnetLaunch vectors = {
    .file = "cpu/small/linear.cl",
    .kernel = "linear",
    MSNET_ARGUMENTS (MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_BUFFER (weights), MSNET_BUFFER (bias),
        MSNET_INT (frames)),
    .global = { classes },
  };
  MsnetLaunch plain = {
    .file = "plain/linear.cl",
    .kernel = "linear",
    MSNET_ARGUMENTS (MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_BUFFER (weights), MSNET_BUFFER (bias),
        MSNET_INT (frames)),
    MSNET_FLAT_SIZES ((gsize)frames * classes),
  };
  gboolean use_vectors = channels % 8 == 0 && msnet_operation_may_use_cpu (list);

  return msnet_operation_append (list, "linear", use_vectors ? &vectors : &plain, error);
}

gboolean
msnet_linear_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, const gfloat *weights,
    const gfloat *bias, GError **error)
{
  const MsnetShape in = { input->shape.frames, 1, 1, input->shape.channels };
  const MsnetShape out = { in.frames, 1, 1, output->shape.channels };
  g_autoptr (MsnetBuffer) weight_buffer = NULL;
  g_autoptr (MsnetBuffer) bias_buffer = NULL;

  if (!msnet_operation_check_shape ("linear layer", "input", input, &in, error)
      || !msnet_operation_check_shape ("linear layer", "output", output, &out, error))
    return FALSE;
  weight_buffer = msnet_operation_upload (list, weights, (gsize)in.channels * out.channels, error);
  if (weight_buffer == NULL)
    return FALSE;
  bias_buffer = msnet_operation_upload (list, bias, out.channels, error);
  return bias_buffer != NULL && append_linear (list, output, input, weight_buffer, bias_buffer, error);
}

gboolean
msnet_consensus_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  const MsnetShape in = { input->shape.frames, 1, 1, input->shape.channels };
  const MsnetShape out = { 1, 1, 1, in.channels };
  MsnetLaunch launch = {
    .file = "plain/linear.cl",
    .kernel = "consensus",
    MSNET_ARGUMENTS (MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_INT (in.frames)),
    MSNET_FLAT_SIZES (in.channels),
  };

  return msnet_operation_check_shape ("consensus", "input", input, &in, error)
         && msnet_operation_check_shape ("consensus", "output", output, &out, error)
         && msnet_operation_append (list, "consensus", &launch, error);
}
