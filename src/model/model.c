/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model.h"

#include "base/error.h"
#include "safetensors.h"
#include "share.h"
#include "spec.h"
#include "weights.h"

#include <string.h>

#define ENDING ".safetensors"

struct _MsnetModel
{
  gint references; /* atomic */
  gchar *path;
  gchar *name;
  MsnetModelSpec spec;
  const MsnetArchitecture *architecture; /* shared */
  gchar *unused;
};

/* As text: results tell it, and a file's name may be any bytes. */
static gchar *
name_of (const gchar *path)
{
  g_autofree gchar *base = g_filename_display_basename (path);

  return g_str_has_suffix (base, ENDING) ? g_strndup (base, strlen (base) - strlen (ENDING))
                                         : g_steal_pointer (&base);
}

static gboolean
load_weights (MsnetModel *model, MsnetSafetensors *file, GError **error)
{
  MsnetArchitecture architecture;
  gboolean loaded;

  msnet_architecture_init (&architecture, &model->spec.network);
  loaded = msnet_weights_load (&architecture, &model->spec.network, file, &model->unused, error);
  if (loaded)
    model->architecture = msnet_architecture_share (&architecture);
  else
    msnet_architecture_clear (&architecture);
  return loaded;
}

MsnetModel *
msnet_model_load (const gchar *path, GError **error)
{
  g_autoptr (MsnetSafetensors) file = msnet_safetensors_open (path, error);

  if (file == NULL)
    return NULL;
  g_autoptr (MsnetModel) model = g_new0 (MsnetModel, 1);
  model->references = 1;
  model->path = g_strdup (msnet_safetensors_get_path (file));
  model->name = name_of (path);
  if (!msnet_model_spec_parse (&model->spec, file, error))
    return NULL;
  if (!load_weights (model, file, error))
    return NULL;
  return g_steal_pointer (&model);
}

MsnetModel *
msnet_model_ref (MsnetModel *model)
{
  g_atomic_int_inc (&model->references);
  return model;
}

void
msnet_model_unref (MsnetModel *model)
{
  if (model == NULL || !g_atomic_int_dec_and_test (&model->references))
    return;
  msnet_architecture_release (model->architecture);
  msnet_model_spec_clear (&model->spec);
  g_free (model->unused);
  g_free (model->name);
  g_free (model->path);
  g_free (model);
}

static gchar *
find_path (const gchar *path, GError **error)
{
  g_autofree gchar *shown = g_filename_display_name (path);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_strdup (path);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_FILE,
      "model %s: expected a file of that name, found none; name another path, or a bare name such as motion",
      shown);
  return NULL;
}

/* Returns: (transfer full): the folders to look in, in order */
static GStrv
list_folders (const gchar *data_folder)
{
  const gchar *listed = g_getenv ("MSNET_MODEL_PATH");
  g_auto (GStrv) parts = g_strsplit (listed != NULL ? listed : "", G_SEARCHPATH_SEPARATOR_S, -1);
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != 0)
      g_strv_builder_add (folders, parts[i]);
  if (data_folder != NULL)
    g_strv_builder_add (folders, data_folder);
  return g_strv_builder_end (folders);
}

gchar *
msnet_model_find (const gchar *name, const gchar *data_folder, GError **error)
{
  g_return_val_if_fail (name != NULL, NULL);

  if (strchr (name, '/') != NULL || g_str_has_suffix (name, ENDING))
    return find_path (name, error);
  g_auto (GStrv) folders = list_folders (data_folder);
  g_autofree gchar *file_name = g_strconcat (name, ENDING, NULL);
  for (guint i = 0; folders[i] != NULL; i++) {
    g_autofree gchar *path = g_build_filename (folders[i], file_name, NULL);
    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }
  g_autofree gchar *joined = g_strjoinv (", ", folders);
  g_autofree gchar *list = g_filename_display_name (joined);
  g_autofree gchar *shown_name = g_filename_display_name (name);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_FILE,
      "model %s: expected %s" ENDING " in one of the folders %s, found none; name a path, or set "
      "MSNET_MODEL_PATH to the folder of your models",
      shown_name, shown_name, list[0] != 0 ? list : "(none)");
  return NULL;
}

const gchar *
msnet_model_get_path (MsnetModel *model)
{
  return model->path;
}

const gchar *
msnet_model_get_name (MsnetModel *model)
{
  return model->name;
}

const MsnetNetworkSpec *
msnet_model_get_network (MsnetModel *model)
{
  return &model->spec.network;
}

const MsnetArchitecture *
msnet_model_get_architecture (MsnetModel *model)
{
  return model->architecture;
}

const MsnetPrepareParams *
msnet_model_get_input (MsnetModel *model)
{
  return &model->spec.input;
}

guint
msnet_model_get_frames (MsnetModel *model)
{
  return model->spec.frames;
}

guint64
msnet_model_get_window (MsnetModel *model)
{
  return model->spec.window;
}

guint64
msnet_model_get_hop (MsnetModel *model)
{
  return model->spec.hop;
}

gboolean
msnet_model_is_at_centre (MsnetModel *model)
{
  return model->spec.at_centre;
}

const MsnetActionProposal *
msnet_model_get_actions (MsnetModel *model)
{
  return &model->spec.actions;
}

const gchar *const *
msnet_model_get_labels (MsnetModel *model)
{
  return (const gchar *const *)model->spec.labels;
}

gboolean
msnet_model_is_background (MsnetModel *model, guint class_index)
{
  g_return_val_if_fail (class_index < model->spec.network.classes, FALSE);
  return model->spec.background[class_index];
}

const gchar *
msnet_model_get_unused (MsnetModel *model)
{
  return model->unused;
}
