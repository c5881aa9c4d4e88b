/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A frame's pixels in memory of our own, so that the buffer that held them can go on.
 *
 * For src/clip.  One thread at a time. */
#pragma once

#include "base/frame.h"

G_BEGIN_DECLS

/**
 * MsnetFrameCopy: zeroed memory is an empty copy.
 * @frame: describes the copy
 * @memory: @capacity bytes, kept from frame to frame
 * @copied: bytes of the last msnet_frame_copy_assign()
 */
typedef struct
{
  MsnetFrame frame;
  guint8 *memory;
  gsize capacity;
  gsize copied;
} MsnetFrameCopy;

/* Copies rows [@first, @end) of @frame, which msnet_frame_check() accepted.  The other rows of the copy are
 * undefined. */
void msnet_frame_copy_assign (MsnetFrameCopy *copy, const MsnetFrame *frame, guint first, guint end);
void msnet_frame_copy_free (MsnetFrameCopy *copy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetFrameCopy, msnet_frame_copy_free)

G_END_DECLS
