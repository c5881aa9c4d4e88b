/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "efficientnet_lite.h"

#include "inverted_residual.h"

#include <math.h>

/* TensorFlow's, of all batch norms but MotionSqueeze's. */
static const gdouble norm_epsilon = 1e-3;

/* By how much the channels and the numbers of blocks of Lite0 are multiplied. */
static const struct
{
  gdouble width;
  gdouble depth;
} scales[MSNET_N_EFFICIENTNET_LITE]
    = { { 1.0, 1.0 }, { 1.0, 1.1 }, { 1.1, 1.2 }, { 1.2, 1.4 }, { 1.4, 1.8 } };

/* Neither stem nor last layer get wider. */
static const guint stem_channels = 32, last_channels = 1280;
static const MsnetInvertedGroup groups[MSNET_N_INVERTED_GROUPS] = {
  { 1, 16, 1, 1, 3 },
  { 6, 24, 2, 2, 3 },
  { 6, 40, 2, 2, 5 },
  { 6, 80, 3, 2, 3 },
  { 6, 112, 3, 1, 5 },
  { 6, 192, 4, 2, 5 },
  { 6, 320, 1, 1, 3 },
};

static gboolean
lite_parse (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error)
{
  return TRUE;
}

static gchar *
lite_describe (const MsnetNetworkSpec *spec)
{
  return g_strdup (spec->backbone->name);
}

/* The first and the last group keep their number of blocks. */
static void
scale_groups (MsnetInvertedGroup *scaled, gdouble width, gdouble depth)
{
  for (guint i = 0; i < MSNET_N_INVERTED_GROUPS; i++) {
    scaled[i] = groups[i];
    scaled[i].channels = msnet_inverted_round_channels (groups[i].channels * width);
    if (i > 0 && i + 1 < MSNET_N_INVERTED_GROUPS)
      scaled[i].n_blocks = (guint)ceil (groups[i].n_blocks * depth);
  }
}

static void
set_name (MsnetLayer *layer, const gchar *prefix, const gchar *name, const gchar *norm)
{
  msnet_layer_set_names (layer, prefix, name, norm);
  layer->norm_epsilon = norm_epsilon;
  layer->padding = MSNET_PADDING_SAME;
}

static void
set_names (MsnetBlock *block, guint index)
{
  static const gchar *const names[][2]
      = { { "_expand_conv", "_bn0" }, { "_depthwise_conv", "_bn1" }, { "_project_conv", "_bn2" } };
  g_autofree gchar *prefix = g_strdup_printf ("_blocks.%u.", index);
  const guint first = G_N_ELEMENTS (names) - block->n_layers;

  for (guint i = 0; i < block->n_layers; i++)
    set_name (&block->layers[i], prefix, names[first + i][0], names[first + i][1]);
}

static void
lite_lay_out (const MsnetNetworkSpec *spec, MsnetLayer *stem, GArray *blocks)
{
  const gsize variant = spec->backbone - msnet_efficientnet_lite;
  MsnetInvertedGroup scaled[MSNET_N_INVERTED_GROUPS];

  scale_groups (scaled, scales[variant].width, scales[variant].depth);
  msnet_inverted_lay_out (spec, scaled, stem_channels, last_channels, stem, blocks);
  set_name (stem, "", "_conv_stem", "_bn0");
  for (guint i = 0; i + 1 < blocks->len; i++)
    set_names (&g_array_index (blocks, MsnetBlock, i), i);
  set_name (&g_array_index (blocks, MsnetBlock, blocks->len - 1).layers[0], "", "_conv_head", "_bn1");
}

#define LITE(n)                                                                                              \
  {                                                                                                          \
    .name = "efficientnet-lite" #n, .keys = (const gchar *const[]){ NULL }, .stages = msnet_inverted_stages, \
    .strides = msnet_inverted_strides, .stem_stride = MSNET_INVERTED_STEM_STRIDE, .parse = lite_parse,       \
    .describe = lite_describe, .lay_out = lite_lay_out, .append_stem = msnet_inverted_append_stem,           \
    .append_block = msnet_inverted_append_block,                                                             \
  }

const MsnetBackbone msnet_efficientnet_lite[MSNET_N_EFFICIENTNET_LITE]
    = { LITE (0), LITE (1), LITE (2), LITE (3), LITE (4) };
