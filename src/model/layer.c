/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layer.h"

/* PyTorch's; the official networks never change it. */
static const gdouble norm_epsilon = 1e-5;

void
msnet_layer_set_names (MsnetLayer *layer, const gchar *prefix, const gchar *conv, const gchar *norm)
{
  g_snprintf (layer->name, sizeof layer->name, "%s%s", prefix, conv);
  g_snprintf (layer->norm, sizeof layer->norm, "%s%s", prefix, norm);
  layer->norm_epsilon = norm_epsilon;
}

void
msnet_layer_set_sizes (MsnetLayer *layer, guint outputs, guint inputs, guint kernel, guint stride)
{
  layer->outputs = outputs;
  layer->inputs = inputs;
  layer->kernel = kernel;
  layer->stride = stride;
}

void
msnet_layer_clear (MsnetLayer *layer)
{
  g_clear_pointer (&layer->weights, g_free);
  g_clear_pointer (&layer->bias, g_free);
}
