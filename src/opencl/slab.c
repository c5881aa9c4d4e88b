/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "slab.h"

#include "base/pages.h"

#include <stdlib.h>

/* What a part that lives long may keep of others that do not, and no more. */
#define SLAB_BYTES (8 * 1024 * 1024)

struct _MsnetSlab
{
  gint references; /* atomic */
  guint8 *bytes;
  gsize size;
  gsize used;
};

static MsnetSlab *
slab_new (gsize size)
{
  gpointer bytes = msnet_pages_alloc (size);
  MsnetSlab *slab;

  if (bytes == NULL)
    return NULL;
  slab = g_new0 (MsnetSlab, 1);
  slab->references = 1;
  slab->bytes = bytes;
  slab->size = size;
  return slab;
}

MsnetSlab *
msnet_slab_ref (MsnetSlab *slab)
{
  g_atomic_int_inc (&slab->references);
  return slab;
}

void
msnet_slab_unref (MsnetSlab *slab)
{
  if (slab == NULL || !g_atomic_int_dec_and_test (&slab->references))
    return;
  free (slab->bytes);
  g_free (slab);
}

/* Returns: where @size bytes start in @slab; its size where it has no room for them */
static gsize
find_room (const MsnetSlab *slab, gsize size, gsize alignment)
{
  const gsize first = (slab->used + alignment - 1) / alignment * alignment;

  return first <= slab->size && size <= slab->size - first ? first : slab->size;
}

static MsnetSlab *
choose_slab (MsnetSlab **slab, gsize size, gsize alignment)
{
  if (size > SLAB_BYTES / 2)
    return slab_new (size);
  if (*slab == NULL || find_room (*slab, size, alignment) == (*slab)->size) {
    msnet_slab_unref (*slab);
    *slab = slab_new (SLAB_BYTES);
  }
  return *slab != NULL ? msnet_slab_ref (*slab) : NULL;
}

gboolean
msnet_slab_take (MsnetSlab **slab, gsize size, gsize alignment, MsnetSlabBlock *part)
{
  MsnetSlab *chosen = choose_slab (slab, size, alignment);
  gsize first;

  if (chosen == NULL)
    return FALSE;
  first = find_room (chosen, size, alignment);
  chosen->used = first + size;
  *part = (MsnetSlabBlock){ chosen, chosen->bytes + first, size };
  return TRUE;
}

void
msnet_slab_give_back (const MsnetSlabBlock *part)
{
  const gsize first = (guint8 *)part->bytes - part->slab->bytes;

  if (part->slab->used == first + part->size)
    part->slab->used = first;
}
