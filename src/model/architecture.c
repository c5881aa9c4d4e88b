#include "architecture.h"

/* The five networks of the ResNet paper: blocks of each stage. */
static const struct
{
  guint depth;
  gboolean bottleneck;
  guint n_blocks[MSNET_N_STAGES];
} depths[] = {
  { 18, FALSE, { 2, 2, 2, 2 } },
  { 34, FALSE, { 3, 4, 6, 3 } },
  { 50, TRUE, { 3, 4, 6, 3 } },
  { 101, TRUE, { 3, 4, 23, 3 } },
  { 152, TRUE, { 3, 8, 36, 3 } },
};

/* MSNET.md 3.1 and 3.8: the same at any width; the last one widens to layer2's channels. */
static const guint reduced_channels = 64;
static const guint transformation_kernels[MSNET_N_TRANSFORMATIONS] = { 7, 3, 3, 3 };
static const guint transformation_channels[MSNET_N_TRANSFORMATIONS - 1] = { 16, 32, 64 };

/* What the layers of a block depend on. */
typedef struct
{
  gchar prefix[16]; /* "layer2.0." */
  guint inputs;
  guint channels; /* of the stage, before expansion */
  guint stride;
  MsnetShift shift;
} BlockPlace;

static guint
find_depth (guint depth)
{
  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    if (depths[i].depth == depth)
      return i;
  g_return_val_if_reached (0);
}

/* Names of tensors: @prefix, then @conv or @norm. */
static void
name_layer (MsnetLayer *layer, const gchar *prefix, const gchar *conv, const gchar *norm)
{
  g_snprintf (layer->name, sizeof layer->name, "%s%s", prefix, conv);
  g_snprintf (layer->norm, sizeof layer->norm, "%s%s", prefix, norm);
}

static void
size_layer (MsnetLayer *layer, guint outputs, guint inputs, guint kernel, guint stride)
{
  layer->outputs = outputs;
  layer->inputs = inputs;
  layer->kernel = kernel;
  layer->stride = stride;
}

/* Two 3x3; the first carries the stride. */
static void
lay_out_basic (MsnetBlock *block, const BlockPlace *place)
{
  block->n_layers = 2;
  name_layer (&block->layers[0], place->prefix, "conv1", "bn1");
  size_layer (&block->layers[0], place->channels, place->inputs, 3, place->stride);
  name_layer (&block->layers[1], place->prefix, "conv2", "bn2");
  size_layer (&block->layers[1], place->channels, place->channels, 3, 1);
}

/* 1x1, 3x3, 1x1; the middle carries the stride, the last widens by four. */
static void
lay_out_bottleneck (MsnetBlock *block, const BlockPlace *place)
{
  block->n_layers = 3;
  name_layer (&block->layers[0], place->prefix, "conv1", "bn1");
  size_layer (&block->layers[0], place->channels, place->inputs, 1, 1);
  name_layer (&block->layers[1], place->prefix, "conv2", "bn2");
  size_layer (&block->layers[1], place->channels, place->channels, 3, place->stride);
  name_layer (&block->layers[2], place->prefix, "conv3", "bn3");
  size_layer (&block->layers[2], 4 * place->channels, place->channels, 1, 1);
}

static void
lay_out_block (MsnetBlock *block, const BlockPlace *place, gboolean bottleneck)
{
  if (bottleneck)
    lay_out_bottleneck (block, place);
  else
    lay_out_basic (block, place);
  block->layers[0].shift = place->shift;

  guint outputs = block->layers[block->n_layers - 1].outputs;
  if (place->stride == 1 && place->inputs == outputs)
    return;
  name_layer (&block->projection, place->prefix, "downsample.0", "downsample.1");
  size_layer (&block->projection, outputs, place->inputs, 1, place->stride);
}

