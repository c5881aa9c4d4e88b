/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether kernels compute rightly.  For tuner.c. */
#pragma once

#include "tuner.h"

G_BEGIN_DECLS

/* Fills in @rules and @candidates of @layer, of its operation's kernels those that may be used, whose error
 * against the plain one is within their bound, and that are not far slower than the fastest.  With bfloat16
 * the error against float counts: it is at most twice that of the plain one.
 *
 * Returns: FALSE with an error where the layer cannot be computed at all */
gboolean msnet_tuner_check_layer (MsnetDevice *device, MsnetTunedLayer *layer, GError **error);

G_END_DECLS
