/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `msnet-plan --tune`: finds the fastest kernels for a model on this machine. */
#pragma once

#include "model/network.h"

G_BEGIN_DECLS

/* Tunes all forms in which @model is run, prints what it found and keeps it in the cache folder.
 * @clip: frames of a clip, and the precision of all forms
 * @seconds: how long it may take
 *
 * Returns: FALSE with MSNET_ERROR_UNSUPPORTED where elements would run in another precision */
gboolean plan_tune (
    MsnetModel *model, MsnetDevice *device, const MsnetNetworkOptions *clip, guint seconds, GError **error);

G_END_DECLS
