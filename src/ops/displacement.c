#include "base/error.h"

#include <math.h>

#include "correlation.h"
#include "operation.h"

/* exp (-(dy^2 + dx^2) / (2 sigma^2)): [2P-1][2P-1], 0 in its middle */
static MsnetBuffer *
upload_gauss (MsnetCommandList *list, const MsnetDisplacementParams *params, GError **error)
{
  gint side = 2 * params->patch - 1;
  g_autofree gfloat *gauss = g_new (gfloat, (gsize)side * side);

  for (gint y = 0; y < side; y++)
    for (gint x = 0; x < side; x++) {
      gint dy = y - side / 2;
      gint dx = x - side / 2;
      gauss[y * side + x] = exp (-(dy * dy + dx * dx) / (2 * params->sigma * params->sigma));
    }
  return msnet_operation_upload (list, gauss, (gsize)side * side, error);
}

static gboolean
check_params (const MsnetDisplacementParams *params, GError **error)
{
  MsnetShape displacement = params->scores->shape;
  MsnetShape scores = params->scores->shape;
  guint channels = params->displacement->shape.channels;

  if (params->patch % 2 == 0 || params->patch < 3) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE, "displacement: expected an odd patch >= 3, found %u",
        params->patch);
    return FALSE;
  }
  displacement.frames += params->direction == MSNET_DIRECTION_FORWARD ? 1 : 0;
  displacement.channels = CLAMP (channels, 2, 3);
  displacement.halo = 0;
  displacement.data_type = scores.data_type = MSNET_FLOAT32;
  scores.channels = params->patch * params->patch;
  scores.halo = 0;
  return msnet_operation_check_shape ("displacement", "scores", params->scores, &scores, error)
         && msnet_operation_check_shape (
             "displacement", "output", params->displacement, &displacement, error);
}

static gboolean
append_launch (
    MsnetCommandList *list, const MsnetDisplacementParams *params, MsnetBuffer *gauss, GError **error)
{
  const MsnetShape *shape = &params->displacement->shape;
  guint pairs = params->scores->shape.frames;
  MsnetLaunch vectors = {
    .file = "cpu/small/displacement.cl",
    .kernel = "displacement",
    MSNET_ARGUMENTS (MSNET_TENSOR (params->displacement), MSNET_TENSOR (params->scores), MSNET_BUFFER (gauss),
        MSNET_INT (pairs), MSNET_INT (shape->width), MSNET_INT (params->patch),
        MSNET_FLOAT (1.0 / params->temperature)),
    .global = { shape->height, shape->frames },
  };
  MsnetLaunch plain = {
    .file = "plain/displacement.cl",
    .kernel = "displacement",
    MSNET_ARGUMENTS (MSNET_TENSOR (params->displacement), MSNET_TENSOR (params->scores), MSNET_BUFFER (gauss),
        MSNET_INT (shape->frames), MSNET_INT (pairs), MSNET_INT (shape->height), MSNET_INT (shape->width),
        MSNET_INT (params->patch), MSNET_FLOAT (1.0 / params->temperature)),
    MSNET_FLAT_SIZES ((gsize)shape->frames * shape->height * shape->width),
  };
  gboolean use_vectors = params->patch >= 8 && params->patch <= 16 && msnet_operation_may_use_cpu (list);

  return msnet_operation_append (list, "displacement", use_vectors ? &vectors : &plain, error);
}

gboolean
msnet_displacement_append (MsnetCommandList *list, const MsnetDisplacementParams *params, GError **error)
{
  g_autoptr (MsnetBuffer) gauss = NULL;

  if (!check_params (params, error))
    return FALSE;
  gauss = upload_gauss (list, params, error);
  return gauss != NULL && append_launch (list, params, gauss, error);
}
