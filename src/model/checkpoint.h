/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tensors of a model file, by the names that a network has for them.  Each is taken once.
 * For weights.c; any thread, once it is made. */
#pragma once

#include "safetensors.h"

G_BEGIN_DECLS

typedef struct _MsnetCheckpoint MsnetCheckpoint;

/**
 * msnet_checkpoint_new:
 * @file: borrowed, as the strings are
 * @description: what `msnet.network` says, for error messages
 * @first_layer: of the first block.  If the name of a tensor ends in it, what stands before it is a prefix
 *     of all names.  The stem's would not do, as it may be the end of a block's
 *
 * Names may hold `module.`, `base_model.`, `_orig_mod.`, `model.` and `state_dict.`, which wrappers add.
 *
 * Returns: (transfer full)
 */
MsnetCheckpoint *msnet_checkpoint_new (
    MsnetSafetensors *file, const gchar *description, const gchar *first_layer);
void msnet_checkpoint_free (MsnetCheckpoint *checkpoint);

/* Returns: (nullable): tensor @owner.@part, if nobody took it */
const MsnetSafetensor *msnet_checkpoint_lookup (
    MsnetCheckpoint *checkpoint, const gchar *owner, const gchar *part);

/* Returns: (transfer full): the values of tensor @owner.@part.  NULL with MSNET_ERROR_MODEL if there is
 * none or more than one, if it has not @shape, or if its values are not finite numbers of a type that is
 * read */
gfloat *msnet_checkpoint_take (MsnetCheckpoint *checkpoint, const gchar *owner, const gchar *part,
    const gsize *shape, guint n_dimensions, GError **error);

const gchar *msnet_checkpoint_get_path (MsnetCheckpoint *checkpoint);

/* Returns: (transfer full) (nullable): names of the tensors that nobody took, joined by ", " */
gchar *msnet_checkpoint_list_unused (MsnetCheckpoint *checkpoint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetCheckpoint, msnet_checkpoint_free)

G_END_DECLS
