/* The tensors of a model file, by the names that the network has for them, each of which is taken once.
 * For weights.c; after msnet_checkpoint_new () any thread. */
#pragma once

#include "safetensors.h"

G_BEGIN_DECLS

typedef struct _MsnetCheckpoint MsnetCheckpoint;

/**
 * msnet_checkpoint_new:
 * @file: borrowed, as the strings are
 * @description: what `msnet.network` says, for messages
 * @first_layer: of the first block: where its name ends another's, all names of the file have a prefix.  The stem's
 *     would not do, as it may be the end of a block's
 *
 * Names may hold `module.`, `base_model.`, `_orig_mod.`, `model.` and `state_dict.`, which wrappers put there.
 *
 * Returns: (transfer full)
 */
MsnetCheckpoint *msnet_checkpoint_new (
    MsnetSafetensors *file, const gchar *description, const gchar *first_layer);
void msnet_checkpoint_free (MsnetCheckpoint *checkpoint);

/* Returns: (nullable): tensor @owner.@part, if nobody took it */
const MsnetSafetensor *msnet_checkpoint_lookup (
    MsnetCheckpoint *checkpoint, const gchar *owner, const gchar *part);

/* Returns: (transfer full): the values of tensor @owner.@part, which must have @shape; NULL with MSNET_ERROR_MODEL where
 * it is missing, is there twice, or has another shape or values that are not finite */
gfloat *msnet_checkpoint_take (MsnetCheckpoint *checkpoint, const gchar *owner, const gchar *part,
    const gsize *shape, guint n_dimensions, GError **error);

const gchar *msnet_checkpoint_get_path (MsnetCheckpoint *checkpoint);

/* Returns: (transfer full) (nullable): names of the tensors that nobody took, joined by ", " */
gchar *msnet_checkpoint_list_unused (MsnetCheckpoint *checkpoint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetCheckpoint, msnet_checkpoint_free)

G_END_DECLS
