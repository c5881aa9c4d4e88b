/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forward.h"

#include "backbone.h"
#include "head.h"
#include "motion_squeeze.h"

/* What is appended, and with what. */
typedef struct
{
  MsnetBuilder *builder;
  const MsnetNetworkSpec *spec;
  const MsnetArchitecture *layers;
  MsnetTensor **scores;
} Forward;

static const MsnetBorder no_border = { 0 };

/* What block @index needs around its input; the head needs nothing. */
static MsnetBorder
get_border (const MsnetArchitecture *layers, guint index)
{
  return index < layers->n_blocks ? msnet_border_for_block (&layers->blocks[index]) : no_border;
}

/* The blocks of stage @index, from 0.  @border: of the output */
static MsnetTensor *
append_blocks (const Forward *forward, guint index, MsnetTensor *input, MsnetBorder border, GError **error)
{
  const MsnetBackbone *backbone = forward->spec->backbone;
  const guint end = msnet_architecture_count_blocks (forward->layers, index + 1);
  MsnetTensor *x = input;

  for (guint i = msnet_architecture_count_blocks (forward->layers, index); x != NULL && i < end; i++) {
    MsnetBorder next = i + 1 < end ? get_border (forward->layers, i + 1) : border;
    x = backbone->append_block (forward->builder, &forward->layers->blocks[i], x, next, error);
  }
  if (x != NULL)
    msnet_builder_end_stage (forward->builder, backbone->stages[index], input, x);
  return x;
}

/* Returns: which of the places of motion is behind stage @index; @n_places: none */
static guint
find_place (const MsnetMotionSpec *motion, guint index)
{
  guint i = 0;

  while (i < motion->n_places && motion->after[i] != index + 1)
    i++;
  return i;
}

/* A stage, and MotionSqueeze if that is its place. */
static MsnetTensor *
append_stage (const Forward *forward, guint index, MsnetTensor *x, GError **error)
{
  const MsnetMotionSpec *motion = &forward->spec->motion;
  const guint place = find_place (motion, index);
  const gboolean is_field = place == msnet_backbone_choose_field (forward->spec);
  MsnetBorder border
      = get_border (forward->layers, msnet_architecture_count_blocks (forward->layers, index + 1));

  if (place == motion->n_places)
    return append_blocks (forward, index, x, border, error);
  x = append_blocks (forward, index, x, no_border, error);
  return x != NULL ? msnet_motion_squeeze_append (forward->builder, motion, place,
             &forward->layers->motion[place], x, border, is_field ? forward->scores : NULL, error)
                   : NULL;
}

/* From behind the stem to the logits. */
static MsnetTensor *
append_trunk (const Forward *forward, MsnetTensor *x, GError **error)
{
  const gchar *const *stages = forward->spec->backbone->stages;

  for (guint i = 0; x != NULL && stages[i] != NULL; i++)
    x = append_stage (forward, i, x, error);
  return x != NULL ? msnet_head_append (forward->builder, &forward->layers->classifier, x, error) : NULL;
}

MsnetTensor *
msnet_forward_append (MsnetBuilder *builder, MsnetModel *model, MsnetNetworkPart part, MsnetTensor *input,
    MsnetTensor **scores, GError **error)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (model);
  const MsnetArchitecture *layers = msnet_model_get_architecture (model);
  const Forward forward = { builder, spec, layers, scores };
  MsnetTensor *x = input;

  if (part != MSNET_PART_TRUNK)
    x = spec->backbone->append_stem (builder, &layers->stem, x, get_border (layers, 0), error);
  return part != MSNET_PART_STEM && x != NULL ? append_trunk (&forward, x, error) : x;
}

MsnetShape
msnet_forward_get_input_shape (
    MsnetModel *model, MsnetNetworkPart part, guint frames, MsnetDataType data_type)
{
  const MsnetArchitecture *layers = msnet_model_get_architecture (model);
  const guint stride = msnet_model_get_network (model)->backbone->stem_stride;
  const guint size = msnet_model_get_input (model)->size;
  const MsnetBorder border = get_border (layers, 0);
  MsnetShape shape = { frames, size, size, 3, .halo = layers->stem.kernel / 2, .data_type = data_type };

  if (part != MSNET_PART_TRUNK)
    return shape;
  shape.height = shape.width = (size + stride - 1) / stride;
  shape.channels = layers->stem.outputs;
  shape.halo = border.halo;
  shape.frame_halo = border.shifted > 0;
  return shape;
}
