/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network.h"

#include "backbone.h"
#include "base/error.h"
#include "forward.h"
#include "motion_field.h"
#include "ops/operations.h"

struct _MsnetNetwork
{
  MsnetModel *model;
  MsnetArena *arena;
  MsnetCommandList *list;
  MsnetStreamState *state; /* NULL: runs know nothing of each other */
  GArray *stages;          /* of MsnetStage */
  MsnetTensor *input;
  MsnetTensor *output;
  MsnetTensor *scores;     /* [pairs, H, W, P * P]; NULL without motion */
  MsnetMotionField *field; /* NULL without motion */
};

/* Memory for all that was appended. */
static gboolean
place (MsnetNetwork *network, GError **error)
{
  return msnet_arena_place (network->arena, error) && msnet_command_list_bind (network->list, error);
}

static gboolean
build (MsnetNetwork *network, MsnetDevice *device, const MsnetNetworkOptions *options, GError **error)
{
  const MsnetMotionSpec *motion = &msnet_model_get_network (network->model)->motion;
  const MsnetShape shape
      = msnet_forward_get_input_shape (network->model, options->part, options->frames, options->precision);
  MsnetBuilder builder = { network->arena, network->list, network->stages, options->precision, network->state,
    options->keep_features };

  network->input = msnet_tensor_new (device, &shape, error);
  if (network->input == NULL)
    return FALSE;
  network->output = msnet_forward_append (
      &builder, network->model, options->part, network->input, &network->scores, error);
  if (network->output == NULL || !place (network, error))
    return FALSE;
  if (network->scores == NULL)
    return TRUE;
  network->field = msnet_motion_field_new (device, network->scores, motion, options->frames, error);
  return network->field != NULL;
}

gboolean
msnet_network_can_stream (const MsnetNetworkSpec *spec)
{
  return spec->shift != MSNET_SHIFT_BIDIRECTIONAL
         && (spec->motion.n_places == 0 || spec->motion.direction == MSNET_DIRECTION_PAST);
}

static gboolean
check_options (MsnetModel *model, const MsnetNetworkOptions *options, GError **error)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (model);
  gboolean pairs = spec->motion.n_places > 0 && options->part != MSNET_PART_STEM;
  guint least = pairs ? msnet_direction_get_least_frames (spec->motion.direction) : 1;

  g_return_val_if_fail (
      !options->stream || (msnet_network_can_stream (spec) && options->frames == 1 && !options->part), FALSE);
  if (options->frames >= least)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE, "network %s: expected at least %u frames, found %u",
      msnet_model_get_name (model), least, options->frames);
  return FALSE;
}

MsnetNetwork *
msnet_network_new (MsnetModel *model, MsnetDevice *device, const MsnetNetworkOptions *options, GError **error)
{
  g_autoptr (MsnetNetwork) network = NULL;

  if (!msnet_operations_check_plan (error) || !check_options (model, options, error))
    return NULL;
  network = g_new0 (MsnetNetwork, 1);
  network->model = msnet_model_ref (model);
  network->arena = msnet_arena_new (device, !options->keep_stages);
  network->list = msnet_command_list_new (device);
  network->state = options->stream ? msnet_stream_state_new (device) : NULL;
  network->stages = g_array_new (FALSE, FALSE, sizeof (MsnetStage));
  return build (network, device, options, error) ? g_steal_pointer (&network) : NULL;
}

void
msnet_network_free (MsnetNetwork *network)
{
  if (network == NULL)
    return;
  msnet_motion_field_free (network->field);
  msnet_command_list_free (network->list);
  msnet_stream_state_free (network->state);
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

MsnetTensor *
msnet_network_get_output (MsnetNetwork *network)
{
  return network->output;
}

gboolean
msnet_network_run (MsnetNetwork *network, gfloat *logits, GError **error)
{
  if (!msnet_command_list_run (network->list, error))
    return FALSE;
  if (network->state != NULL)
    msnet_stream_state_advance (network->state, network->list);
  return logits == NULL || msnet_tensor_download (network->output, logits, error);
}

gboolean
msnet_network_reset (MsnetNetwork *network, GError **error)
{
  return network->state == NULL || msnet_stream_state_reset (network->state, network->list, error);
}

guint
msnet_network_get_field_size (MsnetNetwork *network)
{
  return network->scores != NULL ? network->scores->shape.width : 0;
}

guint
msnet_network_get_field_stride (const MsnetNetworkSpec *spec)
{
  return spec->backbone->strides[spec->motion.after[msnet_backbone_choose_field (spec)] - 1];
}

gboolean
msnet_network_read_field (MsnetNetwork *network, guint frame, gfloat *field, GError **error)
{
  g_return_val_if_fail (network->field != NULL, FALSE);

  return msnet_motion_field_read (network->field, frame, field, error);
}

const MsnetStage *
msnet_network_get_pooling (MsnetNetwork *network)
{
  for (guint i = 0; i < network->stages->len; i++) {
    const MsnetStage *stage = &g_array_index (network->stages, MsnetStage, i);

    if (g_str_equal (stage->name, "pooled"))
      return stage;
  }
  g_return_val_if_reached (NULL);
}

guint
msnet_network_get_feature_stride (const MsnetNetworkSpec *spec)
{
  return spec->backbone->strides[g_strv_length ((gchar **)spec->backbone->stages) - 1];
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

MsnetCommandList *
msnet_network_get_plan (MsnetNetwork *network)
{
  return network->list;
}

void
msnet_network_get_memory (MsnetNetwork *network, MsnetNetworkMemory *memory)
{
  *memory = (MsnetNetworkMemory){
    .activations = msnet_arena_get_bytes (network->arena),
    .least = msnet_arena_get_least_bytes (network->arena),
    .scratch = msnet_command_list_get_scratch_bytes (network->list),
    .input = msnet_buffer_get_size (network->input->buffer),
    .state = network->state != NULL ? msnet_stream_state_get_bytes (network->state) : 0,
  };
}
