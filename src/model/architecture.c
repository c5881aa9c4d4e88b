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
  msnet_layer_set_names (&block->projection, place->prefix, "downsample.0", "downsample.1");
  msnet_layer_set_sizes (&block->projection, outputs, place->inputs, 1, place->stride);
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

void
msnet_architecture_init (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec)
{
  guint channels = spec->width;

  *architecture = (MsnetArchitecture){ 0 };
  msnet_layer_set_names (&architecture->stem, "", "conv1", "bn1");
  msnet_layer_set_sizes (&architecture->stem, channels, 3, 7, 2);
  for (guint stage = 0; stage < MSNET_N_STAGES; stage++) {
    channels = lay_out_stage (architecture, stage, channels, spec);
    if (stage == MSNET_MOTION_STAGE && spec->motion.present)
      msnet_motion_layers_init (&architecture->motion, channels, &spec->motion);
  }
  msnet_layer_set_names (&architecture->classifier, "new_fc", "", "");
  msnet_layer_set_sizes (&architecture->classifier, spec->classes, channels, 1, 1);
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
  msnet_motion_layers_list (&architecture->motion, layers);
  g_ptr_array_add (layers, &architecture->classifier);
  return layers;
}

void
msnet_architecture_clear (MsnetArchitecture *architecture)
{
  g_autoptr (GPtrArray) layers = msnet_architecture_list_layers (architecture);

  for (guint i = 0; i < layers->len; i++)
    msnet_layer_clear (g_ptr_array_index (layers, i));
  for (guint stage = 0; stage < MSNET_N_STAGES; stage++)
    g_clear_pointer (&architecture->blocks[stage], g_free);
}
