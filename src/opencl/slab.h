/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory of the host that constants share, in large pages: a small one has no large page of its own. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _MsnetSlab MsnetSlab;

/**
 * MsnetSlabBlock: bytes of a slab.
 * @slab: a reference, which keeps @bytes; unref it from any thread
 * @bytes: hold anything
 */
typedef struct
{
  MsnetSlab *slab;
  gpointer bytes;
  gsize size;
} MsnetSlabBlock;

/**
 * msnet_slab_take:
 * @slab: (inout) (nullable): where the last part came from; another one where that has no room
 * @part: (out): @size bytes from a multiple of @alignment, a power of two, on
 *
 * A large part gets a slab of its own, which goes with it.  Not thread-safe.
 *
 * Returns: FALSE where there is no memory
 */
gboolean msnet_slab_take (MsnetSlab **slab, gsize size, gsize alignment, MsnetSlabBlock *part);

/* What is taken next starts where @part does, if it was the last.  Keeps its reference.  Not thread-safe. */
void msnet_slab_give_back (const MsnetSlabBlock *part);

MsnetSlab *msnet_slab_ref (MsnetSlab *slab);
void msnet_slab_unref (MsnetSlab *slab);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetSlab, msnet_slab_unref)

G_END_DECLS
