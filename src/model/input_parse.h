/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads `msnet.input` of a model file.  For spec.c. */
#pragma once

#include "json.h"
#include "ops/prepare/prepare.h"

G_BEGIN_DECLS

/* @input: zeroed; @frames: (out): T.  MSNET_ERROR_MODEL if something is wrong */
gboolean msnet_input_parse (
    MsnetPrepareParams *input, guint *frames, const MsnetJsonObject *json, GError **error);

G_END_DECLS
