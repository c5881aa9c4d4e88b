/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "motion_layers.h"

/* MSNET.md 3.1 and 3.8: the same at any width; the last one widens to the channels of its input. */
static const guint reduced_channels = 64;
static const guint transformation_kernels[MSNET_N_TRANSFORMATIONS] = { 7, 3, 3, 3 };
static const guint transformation_channels[MSNET_N_TRANSFORMATIONS - 1] = { 16, 32, 64 };

void
msnet_motion_layers_init (MsnetMotionLayers *layers, guint channels, const MsnetMotionSpec *motion)
{
  guint inputs = motion->confidence ? 3 : 2;

  msnet_layer_set_names (&layers->reduction, "chnl_reduction.", "0", "1");
  msnet_layer_set_sizes (&layers->reduction, reduced_channels, channels, 1, 1);
  for (guint i = 0; i < MSNET_N_TRANSFORMATIONS; i++) {
    g_autofree gchar *prefix = g_strdup_printf ("flow_refinement.conv%u.", i + 1);
    guint outputs = i < G_N_ELEMENTS (transformation_channels) ? transformation_channels[i] : channels;
    msnet_layer_set_names (&layers->depthwise[i], prefix, "0", "1");
    msnet_layer_set_sizes (&layers->depthwise[i], inputs, 1, transformation_kernels[i], 1);
    msnet_layer_set_names (&layers->pointwise[i], prefix, "3", "4");
    msnet_layer_set_sizes (&layers->pointwise[i], outputs, inputs, 1, 1);
    inputs = outputs;
  }
}

void
msnet_motion_layers_list (MsnetMotionLayers *layers, GPtrArray *list)
{
  if (layers->reduction.outputs == 0)
    return;
  g_ptr_array_add (list, &layers->reduction);
  for (guint i = 0; i < MSNET_N_TRANSFORMATIONS; i++) {
    g_ptr_array_add (list, &layers->depthwise[i]);
    g_ptr_array_add (list, &layers->pointwise[i]);
  }
}
