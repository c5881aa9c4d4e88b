/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the tensors of a model file to the weights of a network's layers.  For model.c. */
#pragma once

#include "architecture.h"
#include "safetensors.h"

G_BEGIN_DECLS

/**
 * msnet_weights_load:
 * @architecture: laid out, without weights
 * @spec: what @architecture was laid out from, for messages
 * @unused: (out) (transfer full) (nullable): names of the tensors that no layer uses, joined by ", "
 *
 * Prefixes of wrappers in names are ignored (checkpoint.h). Batch norm is folded into weights and bias
 * (batch_norm.h).
 *
 * Returns: FALSE with MSNET_ERROR_MODEL if a tensor is missing, has another shape, or has values that make
 *     no network
 */
gboolean msnet_weights_load (MsnetArchitecture *architecture, const MsnetNetworkSpec *spec,
    MsnetSafetensors *file, gchar **unused, GError **error);

G_END_DECLS
