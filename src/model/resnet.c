#include "resnet.h"

#include "ops/linear.h"
#include "ops/pool.h"

static const MsnetBorder no_border = { 0 };

MsnetBorder
msnet_resnet_get_border (const MsnetArchitecture *architecture, guint stage)
{
  return msnet_border_for (&architecture->blocks[stage][0].layers[0]);
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

MsnetTensor *
msnet_resnet_append_stem (
    MsnetBuilder *builder, const MsnetArchitecture *architecture, MsnetTensor *input, GError **error)
{
  const MsnetBorder pool_border = { .halo = 1 };
  MsnetTensor *x = msnet_builder_convolve (
      builder, &architecture->stem, input, NULL, MSNET_EPILOGUE_RELU, pool_border, error);

  if (x == NULL)
    return NULL;
  msnet_builder_end_stage (builder, "conv1", input, x);
  return append_pool (builder, x, msnet_resnet_get_border (architecture, 0), error);
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

/* max (0, residual (x) + identity (x)); the temporal shift is on the residual's way only. */
static MsnetTensor *
append_block (
    MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, MsnetBorder border, GError **error)
{
  const MsnetLayer *last = &block->layers[block->n_layers - 1];
  MsnetTensor *identity = append_identity (builder, block, input, error);
  MsnetTensor *x = identity != NULL ? append_inner_layers (builder, block, input, error) : NULL;

  if (x == NULL)
    return NULL;
  MsnetTensor *output
      = msnet_builder_convolve (builder, last, x, identity, MSNET_EPILOGUE_ADD_RELU, border, error);
  msnet_arena_release (builder->arena, x);
  if (identity != input)
    msnet_arena_release (builder->arena, identity);
  msnet_arena_release (builder->arena, input);
  return output;
}

MsnetTensor *
msnet_resnet_append_stage (MsnetBuilder *builder, const MsnetArchitecture *architecture, guint stage,
    MsnetTensor *input, MsnetBorder border, GError **error)
{
  static const gchar *const names[MSNET_N_STAGES] = { "layer1", "layer2", "layer3", "layer4" };
  const MsnetBlock *blocks = architecture->blocks[stage];
  guint n_blocks = architecture->n_blocks[stage];
  MsnetTensor *x = input;

  for (guint i = 0; x != NULL && i < n_blocks; i++) {
    gboolean is_last = i + 1 == n_blocks;
    MsnetBorder next = is_last ? border : msnet_border_for (&blocks[i + 1].layers[0]);
    x = append_block (builder, &blocks[i], x, next, error);
  }
  if (x != NULL)
    msnet_builder_end_stage (builder, names[stage], input, x);
  return x;
}

/* @shape: of the output */
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
msnet_resnet_append_head (
    MsnetBuilder *builder, const MsnetArchitecture *architecture, MsnetTensor *input, GError **error)
{
  guint frames = input->shape.frames;
  MsnetBuilder exact = msnet_builder_get_exact (builder);
  MsnetTensor *x = append_vector (&exact, "pooled", msnet_average_pool_append, frames, input, error);

  if (x != NULL)
    x = append_classifier (&exact, &architecture->classifier, x, error);
  return x != NULL ? append_vector (&exact, "logits", msnet_consensus_append, 1, x, error) : NULL;
}
