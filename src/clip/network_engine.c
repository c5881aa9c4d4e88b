/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network_engine.h"

#include "clip_engine.h"
#include "model/network.h"
#include "stream_engine.h"

MsnetEngine *
msnet_network_engine_new (
    MsnetModel *model, MsnetDevice *device, const MsnetEngineOptions *options, GError **error)
{
  return msnet_network_can_stream (msnet_model_get_network (model))
             ? msnet_stream_engine_new (model, device, options, error)
             : msnet_clip_engine_new (model, device, options, error);
}
