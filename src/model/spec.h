/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the `msnet.*` metadata of a model file says, checked.  For model.c. */
#pragma once

#include "model.h"
#include "safetensors.h"

G_BEGIN_DECLS

/**
 * MsnetModelSpec:
 * @frames: T
 * @window, @hop: ns; hop 0: one sample interval
 * @at_centre: whether points lie at the centres of the T parts of a window, instead of at their starts
 * @actions: what the element proposes
 * @labels: @network.classes of them, NULL-terminated
 * @background: a flag for each class
 */
typedef struct
{
  MsnetNetworkSpec network;
  MsnetPrepareParams input;
  guint frames;
  guint64 window;
  guint64 hop;
  gboolean at_centre;
  MsnetActionProposal actions;
  gchar **labels;
  gboolean *background;
} MsnetModelSpec;

/* @spec: zeroed.  MSNET_ERROR_MODEL if the metadata is wrong, MSNET_ERROR_UNSUPPORTED if this version
 *     cannot do what it asks for.  Clear @spec in either case. */
gboolean msnet_model_spec_parse (MsnetModelSpec *spec, MsnetSafetensors *file, GError **error);
void msnet_model_spec_clear (MsnetModelSpec *spec);

G_END_DECLS
