/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layers.h"

#include "model/resnet.h"

static guint
halve (guint size)
{
  return (size + 1) / 2;
}

static gboolean
is_known (const GArray *layers, const TestLayer *wanted)
{
  for (guint i = 0; i < layers->len; i++) {
    const TestLayer *other = &g_array_index (layers, TestLayer, i);

    if (other->size == wanted->size && other->layer.inputs == wanted->layer.inputs
        && other->layer.outputs == wanted->layer.outputs && other->layer.kernel == wanted->layer.kernel
        && other->layer.stride == wanted->layer.stride && other->layer.shift == wanted->layer.shift
        && other->epilogue == wanted->epilogue)
      return TRUE;
  }
  return FALSE;
}

/* Returns: rows and columns of the layer's output */
static guint
add_layer (GArray *layers, guint depth, const MsnetLayer *layer, guint size, MsnetEpilogue epilogue)
{
  TestLayer kind = { .size = size, .layer = *layer, .epilogue = epilogue };

  kind.output_size = layer->stride == 2 ? halve (size) : size;
  g_snprintf (kind.name, sizeof kind.name, "r%u %s", depth, layer->name);
  if (!is_known (layers, &kind))
    g_array_append_val (layers, kind);
  return kind.output_size;
}

static guint
add_block (GArray *layers, guint depth, const MsnetBlock *block, guint size)
{
  const MsnetLayer *last = &block->layers[block->n_layers - 1];
  guint inner = size;

  if (block->projection.outputs > 0)
    add_layer (layers, depth, &block->projection, size, MSNET_EPILOGUE_LINEAR);
  for (const MsnetLayer *layer = block->layers; layer < last; layer++)
    inner = add_layer (layers, depth, layer, inner, MSNET_EPILOGUE_RELU);
  return add_layer (layers, depth, last, inner, MSNET_EPILOGUE_ADD_RELU);
}

static void
add_network (GArray *layers, const MsnetNetworkSpec *spec, guint picture)
{
  MsnetArchitecture architecture;
  guint size;

  msnet_architecture_init (&architecture, spec);
  size = halve (add_layer (layers, spec->depth, &architecture.stem, picture, MSNET_EPILOGUE_RELU));
  for (guint i = 0; i < architecture.n_blocks; i++)
    size = add_block (layers, spec->depth, &architecture.blocks[i], size);
  msnet_architecture_clear (&architecture);
}

GArray *
test_list_layers (guint picture, guint width, MsnetShift shift)
{
  const guint depths[] = { 18, 50 };
  GArray *layers = g_array_new (FALSE, FALSE, sizeof (TestLayer));

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++) {
    const MsnetNetworkSpec spec = {
      .backbone = &msnet_resnet,
      .depth = depths[i],
      .width = width,
      .shift = shift,
      .shift_every = 1,
      .shift_div = 8,
      .classes = 1,
    };

    add_network (layers, &spec, picture);
  }
  return layers;
}
