/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model: what a model file says (docs/model-file.md), and its weights, in host memory.  Immutable once
 * loaded; reference counted, any thread.  Models with the same layers and weights, from one file or
 * several, share one copy of them, which is freed with the last model.  Everything else is each model's
 * own. */
#pragma once

#include "architecture.h"
#include "ops/prepare/prepare.h"

G_BEGIN_DECLS

typedef struct _MsnetModel MsnetModel;

/**
 * MsnetActionProposal: how actions are found in the scores of this model, unless the user says otherwise.
 * @enter, @leave: mean scores at which an action starts and ends; negative: not proposed
 * @smoothing: ns; MSNET_NOT_PROPOSED: not proposed
 */
typedef struct
{
  gdouble enter;
  gdouble leave;
  guint64 smoothing;
} MsnetActionProposal;

#define MSNET_NOT_PROPOSED G_MAXUINT64

/* Returns: (transfer full): NULL with MSNET_ERROR_FILE, MSNET_ERROR_MODEL or MSNET_ERROR_UNSUPPORTED */
MsnetModel *msnet_model_load (const gchar *path, GError **error);
MsnetModel *msnet_model_ref (MsnetModel *model);
void msnet_model_unref (MsnetModel *model);

/**
 * msnet_model_find:
 * @name: a path (holds a '/' or ends in .safetensors), or a bare name, looked for as NAME.safetensors in
 *     the folders of the environment's MSNET_MODEL_PATH, then in @data_folder
 *
 * Returns: (transfer full): the path, or NULL with MSNET_ERROR_FILE, which lists the folders
 */
gchar *msnet_model_find (const gchar *name, const gchar *data_folder, GError **error);

/* Returns: (transfer none): as text (UTF-8), for messages */
const gchar *msnet_model_get_path (MsnetModel *model);
const gchar *msnet_model_get_name (MsnetModel *model); /* the file's name without folder and ending */
const MsnetNetworkSpec *msnet_model_get_network (MsnetModel *model);
const MsnetArchitecture *msnet_model_get_architecture (MsnetModel *model); /* with weights; shared */
const MsnetPrepareParams *msnet_model_get_input (MsnetModel *model);
guint msnet_model_get_frames (MsnetModel *model);      /* T */
guint64 msnet_model_get_window (MsnetModel *model);    /* ns */
guint64 msnet_model_get_hop (MsnetModel *model);       /* ns; 0: one sample interval */
gboolean msnet_model_is_at_centre (MsnetModel *model); /* points lie at the centres of a window's T parts */
const MsnetActionProposal *msnet_model_get_actions (MsnetModel *model);
const gchar *const *msnet_model_get_labels (MsnetModel *model); /* `classes` of them, NULL-terminated */
gboolean msnet_model_is_background (MsnetModel *model, guint class_index);

/* Returns: (nullable) (transfer none): names of tensors that nothing uses, joined by ", " */
const gchar *msnet_model_get_unused (MsnetModel *model);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetModel, msnet_model_unref)

G_END_DECLS
