#include "correlation.h"
#include "operation.h"

gboolean
msnet_flatness_append (MsnetCommandList *list, const MsnetFlatnessParams *params, GError **error)
{
  MsnetShape scores = params->scores->shape;
  MsnetShape flatness = params->scores->shape;
  MsnetLaunch vectors = {
    .file = "cpu/small/flatness.cl",
    .kernel = "flatness",
    MSNET_ARGUMENTS (MSNET_TENSOR (params->flatness), MSNET_TENSOR (params->scores),
        MSNET_INT (scores.height), MSNET_INT (scores.width), MSNET_INT (params->patch)),
    .global = { scores.height, scores.frames },
  };
  MsnetLaunch plain = {
    .file = "plain/flatness.cl",
    .kernel = "flatness",
    MSNET_ARGUMENTS (MSNET_TENSOR (params->flatness), MSNET_TENSOR (params->scores),
        MSNET_INT (scores.frames), MSNET_INT (scores.height), MSNET_INT (scores.width),
        MSNET_INT (params->patch)),
    MSNET_FLAT_SIZES ((gsize)scores.frames * scores.height * scores.width),
  };

  scores.channels = params->patch * params->patch;
  scores.halo = 0;
  flatness.channels = 1;
  flatness.halo = 0;
  flatness.data_type = scores.data_type = MSNET_FLOAT32;
  return msnet_operation_check_shape ("flatness", "scores", params->scores, &scores, error)
         && msnet_operation_check_shape ("flatness", "output", params->flatness, &flatness, error)
         && msnet_operation_append (
             list, "flatness", msnet_operation_may_use_cpu (list) ? &vectors : &plain, error);
}
