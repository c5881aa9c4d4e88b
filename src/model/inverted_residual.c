/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inverted_residual.h"

#include "ops/inverted_residual/inverted_residual.h"

const gchar *const msnet_inverted_stages[] = { "stage1", "stage2", "stage3", "stage4", "last", NULL };
const guint msnet_inverted_strides[] = { 4, 8, 16, 32, 32 };

/* Stages end where the next block has stride 2. */
static const guint stage_of_group[MSNET_N_INVERTED_GROUPS] = { 1, 1, 2, 3, 3, 4, 4 };
static const guint last_stage = 5;

guint
msnet_inverted_round_channels (gdouble channels)
{
  guint rounded = MAX (8, (guint)(channels + 4) / 8 * 8);

  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

static MsnetLayer *
add_layer (MsnetBlock *block, guint outputs, guint inputs, guint kernel, guint stride)
{
  MsnetLayer *layer = &block->layers[block->n_layers++];

  msnet_layer_set_sizes (layer, outputs, inputs, kernel, stride);
  return layer;
}

/* Whether the block adds its input to what it makes of it. */
static gboolean
has_identity (const MsnetBlock *block)
{
  const MsnetLayer *first = &block->layers[0];
  guint inputs = msnet_layer_is_depthwise (first) ? first->outputs : first->inputs;

  for (guint i = 0; i < block->n_layers; i++)
    if (block->layers[i].stride != 1)
      return FALSE;
  return block->n_layers > 1 && inputs == msnet_block_get_outputs (block);
}

static MsnetBlock
lay_out_block (const MsnetInvertedGroup *group, guint inputs, guint stride)
{
  const guint inner = inputs * group->expansion;
  MsnetBlock block = { 0 };

  if (group->expansion > 1)
    add_layer (&block, inner, inputs, 1, 1);
  add_layer (&block, inner, 1, group->kernel, stride);
  add_layer (&block, group->channels, inner, 1, 1);
  return block;
}

static gboolean
can_shift (const MsnetBlock *block)
{
  return has_identity (block) && !msnet_layer_is_depthwise (&block->layers[0]);
}

/* Every so many of the blocks of a stage that can. */
static void
set_shifts (const MsnetNetworkSpec *spec, GArray *blocks)
{
  guint n = 0, stage = 0;

  for (guint i = 0; i < blocks->len; i++) {
    MsnetBlock *block = &g_array_index (blocks, MsnetBlock, i);
    if (block->stage != stage)
      n = 0;
    stage = block->stage;
    if (can_shift (block) && n++ % spec->shift_every == 0)
      msnet_block_set_shift (block, spec);
  }
}

void
msnet_inverted_lay_out (const MsnetNetworkSpec *spec, const MsnetInvertedGroup *groups, guint stem_channels,
    guint last_channels, MsnetLayer *stem, GArray *blocks)
{
  guint channels = stem_channels;

  msnet_layer_set_sizes (stem, stem_channels, 3, 3, MSNET_INVERTED_STEM_STRIDE);
  for (guint i = 0; i < MSNET_N_INVERTED_GROUPS; i++) {
    for (guint j = 0; j < groups[i].n_blocks; j++) {
      MsnetBlock block = lay_out_block (&groups[i], channels, j == 0 ? groups[i].stride : 1);
      block.stage = stage_of_group[i];
      g_array_append_val (blocks, block);
      channels = groups[i].channels;
    }
  }
  MsnetBlock last = { .stage = last_stage };
  add_layer (&last, last_channels, channels, 1, 1);
  g_array_append_val (blocks, last);
  set_shifts (spec, blocks);
}

MsnetTensor *
msnet_inverted_append_stem (
    MsnetBuilder *builder, const MsnetLayer *stem, MsnetTensor *input, MsnetBorder border, GError **error)
{
  MsnetTensor *x = msnet_builder_convolve (builder, stem, input, NULL, MSNET_EPILOGUE_RELU6, border, error);

  if (x != NULL)
    msnet_builder_end_stage (builder, "stem", input, x);
  return x;
}

/* A layer with ReLU6. */
static MsnetTensor *
append_layer (
    MsnetBuilder *builder, const MsnetLayer *layer, MsnetTensor *input, MsnetBorder border, GError **error)
{
  if (msnet_layer_is_depthwise (layer))
    return msnet_builder_convolve_depthwise (builder, layer, input, MSNET_EPILOGUE_RELU6, border, error);
  return msnet_builder_convolve (builder, layer, input, NULL, MSNET_EPILOGUE_RELU6, border, error);
}

/* Returns: input of the block's last layer */
static MsnetTensor *
append_inner_layers (MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, GError **error)
{
  MsnetTensor *x = input;

  for (guint i = 0; x != NULL && i + 1 < block->n_layers; i++) {
    MsnetTensor *y
        = append_layer (builder, &block->layers[i], x, msnet_border_for (&block->layers[i + 1]), error);
    if (x != input)
      msnet_arena_release (builder->arena, x);
    x = y;
  }
  return x;
}

/* The last layer of an inverted residual. */
static MsnetTensor *
append_narrowing (MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *x, MsnetTensor *input,
    MsnetBorder border, GError **error)
{
  const MsnetLayer *layer = &block->layers[block->n_layers - 1];
  gboolean adds = has_identity (block);

  return msnet_builder_convolve (builder, layer, x, adds ? input : NULL,
      adds ? MSNET_EPILOGUE_ADD : MSNET_EPILOGUE_LINEAR, border, error);
}

/* What a block as one operation is told.
 *
 * @between: two tensors, of which the shapes of what lies between its layers are filled in
 * @output: without a border and without memory: only its shape is looked at
 */
static MsnetInvertedResidualParams
get_params (const MsnetBlock *block, MsnetTensor *input, MsnetTensor between[2], MsnetTensor *output)
{
  const gboolean widens = block->n_layers > 2;
  const MsnetLayer *depthwise = &block->layers[block->n_layers - 2], *last = depthwise + 1;
  const gboolean adds = has_identity (block);
  MsnetInvertedResidualParams params = { .name = last->name };
  MsnetShape *made = &between[1].shape;

  between[0].shape = input->shape;
  between[0].shape.channels = depthwise->outputs;
  between[0].shape.halo = depthwise->kernel / 2;
  between[0].shape.frame_halo = FALSE;
  *made = between[0].shape;
  made->height = (made->height + depthwise->stride - 1) / depthwise->stride;
  made->width = (made->width + depthwise->stride - 1) / depthwise->stride;
  made->halo = 0;
  output->shape = *made;
  output->shape.channels = last->outputs;
  if (widens)
    params.widen = msnet_builder_get_conv2d (&block->layers[0], input, &between[0], MSNET_EPILOGUE_RELU6);
  params.depthwise = msnet_builder_get_depthwise (
      depthwise, widens ? &between[0] : input, &between[1], MSNET_EPILOGUE_RELU6);
  params.narrow = msnet_builder_get_conv2d (
      last, &between[1], output, adds ? MSNET_EPILOGUE_ADD : MSNET_EPILOGUE_LINEAR);
  params.narrow.residual = adds ? input : NULL;
  return params;
}

/* A block at once.  Returns: NULL without an error where it is better appended layer by layer */
static MsnetTensor *
append_at_once (
    MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, MsnetBorder border, GError **error)
{
  const MsnetLayer *first = &block->layers[0];
  const gboolean keeps = first->shift != MSNET_SHIFT_NONE && builder->state != NULL;
  MsnetTensor between[2] = { { .buffer = NULL } }, output = { .buffer = NULL };
  MsnetInvertedResidualParams params = get_params (block, input, between, &output);

  if (!msnet_inverted_residual_is_worthwhile (msnet_command_list_get_device (builder->list), &params))
    return NULL;
  params.narrow.output = msnet_builder_acquire (
      builder, input, block->layers[block->n_layers - 2].stride, output.shape.channels, border, error);
  if (keeps)
    params.widen.previous = msnet_stream_state_add (
        builder->state, input, first->shift_channels + first->shift_channels % 2, error);
  if (params.narrow.output == NULL || (keeps && params.widen.previous == NULL)
      || !msnet_inverted_residual_append (builder->list, &params, error)
      || (keeps && !msnet_stream_state_append_update (builder->list, params.widen.previous, input, error)))
    return NULL;
  return params.narrow.output;
}

/* Layer by layer. */
static MsnetTensor *
append_layers (
    MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, MsnetBorder border, GError **error)
{
  MsnetTensor *x = append_inner_layers (builder, block, input, error), *output;

  if (x == NULL)
    return NULL;
  if (block->n_layers == 1)
    output = append_layer (builder, &block->layers[0], x, border, error);
  else
    output = append_narrowing (builder, block, x, input, border, error);
  if (x != input)
    msnet_arena_release (builder->arena, x);
  return output;
}

MsnetTensor *
msnet_inverted_append_block (
    MsnetBuilder *builder, const MsnetBlock *block, MsnetTensor *input, MsnetBorder border, GError **error)
{
  MsnetTensor *read = msnet_builder_shift_block (builder, block, input, error), *output = NULL;
  GError *failure = NULL;

  if (read == NULL)
    return NULL;
  if (block->n_layers > 1)
    output = append_at_once (builder, block, read, border, &failure);
  if (output == NULL && failure == NULL)
    output = append_layers (builder, block, read, border, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  msnet_arena_release (builder->arena, read);
  return output;
}
