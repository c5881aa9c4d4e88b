/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mobilenet_v2.h"

#include "inverted_residual.h"

/* Channels at multiplier 1. */
static const guint stem_channels = 32, last_channels = 1280;
static const MsnetInvertedGroup groups[MSNET_N_INVERTED_GROUPS] = {
  { 1, 16, 1, 1, 3 },
  { 6, 24, 2, 2, 3 },
  { 6, 32, 3, 2, 3 },
  { 6, 64, 4, 2, 3 },
  { 6, 96, 3, 1, 3 },
  { 6, 160, 3, 2, 3 },
  { 6, 320, 1, 1, 3 },
};

static gboolean
mobilenet_parse (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  spec->multiplier = 1;
  return !json_object_has_member (json->object, "multiplier")
         || msnet_json_get_number (json, "multiplier", 0.1, 4, &spec->multiplier, error);
}

static gchar *
mobilenet_describe (const MsnetNetworkSpec *spec)
{
  return g_strdup_printf ("mobilenet-v2, multiplier %g", spec->multiplier);
}

/* @index: in `features`.  The layers of a block are numbered; a batch norm follows the last one, the others
 * have theirs, and their ReLU6, beside them. */
static void
set_names (MsnetBlock *block, guint index)
{
  g_autofree gchar *prefix = g_strdup_printf ("features.%u.conv.", index);
  const guint last = block->n_layers - 1;
  gchar name[8], norm[8];

  for (guint i = 0; i < last; i++) {
    g_snprintf (name, sizeof name, "%u.0", i);
    g_snprintf (norm, sizeof norm, "%u.1", i);
    msnet_layer_set_names (&block->layers[i], prefix, name, norm);
  }
  g_snprintf (name, sizeof name, "%u", last);
  g_snprintf (norm, sizeof norm, "%u", last + 1);
  msnet_layer_set_names (&block->layers[last], prefix, name, norm);
}

static void
set_all_names (MsnetLayer *stem, GArray *blocks)
{
  g_autofree gchar *prefix = g_strdup_printf ("features.%u.", blocks->len);
  MsnetBlock *last = &g_array_index (blocks, MsnetBlock, blocks->len - 1);

  msnet_layer_set_names (stem, "features.0.", "0", "1");
  for (guint i = 0; i + 1 < blocks->len; i++)
    set_names (&g_array_index (blocks, MsnetBlock, i), i + 1);
  msnet_layer_set_names (&last->layers[0], prefix, "0", "1");
}

static void
mobilenet_lay_out (const MsnetNetworkSpec *spec, MsnetLayer *stem, GArray *blocks)
{
  const gdouble multiplier = spec->multiplier;
  MsnetInvertedGroup scaled[MSNET_N_INVERTED_GROUPS];

  for (guint i = 0; i < MSNET_N_INVERTED_GROUPS; i++) {
    scaled[i] = groups[i];
    scaled[i].channels = msnet_inverted_round_channels (groups[i].channels * multiplier);
  }
  msnet_inverted_lay_out (spec, scaled, msnet_inverted_round_channels (stem_channels * multiplier),
      msnet_inverted_round_channels (last_channels * MAX (1, multiplier)), stem, blocks);
  set_all_names (stem, blocks);
}

const MsnetBackbone msnet_mobilenet_v2 = {
  .name = "mobilenet-v2",
  .keys = (const gchar *const[]){ "multiplier", NULL },
  .stages = msnet_inverted_stages,
  .strides = msnet_inverted_strides,
  .stem_stride = MSNET_INVERTED_STEM_STRIDE,
  .parse = mobilenet_parse,
  .describe = mobilenet_describe,
  .lay_out = mobilenet_lay_out,
  .append_stem = msnet_inverted_append_stem,
  .append_block = msnet_inverted_append_block,
};
