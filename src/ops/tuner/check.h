/* Whether candidates compute rightly.  For tuner.c. */
#pragma once

#include "tuner.h"

G_BEGIN_DECLS

/* Fills in @rules and @candidates of @layer, of @candidates those that may be used, whose error against the last is
 * within their bound, and that are not far slower than the fastest.  With bfloat16 the error against float counts: it is
 * at most twice that of the last.
 *
 * Returns: FALSE with an error where the layer cannot be computed at all */
gboolean msnet_tuner_check_layer (
    MsnetDevice *device, const MsnetOperation *operation, MsnetTunedLayer *layer, GError **error);

G_END_DECLS
