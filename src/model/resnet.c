/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "resnet.h"

#include "ops/pool.h"

#define N_STAGES 4

static const MsnetBorder no_border = { 0 };

/* The five networks of the ResNet paper: blocks of each stage. */
typedef struct
{
  guint depth;
  gboolean bottleneck;
  guint n_blocks[N_STAGES];
} Depth;

static const Depth depths[] = {
  { 18, FALSE, { 2, 2, 2, 2 } },
  { 34, FALSE, { 3, 4, 6, 3 } },
  { 50, TRUE, { 3, 4, 6, 3 } },
  { 101, TRUE, { 3, 4, 23, 3 } },
  { 152, TRUE, { 3, 8, 36, 3 } },
};

/* What the layers of a block depend on. */
typedef struct
{
  guint stage;      /* from 1 */
  gchar prefix[16]; /* "layer2.0." */
  guint inputs;
  guint channels; /* of the stage, before expansion */
  guint stride;
} BlockPlace;

/* Returns: (nullable) */
static const Depth *
find_depth (guint depth)
{
  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    if (depths[i].depth == depth)
      return &depths[i];
  return NULL;
}

static gboolean
resnet_parse (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  if (!msnet_json_get_integer (json, "depth", 1, 1000, &spec->depth, error))
    return FALSE;
  if (find_depth (spec->depth) != NULL)
    return msnet_json_get_integer (json, "width", 8, 512, &spec->width, error);
  msnet_json_set_error (json, "depth", "18, 34, 50, 101 or 152", error);
  return FALSE;
}

static gchar *
resnet_describe (const MsnetNetworkSpec *spec)
{
  return g_strdup_printf ("depth %u, width %u", spec->depth, spec->width);
}

/* Two 3x3; the first carries the stride. */
static void
lay_out_basic (MsnetBlock *block, const BlockPlace *place)
{
  block->n_layers = 2;
  msnet_layer_set_names (&block->layers[0], place->prefix, "conv1", "bn1");
  msnet_layer_set_sizes (&block->layers[0], place->channels, place->inputs, 3, place->stride);
  msnet_layer_set_names (&block->layers[1], place->prefix, "conv2", "bn2");
  msnet_layer_set_sizes (&block->layers[1], place->channels, place->channels, 3, 1);
}

/* 1x1, 3x3, 1x1; the middle carries the stride, the last widens by four. */
static void
lay_out_bottleneck (MsnetBlock *block, const BlockPlace *place)
{
  block->n_layers = 3;
  msnet_layer_set_names (&block->layers[0], place->prefix, "conv1", "bn1");
  msnet_layer_set_sizes (&block->layers[0], place->channels, place->inputs, 1, 1);
  msnet_layer_set_names (&block->layers[1], place->prefix, "conv2", "bn2");
  msnet_layer_set_sizes (&block->layers[1], place->channels, place->channels, 3, place->stride);
  msnet_layer_set_names (&block->layers[2], place->prefix, "conv3", "bn3");
  msnet_layer_set_sizes (&block->layers[2], 4 * place->channels, place->channels, 1, 1);
}

static MsnetBlock
lay_out_block (const BlockPlace *place, gboolean bottleneck)
{
  MsnetBlock block = { .stage = place->stage };

  if (bottleneck)
    lay_out_bottleneck (&block, place);
  else
    lay_out_basic (&block, place);

  guint outputs = msnet_block_get_outputs (&block);
  if (place->stride == 1 && place->inputs == outputs)
    return block;
  msnet_layer_set_names (&block.projection, place->prefix, "downsample.0", "downsample.1");
  msnet_layer_set_sizes (&block.projection, outputs, place->inputs, 1, place->stride);
  return block;
}

/* @stage: from 1.  Returns: channels of the stage's output */
static guint
lay_out_stage (const MsnetNetworkSpec *spec, guint stage, guint inputs, GArray *blocks)
{
  const Depth *depth = find_depth (spec->depth);

  for (guint i = 0; i < depth->n_blocks[stage - 1]; i++) {
    BlockPlace place = {
      .stage = stage,
      .inputs = inputs,
      .channels = spec->width << (stage - 1),
      .stride = stage > 1 && i == 0 ? 2 : 1,
    };

    g_snprintf (place.prefix, sizeof place.prefix, "layer%u.%u.", stage, i);
    MsnetBlock block = lay_out_block (&place, depth->bottleneck);
    if (i % spec->shift_every == 0)
      msnet_block_set_shift (&block, spec);
    g_array_append_val (blocks, block);
    inputs = msnet_block_get_outputs (&block);
  }
  return inputs;
}

