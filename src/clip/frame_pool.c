/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frame_pool.h"

void
msnet_frame_pool_init (MsnetFramePool *pool)
{
  pool->spare = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_frame_copy_free);
  pool->n_used = 0;
}

void
msnet_frame_pool_clear (MsnetFramePool *pool)
{
  g_assert (pool->n_used == 0);
  g_clear_pointer (&pool->spare, g_ptr_array_unref);
}

MsnetFrameCopy *
msnet_frame_pool_take (MsnetFramePool *pool)
{
  pool->n_used++;
  /* The one that was used last: its memory is in the caches. */
  return pool->spare->len > 0 ? g_ptr_array_steal_index (pool->spare, pool->spare->len - 1)
                              : g_new0 (MsnetFrameCopy, 1);
}

MsnetFrameCopy *
msnet_frame_pool_give (MsnetFramePool *pool, MsnetFrameCopy *copy)
{
  pool->n_used--;
  if (pool->n_used + pool->spare->len >= MSNET_FRAMES_KEPT)
    return copy;
  g_ptr_array_add (pool->spare, copy);
  return NULL;
}
