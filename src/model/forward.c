/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forward.h"

#include "backbone.h"
#include "head.h"
#include "motion_squeeze.h"

/* What is appended, and with what.
 * @part: a stem has neither motion nor head
 * @begin, @end: its blocks */
typedef struct
{
  MsnetBuilder *builder;
  const MsnetNetworkSpec *spec;
  const MsnetArchitecture *layers;
  MsnetNetworkPart part;
  guint begin;
  guint end;
  MsnetTensor **scores;
} Forward;

static const MsnetBorder no_border = { 0 };

/* What block @index needs around its input; the head needs nothing. */
static MsnetBorder
get_border (const MsnetArchitecture *layers, guint index)
{
  return index < layers->n_blocks ? msnet_border_for_block (&layers->blocks[index]) : no_border;
}

/* The blocks of stage @index, from 0, as far as the part has them.  @border: of the stage's output */
static MsnetTensor *
append_blocks (const Forward *forward, guint index, MsnetTensor *input, MsnetBorder border, GError **error)
{
  const MsnetBackbone *backbone = forward->spec->backbone;
  const guint stage_end = msnet_architecture_count_blocks (forward->layers, index + 1);
  const guint begin = MAX (msnet_architecture_count_blocks (forward->layers, index), forward->begin);
  const guint end = MIN (stage_end, forward->end);
  MsnetTensor *x = input;

  for (guint i = begin; x != NULL && i < end; i++) {
    MsnetBorder next = i + 1 < stage_end ? get_border (forward->layers, i + 1) : border;
    x = backbone->append_block (forward->builder, &forward->layers->blocks[i], x, next, error);
  }
  if (x != NULL && begin < end)
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
  if (x == NULL || forward->part == MSNET_PART_STEM)
    return x;
  return msnet_motion_squeeze_append (forward->builder, motion, place, &forward->layers->motion[place], x,
      border, is_field ? forward->scores : NULL, error);
}

static MsnetTensor *
append_stages (const Forward *forward, MsnetTensor *x, GError **error)
{
  const gchar *const *stages = forward->spec->backbone->stages;

  for (guint i = 0; x != NULL && stages[i] != NULL; i++)
    x = append_stage (forward, i, x, error);
  return x;
}

static gboolean
shifts (const MsnetBlock *block)
{
  return block->shift != MSNET_SHIFT_NONE || block->layers[0].shift != MSNET_SHIFT_NONE;
}

/* How many blocks come before the first MotionSqueeze; all without one. */
static guint
count_blocks_before_motion (const MsnetNetworkSpec *spec, const MsnetArchitecture *layers)
{
  return spec->motion.n_places > 0 ? msnet_architecture_count_blocks (layers, spec->motion.after[0])
                                   : layers->n_blocks;
}

/* How many blocks see no other frame: those before the first that shifts, and before MotionSqueeze. */
static guint
count_stem_blocks (const MsnetNetworkSpec *spec, const MsnetArchitecture *layers)
{
  const guint end = count_blocks_before_motion (spec, layers);
  guint n = 0;

  while (n < end && !shifts (&layers->blocks[n]))
    n++;
  return n;
}

MsnetTensor *
msnet_forward_append (MsnetBuilder *builder, MsnetModel *model, MsnetNetworkPart part, MsnetTensor *input,
    MsnetTensor **scores, GError **error)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (model);
  const MsnetArchitecture *layers = msnet_model_get_architecture (model);
  const guint n_stem = count_stem_blocks (spec, layers);
  const Forward forward = { builder, spec, layers, part, part == MSNET_PART_TRUNK ? n_stem : 0,
    part == MSNET_PART_STEM ? n_stem : layers->n_blocks, scores };
  MsnetTensor *x = input;

  if (part != MSNET_PART_TRUNK)
    x = spec->backbone->append_stem (builder, &layers->stem, x, get_border (layers, 0), error);
  if (x != NULL)
    x = append_stages (&forward, x, error);
  return x != NULL && part != MSNET_PART_STEM
             ? msnet_head_append (builder, spec, &layers->classifier, x, error)
             : x;
}

/* What is needed around what the first @n_blocks blocks make, where a trunk begins. */
static MsnetBorder
get_trunk_border (const MsnetNetworkSpec *spec, const MsnetArchitecture *layers, guint n_blocks)
{
  const gboolean is_motion
      = spec->motion.n_places > 0 && n_blocks == count_blocks_before_motion (spec, layers);

  return is_motion ? no_border : get_border (layers, n_blocks);
}

static guint
divide_up (guint size, guint stride)
{
  return (size + stride - 1) / stride;
}

/* What the stem of the backbone and the first @n_blocks blocks make of pictures of @size. */
static MsnetShape
get_trunk_shape (const MsnetNetworkSpec *spec, const MsnetArchitecture *layers, guint n_blocks, guint size)
{
  MsnetShape shape = { .channels = layers->stem.outputs };

  size = divide_up (size, spec->backbone->stem_stride);
  for (guint i = 0; i < n_blocks; i++) {
    const MsnetBlock *block = &layers->blocks[i];
    for (guint j = 0; j < block->n_layers; j++)
      size = divide_up (size, block->layers[j].stride);
    shape.channels = msnet_block_get_outputs (block);
  }
  shape.height = shape.width = size;
  return shape;
}

/* Zeros around pictures: those that the stem reads, and one more where its first tap would else lie at an odd
 * pixel, for pairs of bfloat16 begin at even ones. */
static guint
get_picture_halo (const MsnetLayer *stem, guint size)
{
  const guint halo = stem->kernel / 2;

  return halo + (halo - msnet_padding_get_before (stem->padding, stem->kernel, stem->stride, size)) % 2;
}

MsnetShape
msnet_forward_get_input_shape (
    MsnetModel *model, MsnetNetworkPart part, guint frames, MsnetDataType data_type)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (model);
  const MsnetArchitecture *layers = msnet_model_get_architecture (model);
  const guint size = msnet_model_get_input (model)->size, n_stem = count_stem_blocks (spec, layers);
  MsnetShape shape
      = { .height = size, .width = size, .channels = 3, .halo = get_picture_halo (&layers->stem, size) };

  if (part == MSNET_PART_TRUNK) {
    const MsnetBorder border = get_trunk_border (spec, layers, n_stem);
    shape = get_trunk_shape (spec, layers, n_stem, size);
    shape.halo = border.halo;
    shape.frame_halo = border.shifted > 0;
  }
  shape.frames = frames;
  shape.data_type = data_type;
  return shape;
}
