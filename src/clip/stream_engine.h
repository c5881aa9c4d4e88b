/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine of a network in which no frame depends on a later one.  Each frame is computed once, as it
 * comes, with what is kept of the frames before it; the answer for a window is the mean of its points'
 * logits. */
#pragma once

#include "engine.h"
#include "model/model.h"

G_BEGIN_DECLS

/* As msnet_network_engine_new(); msnet_network_can_stream() says for which networks. */
MsnetEngine *msnet_stream_engine_new (
    MsnetModel *model, MsnetDevice *device, const MsnetEngineOptions *options, GError **error);

G_END_DECLS
