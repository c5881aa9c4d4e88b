/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "motion_squeeze.h"

#include "motion_fusion.h"
#include "ops/correlation.h"
#include "ops/normalize.h"

/* A module, and where it stands. */
typedef struct
{
  MsnetBuilder *builder;
  const MsnetMotionSpec *motion;
  const MsnetMotionLayers *layers;
  guint place; /* 0: there is no other */
} Module;

static const MsnetBorder no_border = { 0 };

static void
end_stage (const Module *module, const gchar *name, MsnetTensor *input, MsnetTensor *output)
{
  g_autofree gchar *numbered
      = module->place > 0 ? g_strdup_printf ("%s_%u", name, module->place) : g_strdup (name);

  msnet_builder_end_stage (module->builder, g_intern_string (numbered), input, output);
}

/* Fewer channels, each cell a unit vector. */
static MsnetTensor *
append_reduction (const Module *module, MsnetTensor *x, GError **error)
{
  MsnetBuilder exact = msnet_builder_get_exact (module->builder);
  MsnetTensor *features = msnet_builder_convolve (
      &exact, &module->layers->reduction, x, NULL, MSNET_EPILOGUE_RELU, no_border, error);

  if (features == NULL || !msnet_normalize_append (exact.list, features, features, error))
    return NULL;
  end_stage (module, "reduction", x, features);
  return features;
}

/* A stream's first frame is compared with itself. */
static gboolean
append_correlation (MsnetBuilder *builder, MsnetCorrelationParams *params, GError **error)
{
  MsnetTensor *features = params->features;

  if (builder->state == NULL)
    return msnet_correlation_append (builder->list, params, error);
  params->searched = msnet_stream_state_add (builder->state, features, features->shape.channels, error);
  return params->searched != NULL
         && msnet_stream_state_append_first (builder->state, builder->list, params->searched, features, error)
         && msnet_correlation_append (builder->list, params, error)
         && msnet_stream_state_append_update (builder->list, params->searched, features, error);
}

static MsnetTensor *
append_scores (const Module *module, MsnetTensor *features, GError **error)
{
  MsnetBuilder *builder = module->builder;
  const MsnetMotionSpec *motion = module->motion;
  MsnetShape shape = {
    .frames = msnet_direction_get_pairs (motion->direction, features->shape.frames),
    .height = features->shape.height,
    .width = features->shape.width,
    .channels = motion->patch * motion->patch,
  };
  MsnetTensor *scores = msnet_arena_acquire (builder->arena, &shape, error);
  MsnetCorrelationParams params = {
    .scores = scores,
    .features = features,
    .patch = motion->patch,
    .dilation = motion->dilation,
    .direction = motion->direction,
  };

  if (scores == NULL || !append_correlation (builder, &params, error))
    return NULL;
  end_stage (module, "scores", features, scores);
  msnet_arena_release (builder->arena, features);
  return scores;
}

/* @x: for the number of frames */
static MsnetTensor *
append_displacement (const Module *module, const MsnetTensor *x, MsnetTensor *scores, GError **error)
{
  MsnetBuilder exact = msnet_builder_get_exact (module->builder);
  const MsnetLayer *first = &module->layers->depthwise[0];
  MsnetTensor *displacement
      = msnet_builder_acquire (&exact, x, 1, first->outputs, msnet_border_for (first), error);
  const MsnetDisplacementParams params
      = msnet_motion_describe_displacement (module->motion, module->motion->direction, displacement, scores);

  if (displacement == NULL || !msnet_displacement_append (exact.list, &params, error))
    return NULL;
  end_stage (module, "displacement", scores, displacement);
  return displacement;
}

/* A depthwise-separable layer; the last one becomes what goes on, with @x. */
static MsnetTensor *
append_separable (
    const Module *module, guint i, MsnetTensor *y, MsnetTensor *x, MsnetBorder border, GError **error)
{
  const MsnetMotionLayers *layers = module->layers;
  MsnetBuilder exact = msnet_builder_get_exact (module->builder);
  gboolean is_last = i + 1 == MSNET_N_TRANSFORMATIONS;
  MsnetTensor *inner = msnet_builder_convolve_depthwise (
      &exact, &layers->depthwise[i], y, MSNET_EPILOGUE_RELU, no_border, error);

  if (inner == NULL)
    return NULL;
  msnet_arena_release (exact.arena, y);
  y = is_last ? msnet_motion_fusion_append (
          module->builder, module->motion->fusion, layers, inner, x, border, error)
              : msnet_builder_convolve (&exact, &layers->pointwise[i], inner, NULL, MSNET_EPILOGUE_RELU,
                  msnet_border_for (&layers->depthwise[i + 1]), error);
  if (y != NULL)
    msnet_arena_release (exact.arena, inner);
  return y;
}

static MsnetTensor *
append_transformation (
    const Module *module, MsnetTensor *displacement, MsnetTensor *x, MsnetBorder border, GError **error)
{
  MsnetTensor *y = displacement;

  for (guint i = 0; y != NULL && i < MSNET_N_TRANSFORMATIONS; i++)
    y = append_separable (module, i, y, x, border, error);
  if (y == NULL)
    return NULL;
  end_stage (module, "transformation", displacement, y);
  msnet_arena_release (module->builder->arena, x);
  return y;
}

MsnetTensor *
msnet_motion_squeeze_append (MsnetBuilder *builder, const MsnetMotionSpec *motion, guint index,
    const MsnetMotionLayers *layers, MsnetTensor *x, MsnetBorder border, MsnetTensor **scores, GError **error)
{
  const Module module = { builder, motion, layers, motion->n_places > 1 ? motion->after[index] : 0 };
  MsnetTensor *features = append_reduction (&module, x, error); /* [T, H, W, 64] */
  MsnetTensor *found
      = features != NULL ? append_scores (&module, features, error) : NULL; /* [pairs, H, W, P * P] */
  MsnetTensor *displacement
      = found != NULL ? append_displacement (&module, x, found, error) : NULL; /* [T, H, W, 2 to 6] */

  if (displacement == NULL)
    return NULL;
  if (scores != NULL)
    *scores = found;
  else
    msnet_arena_release (builder->arena, found);
  return append_transformation (&module, displacement, x, border, error); /* [T, H, W, C] */
}
