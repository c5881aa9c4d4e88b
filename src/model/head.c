/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "head.h"

#include "ops/change.h"
#include "ops/linear.h"
#include "ops/pool.h"

static const MsnetBorder no_border = { 0 };

typedef gboolean (*AppendSimple) (
    MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error);

/* What the average pooling reads and makes may be asked for after a run. */
static void
release_unless_kept (MsnetBuilder *builder, MsnetTensor *tensor)
{
  if (!builder->keep_features)
    msnet_arena_release (builder->arena, tensor);
}

static MsnetTensor *
append_vector (MsnetBuilder *builder, const gchar *name, AppendSimple append, guint frames, guint channels,
    MsnetTensor *input, GError **error)
{
  MsnetShape shape = { .frames = frames, .height = 1, .width = 1, .channels = channels };
  MsnetTensor *output = msnet_arena_acquire (builder->arena, &shape, error);

  if (output == NULL || !append (builder->list, output, input, error))
    return NULL;
  msnet_builder_end_stage (builder, name, input, output);
  release_unless_kept (builder, input);
  return output;
}

/* @params: all but `previous`; nothing has changed in a stream's first frame. */
static gboolean
append_change (MsnetBuilder *builder, MsnetChangeParams *params, GError **error)
{
  MsnetTensor *pooled = params->input;

  if (builder->state == NULL)
    return msnet_change_append (builder->list, params, error);
  params->previous = msnet_stream_state_add (builder->state, pooled, pooled->shape.channels, error);
  return params->previous != NULL
         && msnet_stream_state_append_first (builder->state, builder->list, params->previous, pooled, error)
         && msnet_change_append (builder->list, params, error)
         && msnet_stream_state_append_update (builder->list, params->previous, pooled, error);
}

/* What the classifier reads. */
static MsnetTensor *
append_features (MsnetBuilder *builder, MsnetHead head, MsnetTensor *pooled, GError **error)
{
  const guint channels = pooled->shape.channels * msnet_head_count_features (head);
  MsnetTensor *output;

  if (head == MSNET_HEAD_POOLED)
    return pooled;
  output = msnet_builder_acquire (builder, pooled, 1, channels, no_border, error);
  if (output == NULL || !append_change (builder, &(MsnetChangeParams){ output, pooled }, error))
    return NULL;
  msnet_builder_end_stage (builder, "features", pooled, output);
  release_unless_kept (builder, pooled);
  return output;
}

static MsnetTensor *
append_classifier (MsnetBuilder *builder, const MsnetLayer *classifier, MsnetTensor *input, GError **error)
{
  MsnetTensor *output = msnet_builder_acquire (builder, input, 1, classifier->outputs, no_border, error);

  if (output == NULL
      || !msnet_linear_append (builder->list, output, input, classifier->weights, classifier->bias, error))
    return NULL;
  msnet_builder_end_stage (builder, "frame-logits", input, output);
  release_unless_kept (builder, input);
  return output;
}

MsnetTensor *
msnet_head_append (MsnetBuilder *builder, const MsnetNetworkSpec *spec, const MsnetLayer *classifier,
    MsnetTensor *features, GError **error)
{
  const guint pooled = spec->grid * spec->grid * features->shape.channels;
  MsnetBuilder exact = msnet_builder_get_exact (builder);
  MsnetTensor *x = append_vector (
      &exact, "pooled", msnet_average_pool_append, features->shape.frames, pooled, features, error);

  if (x != NULL)
    x = append_features (&exact, spec->head, x, error);
  if (x != NULL)
    x = append_classifier (&exact, classifier, x, error);
  return x != NULL ? append_vector (&exact, "logits", msnet_consensus_append, 1, spec->classes, x, error)
                   : NULL;
}
