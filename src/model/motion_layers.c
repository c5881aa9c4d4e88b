/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "motion_layers.h"

#include <math.h>

/* MSNET.md 3.1 and 3.8: the same at any width; the last one widens to the channels of its input. */
static const guint reduced_channels = 64;
static const guint transformation_kernels[MSNET_N_TRANSFORMATIONS] = { 7, 3, 3, 3 };
static const guint transformation_channels[MSNET_N_TRANSFORMATIONS - 1] = { 16, 32, 64 };

/* Channels of the displacement: x, y and perhaps the confidence, once or twice. */
static guint
count_displacements (const MsnetMotionSpec *motion)
{
  return (motion->confidence ? 3 : 2) * (motion->direction == MSNET_DIRECTION_BOTH ? 2 : 1);
}

/* @suffix: of the module's names */
static void
lay_out_transformation (
    MsnetMotionLayers *layers, const MsnetMotionSpec *motion, const gchar *suffix, guint channels)
{
  guint inputs = count_displacements (motion);

  for (guint i = 0; i < MSNET_N_TRANSFORMATIONS; i++) {
    g_autofree gchar *prefix = g_strdup_printf ("flow_refinement%s.conv%u.", suffix, i + 1);
    guint outputs = i < G_N_ELEMENTS (transformation_channels) ? transformation_channels[i] : channels;
    msnet_layer_set_names (&layers->depthwise[i], prefix, "0", "1");
    msnet_layer_set_sizes (&layers->depthwise[i], inputs, 1, transformation_kernels[i], 1);
    msnet_layer_set_names (&layers->pointwise[i], prefix, "3", "4");
    msnet_layer_set_sizes (&layers->pointwise[i], outputs, inputs, 1, 1);
    inputs = outputs;
  }
}

void
msnet_motion_layers_init (
    MsnetMotionLayers *layers, const MsnetMotionSpec *motion, guint index, guint channels)
{
  g_autofree gchar *suffix
      = motion->n_places > 1 ? g_strdup_printf ("_%u", motion->after[index]) : g_strdup ("");
  g_autofree gchar *reduction = g_strdup_printf ("chnl_reduction%s.", suffix);
  g_autofree gchar *fusion = g_strdup_printf ("flow_fusion%s.", suffix);

  msnet_layer_set_names (&layers->reduction, reduction, "0", "1");
  msnet_layer_set_sizes (&layers->reduction, reduced_channels, channels, 1, 1);
  lay_out_transformation (layers, motion, suffix, channels);
  if (motion->fusion != MSNET_FUSION_CONCAT)
    return;
  msnet_layer_set_names (&layers->fusion, fusion, "0", "1");
  msnet_layer_set_sizes (&layers->fusion, channels, 2 * channels, 1, 1);
}

MsnetDisplacementParams
msnet_motion_describe_displacement (
    const MsnetMotionSpec *motion, MsnetDirection direction, MsnetTensor *displacement, MsnetTensor *scores)
{
  return (MsnetDisplacementParams){
    .displacement = displacement,
    .scores = scores,
    .patch = motion->patch,
    .direction = direction,
    .sigma = motion->softargmax == MSNET_SOFT_ARGMAX_PLAIN ? INFINITY : motion->sigma,
    .temperature = motion->temperature,
  };
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
  if (layers->fusion.outputs > 0)
    g_ptr_array_add (list, &layers->fusion);
}
