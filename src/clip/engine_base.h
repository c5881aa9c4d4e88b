/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What both engines of a network share.  For clip_engine.c and stream_engine.c. */
#pragma once

#include "engine.h"
#include "model/activation_reader.h"
#include "model/network.h"

G_BEGIN_DECLS

/**
 * MsnetEngineBase: the first member of an engine's structure.
 * @network: has the motion field and gives logits
 * @reader: of the activation map; NULL: it was not asked for
 * @pooled: [N][grid * grid * C]: the means of the feature maps that @reader reads; NULL: the classifier
 *     reads no change
 * @points: of the last window: frames of these feature maps
 */
typedef struct
{
  MsnetEngine engine;
  MsnetModel *model;
  MsnetNetwork *network;
  MsnetPrepare *prepare;
  MsnetActivationReader *reader;
  gfloat *pooled;
  MsnetActivationPoint *points;
} MsnetEngineBase;

/* Fills in what does not depend on how the network runs.  Allocates nothing on the device. */
void msnet_engine_base_init (MsnetEngineBase *base, MsnetModel *model, guint n_slots);

/* Builds @network with @options, and the preparation of frames. */
gboolean msnet_engine_base_build (
    MsnetEngineBase *base, MsnetDevice *device, const MsnetNetworkOptions *options, GError **error);
void msnet_engine_base_clear (MsnetEngineBase *base);

/* The activation map is asked for.  @features: [N, H, W, C], the feature maps of the windows' frames */
gboolean msnet_engine_base_build_activation (
    MsnetEngineBase *base, MsnetDevice *device, MsnetTensor *features, GError **error);

/* MsnetEngine.read_activation(), of @pooled and @points. */
gboolean msnet_engine_base_read_activation (
    MsnetEngine *self, guint class_index, gfloat *map, gdouble *bias, GError **error);

/* The field between @frame of @network's last run and its neighbour, from the older one to the newer. */
gboolean msnet_engine_base_read_field (MsnetEngineBase *base, guint frame, gfloat *field, GError **error);

/* @probabilities: one for each class: softmax of @logits, or the sigmoid of each, as the network says.  FALSE
 *     with MSNET_ERROR_DEVICE if one is not a number. */
gboolean msnet_engine_base_get_probabilities (
    const MsnetEngineBase *base, const gfloat *logits, gfloat *probabilities, GError **error);

G_END_DECLS