/* Returns: channels of the stage's output */
static guint
lay_out_stage (MsnetArchitecture *architecture, guint stage, guint inputs, const MsnetNetworkSpec *spec)
{
  guint row = find_depth (spec->depth);
  guint n_blocks = depths[row].n_blocks[stage];

  architecture->n_blocks[stage] = n_blocks;
  architecture->blocks[stage] = g_new0 (MsnetBlock, n_blocks);
  for (guint i = 0; i < n_blocks; i++) {
    MsnetBlock *block = &architecture->blocks[stage][i];
    BlockPlace place = {
      .inputs = inputs,
      .channels = spec->width << stage,
      .stride = stage > 0 && i == 0 ? 2 : 1,
      .shift = i % spec->shift_every == 0 ? spec->shift : MSNET_SHIFT_NONE,
    };
    g_snprintf (place.prefix, sizeof place.prefix, "layer%u.%u.", stage + 1, i);
    lay_out_block (block, &place, depths[row].bottleneck);
    inputs = block->layers[block->n_layers - 1].outputs;
  }
  return inputs;
}

static void
lay_out_motion (MsnetArchitecture *architecture, guint channels, const MsnetMotionSpec *motion)
{
  guint inputs = motion->confidence ? 3 : 2;

  name_layer (&architecture->reduction, "chnl_reduction.", "0", "1");
  size_layer (&architecture->reduction, reduced_channels, channels, 1, 1);
  for (guint i = 0; i < MSNET_N_TRANSFORMATIONS; i++) {
    g_autofree gchar *prefix = g_strdup_printf ("flow_refinement.conv%u.", i + 1);
    guint outputs = i < G_N_ELEMENTS (transformation_channels) ? transformation_channels[i] : channels;
    name_layer (&architecture->depthwise[i], prefix, "0", "1");
    size_layer (&architecture->depthwise[i], inputs, 1, transformation_kernels[i], 1);
    name_layer (&architecture->pointwise[i], prefix, "3", "4");
    size_layer (&architecture->pointwise[i], outputs, inputs, 1, 1);
    inputs = outputs;
  }
}

void
msnet_architecture_init (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec)
{
  guint channels = spec->width;

  *architecture = (MsnetArchitecture){ 0 };
  name_layer (&architecture->stem, "", "conv1", "bn1");
  size_layer (&architecture->stem, channels, 3, 7, 2);
  for (guint stage = 0; stage < MSNET_N_STAGES; stage++) {
    channels = lay_out_stage (architecture, stage, channels, spec);
    if (stage == MSNET_MOTION_STAGE && spec->motion.present)
      lay_out_motion (architecture, channels, &spec->motion);
  }
  name_layer (&architecture->classifier, "new_fc", "", "");
  size_layer (&architecture->classifier, spec->classes, channels, 1, 1);
}

static void
list_block (GPtrArray *layers, MsnetBlock *block)
{
  for (guint i = 0; i < block->n_layers; i++)
    g_ptr_array_add (layers, &block->layers[i]);
  if (block->projection.outputs > 0)
    g_ptr_array_add (layers, &block->projection);
}

GPtrArray *
msnet_architecture_list_layers (MsnetArchitecture *architecture)
{
  GPtrArray *layers = g_ptr_array_new ();

  g_ptr_array_add (layers, &architecture->stem);
  for (guint stage = 0; stage < MSNET_N_STAGES; stage++)
    for (guint i = 0; i < architecture->n_blocks[stage]; i++)
      list_block (layers, &architecture->blocks[stage][i]);
  if (architecture->reduction.outputs > 0) {
    g_ptr_array_add (layers, &architecture->reduction);
    for (guint i = 0; i < MSNET_N_TRANSFORMATIONS; i++) {
      g_ptr_array_add (layers, &architecture->depthwise[i]);
      g_ptr_array_add (layers, &architecture->pointwise[i]);
    }
  }
  g_ptr_array_add (layers, &architecture->classifier);
  return layers;
}

void
msnet_architecture_clear (MsnetArchitecture *architecture)
{
  g_autoptr (GPtrArray) layers = msnet_architecture_list_layers (architecture);

  for (guint i = 0; i < layers->len; i++) {
    MsnetLayer *layer = g_ptr_array_index (layers, i);
    g_clear_pointer (&layer->weights, g_free);
    g_clear_pointer (&layer->bias, g_free);
  }
  for (guint stage = 0; stage < MSNET_N_STAGES; stage++)
    g_clear_pointer (&architecture->blocks[stage], g_free);
}
