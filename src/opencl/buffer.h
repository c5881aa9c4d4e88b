/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Device memory.  Reference counted, any thread; transfers go through the queue of the handle that it was
 * made with, block, and are ordered with what was run before. */
#pragma once

#include "device.h"

G_BEGIN_DECLS

typedef struct _MsnetBuffer MsnetBuffer;

/* Returns: (transfer full): @size bytes, all zero; NULL with MSNET_ERROR_DEVICE */
MsnetBuffer *msnet_buffer_new (MsnetDevice *device, gsize size, GError **error);

/**
 * msnet_buffer_new_reserved:
 *
 * A buffer without memory: commands may name it, but they run only when it was allocated or placed.
 *
 * Returns: (transfer full)
 */
MsnetBuffer *msnet_buffer_new_reserved (MsnetDevice *device, gsize size);

/* A reserved @buffer holds @size bytes or more. */
void msnet_buffer_reserve (MsnetBuffer *buffer, gsize size);

/* Gives a reserved @buffer memory of its own, all zero. */
gboolean msnet_buffer_allocate (MsnetBuffer *buffer, GError **error);

/* Gives a reserved @buffer the bytes of @whole from @offset on, a multiple of the device's alignment.
 * Reserved buffers may share bytes; who is done with them may find them changed. */
gboolean msnet_buffer_place (MsnetBuffer *buffer, MsnetBuffer *whole, gsize offset, GError **error);

/**
 * msnet_buffer_new_wrapped:
 * @memory: @size bytes that must stay valid and unchanged while the buffer lives; only read
 *
 * On a CPU device nothing is copied: kernels read @memory itself.
 */
MsnetBuffer *msnet_buffer_new_wrapped (MsnetDevice *device, gconstpointer memory, gsize size, GError **error);

/**
 * msnet_buffer_new_constant:
 *
 * A buffer with a copy of @data, which nobody writes: kernels read it, msnet_buffer_copy() takes from it.
 * Handles on the same device that ask for the same @size bytes get the same buffer, as long as one of them
 * keeps it.  It keeps no handle.
 *
 * Returns: (transfer full): NULL with MSNET_ERROR_DEVICE
 */
MsnetBuffer *msnet_buffer_new_constant (MsnetDevice *device, gconstpointer data, gsize size, GError **error);

/* Writes every byte of @target, which holds anything. */
typedef void (*MsnetFillFunc) (gpointer target, gpointer data);

/**
 * msnet_buffer_make_constant:
 * @fill: called once, with @size bytes and @data
 *
 * As msnet_buffer_new_constant(), of what @fill writes: on a CPU device into the buffer itself, without a
 * copy.
 */
MsnetBuffer *msnet_buffer_make_constant (
    MsnetDevice *device, gsize size, MsnetFillFunc fill, gpointer data, GError **error);
MsnetBuffer *msnet_buffer_ref (MsnetBuffer *buffer);
void msnet_buffer_unref (MsnetBuffer *buffer);

gsize msnet_buffer_get_size (MsnetBuffer *buffer);

/* Offsets and sizes are bytes and must lie inside the buffer (a precondition).  A constant is nothing but a
 * source of copies. */
gboolean msnet_buffer_upload (
    MsnetBuffer *buffer, gsize offset, gconstpointer data, gsize size, GError **error);
gboolean msnet_buffer_download (MsnetBuffer *buffer, gsize offset, gpointer data, gsize size, GError **error);

/* All bytes become zero. */
gboolean msnet_buffer_clear (MsnetBuffer *buffer, GError **error);

/**
 * MsnetBufferBox: a three-dimensional part of a buffer, for transfers between it and dense memory.
 * @origin: where it starts: bytes in a row, rows, slices
 * @size: bytes of a row, rows of a slice, slices
 * @row_pitch, @slice_pitch: bytes in the buffer from row to row and from slice to slice
 */
typedef struct
{
  gsize origin[3];
  gsize size[3];
  gsize row_pitch;
  gsize slice_pitch;
} MsnetBufferBox;

/* @data: dense, size[0] x size[1] x size[2] bytes */
gboolean msnet_buffer_upload_box (
    MsnetBuffer *buffer, const MsnetBufferBox *box, gconstpointer data, GError **error);
gboolean msnet_buffer_download_box (
    MsnetBuffer *buffer, const MsnetBufferBox *box, gpointer data, GError **error);

gboolean msnet_buffer_copy (MsnetBuffer *target, gsize target_offset, MsnetBuffer *source,
    gsize source_offset, gsize size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetBuffer, msnet_buffer_unref)

G_END_DECLS
