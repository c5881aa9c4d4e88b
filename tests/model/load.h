/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opens and loads the model files of tests. */
#pragma once

#include "model/model.h"
#include "model/safetensors.h"
#include "model_file.h"

G_BEGIN_DECLS

/* Returns: (transfer full) (nullable): the file that these bytes make; an error names it */
MsnetSafetensors *open_bytes (const guint8 *bytes, gsize length, GError **error);

/* The same of a header and @data_size zeros. */
MsnetSafetensors *open_header (const gchar *header, gsize length, gsize data_size, GError **error);

/* Returns: (transfer full): the model that @file makes */
MsnetModel *load_good (ModelFile *file);

/* Fails unless @file is refused with an error of @code that names the file and says @message. */
void expect_refusal (ModelFile *file, gint code, const gchar *message);

G_END_DECLS
