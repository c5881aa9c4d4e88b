/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "share.h"

#include "base/lock.h"

#include <string.h>

/* @architecture comes first: who has it has the rest. */
typedef struct
{
  MsnetArchitecture architecture;
  guint references;
} Shared;

/* Of Shared; holds no references.  Both under @living_lock, with all reference counts. */
static MsnetLock living_lock;
static GSList *living;

static gboolean
layers_are_equal (const MsnetLayer *a, const MsnetLayer *b)
{
  gsize n_weights = (gsize)a->outputs * a->inputs * a->kernel * a->kernel;

  return g_str_equal (a->name, b->name) && g_str_equal (a->norm, b->norm) && a->inputs == b->inputs
         && a->outputs == b->outputs && a->kernel == b->kernel && a->stride == b->stride
         && a->shift == b->shift && a->shift_channels == b->shift_channels
         && memcmp (a->bias, b->bias, a->outputs * sizeof (gfloat)) == 0
         && memcmp (a->weights, b->weights, n_weights * sizeof (gfloat)) == 0;
}

/* Of whole blocks, as many in both. */
static gboolean
shifts_are_equal (const MsnetArchitecture *a, const MsnetArchitecture *b)
{
  for (guint i = 0; i < a->n_blocks; i++)
    if (a->blocks[i].shift != b->blocks[i].shift
        || a->blocks[i].shift_channels != b->blocks[i].shift_channels)
      return FALSE;
  return TRUE;
}

/* Layers tell all the rest by their names. */
static gboolean
are_equal (MsnetArchitecture *a, MsnetArchitecture *b)
{
  g_autoptr (GPtrArray) layers = msnet_architecture_list_layers (a);
  g_autoptr (GPtrArray) others = msnet_architecture_list_layers (b);

  if (layers->len != others->len || a->n_blocks != b->n_blocks || !shifts_are_equal (a, b))
    return FALSE;
  for (guint i = 0; i < layers->len; i++)
    if (!layers_are_equal (layers->pdata[i], others->pdata[i]))
      return FALSE;
  return TRUE;
}

/* With the lock held. */
static Shared *
find (MsnetArchitecture *architecture)
{
  for (GSList *item = living; item != NULL; item = item->next) {
    Shared *shared = item->data;

    if (are_equal (&shared->architecture, architecture))
      return shared;
  }
  return NULL;
}

static Shared *
shared_new (const MsnetArchitecture *architecture)
{
  Shared *shared = g_new0 (Shared, 1);

  shared->architecture = *architecture;
  living = g_slist_prepend (living, shared);
  return shared;
}

const MsnetArchitecture *
msnet_architecture_share (MsnetArchitecture *architecture)
{
  Shared *shared;

  msnet_lock_take (&living_lock);
  shared = find (architecture);
  if (shared != NULL)
    msnet_architecture_clear (architecture);
  else
    shared = shared_new (architecture);
  shared->references++;
  msnet_lock_give (&living_lock);
  *architecture = (MsnetArchitecture){ 0 };
  return &shared->architecture;
}

void
msnet_architecture_release (const MsnetArchitecture *architecture)
{
  Shared *shared = (Shared *)architecture;
  gboolean last;

  if (shared == NULL)
    return;
  msnet_lock_take (&living_lock);
  last = --shared->references == 0;
  if (last)
    living = g_slist_remove (living, shared);
  msnet_lock_give (&living_lock);
  if (!last)
    return;
  msnet_architecture_clear (&shared->architecture);
  g_free (shared);
}
