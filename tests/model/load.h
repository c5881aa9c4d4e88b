/* Model files of tests, loaded: what becomes of them. */
#pragma once

#include "model/model.h"
#include "model_file.h"

G_BEGIN_DECLS

/* Returns: (transfer full): the model that @file makes */
MsnetModel *load_good (ModelFile *file);

/* Fails unless @file is refused with an error of @code that names the file and says @message. */
void expect_refusal (ModelFile *file, gint code, const gchar *message);

G_END_DECLS
