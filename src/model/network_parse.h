/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads `msnet.network` of a model file.  For spec.c. */
#pragma once

#include "json.h"
#include "network_spec.h"

G_BEGIN_DECLS

/* @spec: zeroed.  MSNET_ERROR_MODEL, or MSNET_ERROR_UNSUPPORTED */
gboolean msnet_network_spec_parse (MsnetNetworkSpec *spec, const MsnetJsonObject *json, GError **error);

G_END_DECLS
