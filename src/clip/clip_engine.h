/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine of a network that looks ahead: it sees the T frames of each window at once.  Whatever comes
 * before the first layer that sees other frames is computed once a frame, however many windows hold the
 * frame. */
#pragma once

#include "engine.h"
#include "model/model.h"

G_BEGIN_DECLS

/* As msnet_network_engine_new(); any network will do. */
MsnetEngine *msnet_clip_engine_new (
    MsnetModel *model, MsnetDevice *device, const MsnetEngineOptions *options, GError **error);

G_END_DECLS