static void
resnet_lay_out (const MsnetNetworkSpec *spec, MsnetLayer *stem, GArray *blocks)
{
  guint channels = spec->width;

  msnet_layer_set_names (stem, "", "conv1", "bn1");
  msnet_layer_set_sizes (stem, channels, 3, 7, 2);
  for (guint stage = 1; stage <= N_STAGES; stage++)
    channels = lay_out_stage (spec, stage, channels, blocks);
}

static MsnetTensor *
append_pool (MsnetBuilder *builder, MsnetTensor *input, MsnetBorder border, GError **error)
{
  MsnetTensor *output = msnet_builder_acquire (builder, input, 2, input->shape.channels, border, error);

  if (output == NULL || !msnet_max_pool_append (builder->list, output, input, error))
    return NULL;
  msnet_builder_end_stage (builder, "pool", input, output);
  msnet_arena_release (builder->arena, input);
  return output;
}

static MsnetTensor *
resnet_append_stem (
    MsnetBuilder *builder, const MsnetLayer *stem, MsnetTensor *input, MsnetBorder border, GError **error)
{
  const MsnetBorder pool_border = { .halo = 1 };
  MsnetTensor *x
      = msnet_builder_convolve (builder, stem, input, NULL, MSNET_EPILOGUE_RELU, pool_border, error);

  if (x == NULL)
    return NULL;
  msnet_builder_end_stage (builder, "conv1", input, x);
  return append_pool (builder, x, border, error);
}

/* Returns: what the residual is added to: @input itself, or its projection to the block's shape */
static MsnetTensor *
append_identity (MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, GError **error)
{
  if (block->projection.outputs == 0)
    return input;
  return msnet_builder_convolve (
      builder, &block->projection, input, NULL, MSNET_EPILOGUE_LINEAR, no_border, error);
}

/* Returns: input of the block's last layer */
static MsnetTensor *
append_inner_layers (MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, GError **error)
{
  MsnetTensor *x = input;

  for (guint i = 0; x != NULL && i + 1 < block->n_layers; i++) {
    MsnetBorder border = msnet_border_for (&block->layers[i + 1]);
    MsnetTensor *y
        = msnet_builder_convolve (builder, &block->layers[i], x, NULL, MSNET_EPILOGUE_RELU, border, error);
    if (x != input)
      msnet_arena_release (builder->arena, x);
    x = y;
  }
  return x;
}

/* max (0, residual (x) + identity (x)) */
static MsnetTensor *
resnet_append_block (
    MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, MsnetBorder border, GError **error)
{
  const MsnetLayer *last = &block->layers[block->n_layers - 1];
  MsnetTensor *read = msnet_builder_shift_block (builder, block, input, error);
  MsnetTensor *identity = read != NULL ? append_identity (builder, block, read, error) : NULL;
  MsnetTensor *x = identity != NULL ? append_inner_layers (builder, block, read, error) : NULL;

  if (x == NULL)
    return NULL;
  MsnetTensor *output
      = msnet_builder_convolve (builder, last, x, identity, MSNET_EPILOGUE_ADD_RELU, border, error);
  msnet_arena_release (builder->arena, x);
  if (identity != read)
    msnet_arena_release (builder->arena, identity);
  msnet_arena_release (builder->arena, read);
  return output;
}

const MsnetBackbone msnet_resnet = {
  .name = "resnet",
  .keys = (const gchar *const[]){ "depth", "width", NULL },
  .stages = (const gchar *const[]){ "layer1", "layer2", "layer3", "layer4", NULL },
  .strides = (const guint[]){ 4, 8, 16, 32 },
  .stem_stride = 4,
  .parse = resnet_parse,
  .describe = resnet_describe,
  .lay_out = resnet_lay_out,
  .append_stem = resnet_append_stem,
  .append_block = resnet_append_block,
};
