#include "pool.h"

#include "operation.h"

gboolean
msnet_max_pool_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  const MsnetShape *in = &input->shape;
  const MsnetShape out
      = { in->frames, (in->height + 1) / 2, (in->width + 1) / 2, in->channels, .data_type = in->data_type };
  MsnetShape padded = *in;
  MsnetLaunch vectors = {
    .file = "cpu/small/pool.cl",
    .kernel = "max_pool",
    .options = msnet_operation_get_storage_options (input, output),
    MSNET_ARGUMENTS (MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_INT (out.width)),
    .global = { out.height, out.frames },
  };
  MsnetLaunch plain = {
    .file = "plain/pool.cl",
    .kernel = "max_pool",
    .options = msnet_operation_get_storage_options (input, output),
    MSNET_ARGUMENTS (MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_INT (out.frames),
        MSNET_INT (out.height), MSNET_INT (out.width)),
    MSNET_FLAT_SIZES (msnet_shape_get_size (&out)),
  };
  gboolean use_vectors = out.channels % 8 == 0 && msnet_operation_may_use_cpu (list);

  padded.halo = 1;
  return msnet_operation_check_shape ("max pool", "input", input, &padded, error)
         && msnet_operation_check_shape ("max pool", "output", output, &out, error)
         && msnet_operation_append (list, "max pool", use_vectors ? &vectors : &plain, error);
}

gboolean
msnet_average_pool_append (MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error)
{
  const MsnetShape *in = &input->shape;
  const MsnetShape out = { in->frames, 1, 1, in->channels };
  MsnetLaunch vectors = {
    .file = "cpu/small/pool.cl",
    .kernel = "average_pool",
    .options = msnet_operation_get_storage_options (input, output),
    MSNET_ARGUMENTS (
        MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_INT (in->height), MSNET_INT (in->width)),
    .global = { in->channels / 8, in->frames },
  };
  MsnetLaunch plain = {
    .file = "plain/pool.cl",
    .kernel = "average_pool",
    .options = msnet_operation_get_storage_options (input, output),
    MSNET_ARGUMENTS (MSNET_TENSOR (output), MSNET_TENSOR (input), MSNET_INT (in->frames),
        MSNET_INT (in->height), MSNET_INT (in->width)),
    MSNET_FLAT_SIZES (msnet_shape_get_size (&out)),
  };
  gboolean use_vectors = in->channels % 8 == 0 && msnet_operation_may_use_cpu (list);

  return msnet_operation_check_shape ("average pool", "output", output, &out, error)
         && msnet_operation_append (list, "average pool", use_vectors ? &vectors : &plain, error);
}
