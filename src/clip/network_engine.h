/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine of a model on a device.  The network decides how it runs (DESIGN.md, Two ways to run):
 * stream_engine.h if no frame depends on a later one, otherwise clip_engine.h. */
#pragma once

#include "engine.h"
#include "model/model.h"

G_BEGIN_DECLS

/* Builds the network of @model on @device, which the engine keeps.
 *
 * Returns: (transfer full): NULL with MSNET_ERROR_DEVICE, MSNET_ERROR_BUILD or MSNET_ERROR_UNSUPPORTED */
MsnetEngine *msnet_network_engine_new (
    MsnetModel *model, MsnetDevice *device, const MsnetEngineOptions *options, GError **error);

G_END_DECLS
