/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "head.h"

#include "ops/linear.h"
#include "ops/pool.h"

static const MsnetBorder no_border = { 0 };

typedef gboolean (*AppendSimple) (
    MsnetCommandList *list, MsnetTensor *output, MsnetTensor *input, GError **error);

static MsnetTensor *
append_vector (MsnetBuilder *builder, const gchar *name, AppendSimple append, guint frames,
    MsnetTensor *input, GError **error)
{
  MsnetShape shape = { .frames = frames, .height = 1, .width = 1, .channels = input->shape.channels };
  MsnetTensor *output = msnet_arena_acquire (builder->arena, &shape, error);

  if (output == NULL || !append (builder->list, output, input, error))
    return NULL;
  msnet_builder_end_stage (builder, name, input, output);
  msnet_arena_release (builder->arena, input);
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
  msnet_arena_release (builder->arena, input);
  return output;
}

MsnetTensor *
msnet_head_append (MsnetBuilder *builder, const MsnetLayer *classifier, MsnetTensor *features, GError **error)
{
  guint frames = features->shape.frames;
  MsnetBuilder exact = msnet_builder_get_exact (builder);
  MsnetTensor *x = append_vector (&exact, "pooled", msnet_average_pool_append, frames, features, error);

  if (x != NULL)
    x = append_classifier (&exact, classifier, x, error);
  return x != NULL ? append_vector (&exact, "logits", msnet_consensus_append, 1, x, error) : NULL;
}
