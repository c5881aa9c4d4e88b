/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Versions of the model file (docs/model-file.md).  What version 2 added to version 1 are *features*; a file
 * lists those that it uses, so that a reader that is too old can name what it lacks.  For spec.c. */
#pragma once

#include "safetensors.h"

G_BEGIN_DECLS

/* Whether `msnet.version` and `msnet.requires` ask for nothing that this version does not know.
 * MSNET_ERROR_UNSUPPORTED if they do, MSNET_ERROR_MODEL if they are wrong. */
gboolean msnet_features_check_known (MsnetSafetensors *file, GError **error);

/* Whether `msnet.requires` lists every feature that the other metadata use, which are JSON.  Otherwise
 * MSNET_ERROR_MODEL. */
gboolean msnet_features_check_listed (MsnetSafetensors *file, GError **error);

G_END_DECLS
