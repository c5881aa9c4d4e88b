/* `msnet-plan --tune`: finds the fastest kernels for a model on this machine. */
#pragma once

#include "model/network.h"

G_BEGIN_DECLS

/* Tunes all forms in which @model is run, prints what it found and keeps it in the cache folder.
 * @frames: of a clip
 * @seconds: how long it may take */
gboolean plan_tune (MsnetModel *model, MsnetDevice *device, guint frames, guint seconds, GError **error);

G_END_DECLS
