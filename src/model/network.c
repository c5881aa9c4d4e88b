#include "network.h"

#include "builder.h"
#include "motion_field.h"
#include "motion_squeeze.h"
#include "opencl/error.h"
#include "resnet.h"

struct _MsnetNetwork
{
  MsnetModel *model;
  MsnetArena *arena;
  MsnetCommandList *list;
  GArray *stages;          /* of MsnetStage */
  MsnetTensor *input;      /* [T, S, S, 3] */
  MsnetTensor *scores;     /* [pairs, S/8, S/8, P * P]; NULL without motion */
  MsnetTensor *logits;     /* [1, 1, 1, classes] */
  MsnetMotionField *field; /* NULL without motion */
};

static const MsnetBorder no_border = { 0 };

/* The whole network, top to bottom; sides are rounded up. */
static MsnetTensor *
append_forward (MsnetNetwork *network, MsnetBuilder *builder, GError **error)
{
  const MsnetArchitecture *layers = msnet_model_get_architecture (network->model);
  const MsnetMotionSpec *motion = &msnet_model_get_network (network->model)->motion;
  MsnetBorder border2 = msnet_resnet_get_border (layers, 1);
  MsnetBorder border3 = msnet_resnet_get_border (layers, 2);
  MsnetBorder border4 = msnet_resnet_get_border (layers, 3);
  MsnetTensor *x = network->input; /* [T, S, S, 3] */

  x = msnet_resnet_append_stem (builder, layers, x, error); /* [T, S/4, S/4, width] */
  if (x != NULL)
    x = msnet_resnet_append_stage (builder, layers, 0, x, border2, error); /* [T, S/4, S/4, C1] */
  if (x != NULL)
    x = msnet_resnet_append_stage (
        builder, layers, 1, x, motion->present ? no_border : border3, error); /* [T, S/8, S/8, C2] */
  if (x != NULL && motion->present)
    x = msnet_motion_squeeze_append (builder, layers, motion, x, border3, &network->scores, error);
  if (x != NULL)
    x = msnet_resnet_append_stage (builder, layers, 2, x, border4, error); /* [T, S/16, S/16, C3] */
  if (x != NULL)
    x = msnet_resnet_append_stage (builder, layers, 3, x, no_border, error);      /* [T, S/32, S/32, C4] */
  return x != NULL ? msnet_resnet_append_head (builder, layers, x, error) : NULL; /* [1, 1, 1, classes] */
}

static gboolean
build (MsnetNetwork *network, MsnetDevice *device, guint frames, GError **error)
{
  const MsnetMotionSpec *motion = &msnet_model_get_network (network->model)->motion;
  const MsnetArchitecture *layers = msnet_model_get_architecture (network->model);
  guint size = msnet_model_get_input (network->model)->size;
  MsnetShape shape = { frames, size, size, 3, .halo = layers->stem.kernel / 2 };
  MsnetBuilder builder = { network->arena, network->list, network->stages };

  network->input = msnet_tensor_new (device, &shape, error);
  if (network->input == NULL)
    return FALSE;
  network->logits = append_forward (network, &builder, error);
  if (network->logits == NULL || network->scores == NULL)
    return network->logits != NULL;
  network->field = msnet_motion_field_new (device, network->scores, motion, frames, error);
  return network->field != NULL;
}

static gboolean
check_frames (MsnetModel *model, guint frames, GError **error)
{
  const MsnetMotionSpec *motion = &msnet_model_get_network (model)->motion;
  guint least = motion->present && motion->direction == MSNET_DIRECTION_FORWARD ? 2 : 1;

  if (frames >= least)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE, "network %s: expected at least %u frames, found %u",
      msnet_model_get_name (model), least, frames);
  return FALSE;
}

MsnetNetwork *
msnet_network_new (MsnetModel *model, MsnetDevice *device, guint frames, gboolean keep_stages, GError **error)
{
  g_autoptr (MsnetNetwork) network = NULL;

  if (!check_frames (model, frames, error))
    return NULL;
  network = g_new0 (MsnetNetwork, 1);
  network->model = msnet_model_ref (model);
  network->arena = msnet_arena_new (device, !keep_stages);
  network->list = msnet_command_list_new (device);
  network->stages = g_array_new (FALSE, FALSE, sizeof (MsnetStage));
  return build (network, device, frames, error) ? g_steal_pointer (&network) : NULL;
}

void
msnet_network_free (MsnetNetwork *network)
{
  if (network == NULL)
    return;
  msnet_motion_field_free (network->field);
  msnet_command_list_free (network->list);
  msnet_arena_free (network->arena);
  msnet_tensor_free (network->input);
  g_array_unref (network->stages);
  msnet_model_unref (network->model);
  g_free (network);
}

MsnetTensor *
msnet_network_get_input (MsnetNetwork *network)
{
  return network->input;
}

gboolean
msnet_network_run (MsnetNetwork *network, gfloat *logits, GError **error)
{
  return msnet_command_list_run (network->list, error)
         && msnet_tensor_download (network->logits, logits, error);
}

guint
msnet_network_get_field_size (MsnetNetwork *network)
{
  return network->scores != NULL ? network->scores->shape.width : 0;
}

gboolean
msnet_network_read_field (MsnetNetwork *network, guint frame, gfloat *field, GError **error)
{
  g_return_val_if_fail (network->field != NULL && frame < network->scores->shape.frames, FALSE);

  return msnet_motion_field_read (network->field, frame, field, error);
}

const MsnetStage *
msnet_network_get_stages (MsnetNetwork *network, guint *n_stages)
{
  *n_stages = network->stages->len;
  return (const MsnetStage *)network->stages->data;
}

gboolean
msnet_network_run_stage (MsnetNetwork *network, const MsnetStage *stage, GError **error)
{
  return msnet_command_list_run_range (network->list, stage->first, stage->end, error);
}

gsize
msnet_network_get_activation_bytes (MsnetNetwork *network)
{
  return msnet_arena_get_bytes (network->arena) + msnet_buffer_get_size (network->input->buffer);
}
