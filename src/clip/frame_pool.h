/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory for the pixels of frames that wait for the device: for as many as wait, and little more.
 *
 * For the worker, under its lock. */
#pragma once

#include "frame_copy.h"

G_BEGIN_DECLS

/* So many copies are kept, in use or not: one that the device reads, and one that arrives meanwhile. */
#define MSNET_FRAMES_KEPT 2

/**
 * MsnetFramePool:
 * @spare: (element-type MsnetFrameCopy): not in use
 * @n_used: in use
 */
typedef struct
{
  GPtrArray *spare;
  guint n_used;
} MsnetFramePool;

void msnet_frame_pool_init (MsnetFramePool *pool);

/* All copies that were taken must have been given back. */
void msnet_frame_pool_clear (MsnetFramePool *pool);

/* Returns: (transfer full): a copy with undefined content */
MsnetFrameCopy *msnet_frame_pool_take (MsnetFramePool *pool);

/**
 * msnet_frame_pool_give:
 * @copy: (transfer full)
 *
 * Returns: (transfer full) (nullable): @copy if the pool does not keep it, for msnet_frame_copy_free(),
 *     which takes a while and needs no lock
 */
MsnetFrameCopy *msnet_frame_pool_give (MsnetFramePool *pool, MsnetFrameCopy *copy);

G_END_DECLS
