#include "normalize.h"

#include "operation.h"

gboolean
msnet_normalize_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  MsnetShape shape = input->shape;
  MsnetLaunch vectors = {
    .file = "cpu/small/normalize.cl",
    .kernel = "normalize_channels",
    MSNET_ARGUMENTS (MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_INT (shape.width)),
    .global = { shape.height, shape.frames },
  };
  MsnetLaunch plain = {
    .file = "plain/normalize.cl",
    .kernel = "normalize_channels",
    MSNET_ARGUMENTS (MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_INT (shape.frames),
        MSNET_INT (shape.height), MSNET_INT (shape.width)),
    MSNET_FLAT_SIZES ((gsize)shape.frames * shape.height * shape.width),
  };
  gboolean use_vectors = shape.channels % 8 == 0 && msnet_operation_may_use_cpu (list);

  shape.halo = 0;
  shape.data_type = MSNET_FLOAT32;
  return msnet_operation_check_shape ("normalisation", "input", input, &shape, error)
         && msnet_operation_check_shape ("normalisation", "output", output, &shape, error)
         && msnet_operation_append (list, "normalisation", use_vectors ? &vectors : &plain, error);
}
