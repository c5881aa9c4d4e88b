/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "load.h"

#include "common/common.h"

#include <string.h>

MsnetSafetensors *
open_bytes (const guint8 *bytes, gsize length, GError **error)
{
  g_autofree gchar *path = model_file_write (bytes, length);
  MsnetSafetensors *file = msnet_safetensors_open (path, error);

  ck_assert ((file == NULL) == (*error != NULL));
  if (file == NULL)
    ck_assert_msg (strstr ((*error)->message, path) != NULL, "no path in: %s", (*error)->message);
  model_file_remove (path);
  return file;
}

MsnetSafetensors *
open_header (const gchar *header, gsize length, gsize data_size, GError **error)
{
  g_autoptr (GByteArray) bytes = model_file_pack_header (header, length, data_size);

  return open_bytes (bytes->data, bytes->len, error);
}

/* Returns: (transfer full) (nullable): the model that @file makes; errors name its path */
static MsnetModel *
load (ModelFile *file, GError **error)
{
  g_autoptr (GByteArray) bytes = model_file_pack (file);
  g_autofree gchar *path = model_file_write (bytes->data, bytes->len);
  MsnetModel *model = msnet_model_load (path, error);

  ck_assert ((model == NULL) == (*error != NULL));
  if (model == NULL)
    ck_assert_msg (strstr ((*error)->message, path) != NULL, "no path in: %s", (*error)->message);
  model_file_remove (path);
  return model;
}

MsnetModel *
load_good (ModelFile *file)
{
  g_autoptr (GError) error = NULL;
  MsnetModel *model = load (file, &error);

  ck_assert_msg (model != NULL, "%s", error != NULL ? error->message : "");
  return model;
}

void
expect_refusal (ModelFile *file, gint code, const gchar *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MsnetModel) model = load (file, &error);

  ck_assert_msg (model == NULL, "accepted, expected: %s", message);
  test_expect_error (error, code, message);
}
