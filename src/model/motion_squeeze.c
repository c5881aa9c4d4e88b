/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "motion_squeeze.h"

#include "ops/correlation.h"
#include "ops/normalize.h"

static const MsnetBorder no_border = { 0 };

/* Fewer channels, each cell a unit vector. */
static MsnetTensor *
append_reduction (MsnetBuilder *builder, const MsnetLayer *reduction, MsnetTensor *x, GError **error)
{
  MsnetTensor *features
      = msnet_builder_convolve (builder, reduction, x, NULL, MSNET_EPILOGUE_RELU, no_border, error);

  if (features == NULL || !msnet_normalize_append (builder->list, features, features, error))
    return NULL;
  msnet_builder_end_stage (builder, "reduction", x, features);
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
append_scores (MsnetBuilder *builder, const MsnetMotionSpec *motion, MsnetTensor *features, GError **error)
{
  MsnetShape shape = {
    .frames = msnet_direction_get_pairs (motion->direction, features->shape.frames),
    .height = features->shape.height,
    .width = features->shape.width,
    .channels = motion->patch * motion->patch,
  };
  MsnetTensor *scores = msnet_arena_acquire (builder->arena, &shape, error);

  if (scores == NULL)
    return NULL;
  MsnetCorrelationParams params = {
    .scores = scores,
    .features = features,
    .patch = motion->patch,
    .dilation = 1,
    .direction = motion->direction,
  };
  if (!append_correlation (builder, &params, error))
    return NULL;
  msnet_builder_end_stage (builder, "scores", features, scores);
  msnet_arena_release (builder->arena, features);
  return scores;
}

/* @x: for the number of frames */
static MsnetTensor *
append_displacement (MsnetBuilder *builder, const MsnetMotionLayers *layers, const MsnetMotionSpec *motion,
    const MsnetTensor *x, MsnetTensor *scores, GError **error)
{
  const MsnetLayer *first = &layers->depthwise[0];
  MsnetTensor *displacement
      = msnet_builder_acquire (builder, x, 1, first->outputs, msnet_border_for (first), error);

  if (displacement == NULL)
    return NULL;
  MsnetDisplacementParams params = {
    .displacement = displacement,
    .scores = scores,
    .patch = motion->patch,
    .direction = motion->direction,
    .sigma = motion->sigma,
    .temperature = motion->temperature,
  };
  if (!msnet_displacement_append (builder->list, &params, error))
    return NULL;
  msnet_builder_end_stage (builder, "displacement", scores, displacement);
  return displacement;
}

/* A depthwise-separable layer; the last one adds @x to what it makes, and stores it as @builder says. */
static MsnetTensor *
append_separable (MsnetBuilder *builder, const MsnetMotionLayers *layers, guint i, MsnetTensor *y,
    MsnetTensor *x, MsnetBorder border, GError **error)
{
  gboolean is_last = i + 1 == MSNET_N_TRANSFORMATIONS;
  MsnetBuilder exact = msnet_builder_get_exact (builder);
  MsnetBorder next = is_last ? border : msnet_border_for (&layers->depthwise[i + 1]);
  MsnetTensor *inner = msnet_builder_convolve_depthwise (&exact, &layers->depthwise[i], y, no_border, error);

  if (inner == NULL)
    return NULL;
  msnet_arena_release (builder->arena, y);
  y = msnet_builder_convolve (is_last ? builder : &exact, &layers->pointwise[i], inner, is_last ? x : NULL,
      is_last ? MSNET_EPILOGUE_RELU_ADD : MSNET_EPILOGUE_RELU, next, error);
  if (y != NULL)
    msnet_arena_release (builder->arena, inner);
  return y;
}

static MsnetTensor *
append_transformation (MsnetBuilder *builder, const MsnetMotionLayers *layers, MsnetTensor *displacement,
    MsnetTensor *x, MsnetBorder border, GError **error)
{
  MsnetTensor *y = displacement;

  for (guint i = 0; y != NULL && i < MSNET_N_TRANSFORMATIONS; i++)
    y = append_separable (builder, layers, i, y, x, border, error);
  if (y == NULL)
    return NULL;
  msnet_builder_end_stage (builder, "transformation", displacement, y);
  msnet_arena_release (builder->arena, x);
  return y;
}

MsnetTensor *
msnet_motion_squeeze_append (MsnetBuilder *builder, const MsnetMotionLayers *layers,
    const MsnetMotionSpec *motion, MsnetTensor *x, MsnetBorder border, MsnetTensor **scores, GError **error)
{
  MsnetBuilder exact = msnet_builder_get_exact (builder);
  MsnetTensor *y = append_reduction (&exact, &layers->reduction, x, error); /* [T, H, W, 64] */

  if (y != NULL)
    y = *scores = append_scores (&exact, motion, y, error); /* [pairs, H, W, P * P] */
  if (y != NULL)
    y = append_displacement (&exact, layers, motion, x, y, error); /* [T, H, W, 3] */
  if (y != NULL)
    y = append_transformation (builder, layers, y, x, border, error); /* [T, H, W, C] */
  return y;
}
