/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "architecture.h"

#include "backbone.h"

static void
lay_out_backbone (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec)
{
  GArray *blocks = g_array_new (FALSE, FALSE, sizeof (MsnetBlock));

  spec->backbone->lay_out (spec, &architecture->stem, blocks);
  architecture->n_blocks = blocks->len;
  architecture->blocks = (MsnetBlock *)g_array_free (blocks, FALSE);
}

guint
msnet_architecture_count_blocks (const MsnetArchitecture *architecture, guint n_stages)
{
  guint n = 0;

  while (n < architecture->n_blocks && architecture->blocks[n].stage <= n_stages)
    n++;
  return n;
}

/* Channels behind the first @n_stages stages. */
static guint
get_channels (const MsnetArchitecture *architecture, guint n_stages)
{
  guint n_blocks = msnet_architecture_count_blocks (architecture, n_stages);

  return msnet_block_get_outputs (&architecture->blocks[n_blocks - 1]);
}

static void
lay_out_motion (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec)
{
  for (guint i = 0; i < spec->motion.n_places; i++)
    msnet_motion_layers_init (
        &architecture->motion[i], &spec->motion, i, get_channels (architecture, spec->motion.after[i]));
}

static void
lay_out_classifier (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec)
{
  guint channels = get_channels (architecture, G_MAXUINT) * spec->grid * spec->grid
                   * msnet_head_count_features (spec->head);

  msnet_layer_set_names (&architecture->classifier, "new_fc", "", "");
  msnet_layer_set_sizes (&architecture->classifier, spec->classes, channels, 1, 1);
}

void
msnet_architecture_init (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec)
{
  *architecture = (MsnetArchitecture){ 0 };
  lay_out_backbone (architecture, spec);
  lay_out_motion (architecture, spec);
  lay_out_classifier (architecture, spec);
}

static void
list_block (GPtrArray *layers, MsnetBlock *block)
{
  for (guint i = 0; i < block->n_layers; i++)
    g_ptr_array_add (layers, &block->layers[i]);
  if (block->projection.outputs > 0)
    g_ptr_array_add (layers, &block->projection);
}

/* How far @layer, over a map of @size cells, moves the middle of what a cell sees, in cells of that map: its
 * kernel reaches as far before it as behind, unless the padding has one zero less before. */
static guint
get_drift (const MsnetLayer *layer, guint size)
{
  return layer->kernel / 2 - msnet_padding_get_before (layer->padding, layer->kernel, layer->stride, size);
}

gdouble
msnet_architecture_find_origin (
    const MsnetArchitecture *architecture, const MsnetNetworkSpec *spec, guint size)
{
  guint step = spec->backbone->stem_stride, middle = get_drift (&architecture->stem, size);

  for (guint i = 0; i < architecture->n_blocks; i++)
    for (guint j = 0; j < architecture->blocks[i].n_layers; j++) {
      const MsnetLayer *layer = &architecture->blocks[i].layers[j];

      middle += step * get_drift (layer, (size + step - 1) / step);
      step *= layer->stride;
    }
  return middle + 0.5;
}

GPtrArray *
msnet_architecture_list_layers (MsnetArchitecture *architecture)
{
  GPtrArray *layers = g_ptr_array_new ();

  g_ptr_array_add (layers, &architecture->stem);
  for (guint i = 0; i < architecture->n_blocks; i++)
    list_block (layers, &architecture->blocks[i]);
  for (guint i = 0; i < G_N_ELEMENTS (architecture->motion); i++)
    msnet_motion_layers_list (&architecture->motion[i], layers);
  g_ptr_array_add (layers, &architecture->classifier);
  return layers;
}

void
msnet_architecture_clear (MsnetArchitecture *architecture)
{
  g_autoptr (GPtrArray) layers = msnet_architecture_list_layers (architecture);

  for (guint i = 0; i < layers->len; i++)
    msnet_layer_clear (g_ptr_array_index (layers, i));
  g_clear_pointer (&architecture->blocks, g_free);
}
