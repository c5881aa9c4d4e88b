/* Memory for the pixels of frames that wait for the device: of as many as wait, and little more.
 *
 * For the worker, under its lock. */
#pragma once

#include "frame_copy.h"

G_BEGIN_DECLS

/* So many are kept, in use or not: one that the device reads, and one that comes meanwhile. */
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

/* All that were taken must have been given back. */
void msnet_frame_pool_clear (MsnetFramePool *pool);

/* Returns: (transfer full): one that holds anything */
MsnetFrameCopy *msnet_frame_pool_take (MsnetFramePool *pool);

/**
 * msnet_frame_pool_give:
 * @copy: (transfer full)
 *
 * Returns: (transfer full) (nullable): @copy where it is not to be kept, for msnet_frame_copy_free(): that takes a
 *     while and needs no lock
 */
MsnetFrameCopy *msnet_frame_pool_give (MsnetFramePool *pool, MsnetFrameCopy *copy);

G_END_DECLS
