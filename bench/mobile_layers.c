/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mobile_layers.h"

#define PICTURE 224
#define STEM 32
#define LAST 1280

/* Inverted residual blocks that follow each other; the first has the stride. */
typedef struct
{
  guint expansion;
  guint kernel;
  guint outputs;
  guint n_blocks;
  guint stride;
} Blocks;

static const Blocks mobilenet[] = { { 1, 3, 16, 1, 1 }, { 6, 3, 24, 2, 2 }, { 6, 3, 32, 3, 2 },
  { 6, 3, 64, 4, 2 }, { 6, 3, 96, 3, 1 }, { 6, 3, 160, 3, 2 }, { 6, 3, 320, 1, 1 } };
static const Blocks efficientnet[] = { { 1, 3, 16, 1, 1 }, { 6, 3, 24, 2, 2 }, { 6, 5, 40, 2, 2 },
  { 6, 3, 80, 3, 2 }, { 6, 5, 112, 3, 1 }, { 6, 5, 192, 4, 2 }, { 6, 3, 320, 1, 1 } };

/* Layers and blocks as they are added: the next has @size rows and @channels. */
typedef struct
{
  const gchar *network;
  guint size;
  guint channels;
  GArray *layers;
  GArray *blocks;
} Place;

static gboolean
is_known (const GArray *layers, const MobileLayer *wanted)
{
  for (guint i = 0; i < layers->len; i++) {
    const MobileLayer *other = &g_array_index (layers, MobileLayer, i);

    if (other->is_depthwise == wanted->is_depthwise && other->size == wanted->size
        && other->inputs == wanted->inputs && other->outputs == wanted->outputs
        && other->kernel == wanted->kernel && other->stride == wanted->stride
        && other->epilogue == wanted->epilogue)
      return TRUE;
  }
  return FALSE;
}

static void
add (Place *place, gboolean is_depthwise, guint outputs, guint kernel, guint stride, MsnetEpilogue epilogue)
{
  MobileLayer layer = { "", is_depthwise, place->size, place->channels, outputs, kernel, stride, epilogue };

  if (is_depthwise)
    g_snprintf (layer.name, sizeof layer.name, "%s %u dw%u %u s%u", place->network, place->size, kernel,
        outputs, stride);
  else
    g_snprintf (layer.name, sizeof layer.name, "%s %u %u to %u", place->network, place->size, place->channels,
        outputs);
  if (!is_known (place->layers, &layer))
    g_array_append_val (place->layers, layer);
  place->size /= stride;
  place->channels = outputs;
}

static gboolean
is_known_block (const GArray *blocks, const gchar *name)
{
  for (guint i = 0; i < blocks->len; i++)
    if (g_str_equal (g_array_index (blocks, MobileBlock, i).name, name))
      return TRUE;
  return FALSE;
}

static void
add_block (Place *place, const Blocks *blocks, guint stride)
{
  const guint inputs = place->channels;
  MobileBlock block = { "", place->size, inputs, blocks->expansion > 1 ? inputs * blocks->expansion : 0,
    blocks->outputs, blocks->kernel, stride };
  const gboolean adds = stride == 1 && inputs == blocks->outputs;

  g_snprintf (block.name, sizeof block.name, "%s %u %u by %u to %u s%u", place->network, block.size, inputs,
      block.inner, block.outputs, stride);
  if (!is_known_block (place->blocks, block.name))
    g_array_append_val (place->blocks, block);
  if (blocks->expansion > 1)
    add (place, FALSE, inputs * blocks->expansion, 1, 1, MSNET_EPILOGUE_RELU6);
  add (place, TRUE, inputs * blocks->expansion, blocks->kernel, stride, MSNET_EPILOGUE_RELU6);
  add (place, FALSE, blocks->outputs, 1, 1, adds ? MSNET_EPILOGUE_ADD : MSNET_EPILOGUE_LINEAR);
}

static void
add_network (GArray *layers, GArray *list, const gchar *network, const Blocks *blocks, guint n)
{
  Place place = { network, PICTURE, 3, layers, list };

  add (&place, FALSE, STEM, 3, 2, MSNET_EPILOGUE_RELU6);
  for (guint i = 0; i < n; i++)
    for (guint block = 0; block < blocks[i].n_blocks; block++)
      add_block (&place, &blocks[i], block == 0 ? blocks[i].stride : 1);
  add (&place, FALSE, LAST, 1, 1, MSNET_EPILOGUE_RELU6);
}

static void
list_all (GArray *layers, GArray *blocks)
{
  add_network (layers, blocks, "mb", mobilenet, G_N_ELEMENTS (mobilenet));
  add_network (layers, blocks, "lite", efficientnet, G_N_ELEMENTS (efficientnet));
}

GArray *
mobile_list_layers (void)
{
  GArray *layers = g_array_new (FALSE, FALSE, sizeof (MobileLayer));
  g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (MobileBlock));

  list_all (layers, blocks);
  return layers;
}

GArray *
mobile_list_blocks (void)
{
  g_autoptr (GArray) layers = g_array_new (FALSE, FALSE, sizeof (MobileLayer));
  GArray *blocks = g_array_new (FALSE, FALSE, sizeof (MobileBlock));

  list_all (layers, blocks);
  return blocks;
}
