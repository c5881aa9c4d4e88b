/* Reuse of activation memory: a tensor given back serves the next request of exactly its shape,
 * whose zero borders are still zero.  One thread. */
#pragma once

#include "tensor.h"

G_BEGIN_DECLS

typedef struct _MsnetArena MsnetArena;

/* @reuse FALSE: every request gets memory of its own, so that all stages can be read afterwards */
MsnetArena *msnet_arena_new (MsnetDevice *device, gboolean reuse);
void msnet_arena_free (MsnetArena *arena);

/* Returns: (transfer none): a tensor that lives as long as the arena */
MsnetTensor *msnet_arena_acquire (MsnetArena *arena, const MsnetShape *shape, GError **error);
void msnet_arena_release (MsnetArena *arena, MsnetTensor *tensor);
gsize msnet_arena_get_bytes (MsnetArena *arena);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetArena, msnet_arena_free)

G_END_DECLS
