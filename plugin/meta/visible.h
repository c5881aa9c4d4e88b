/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is visible of a buffer: the rectangle of its GstVideoCropMeta, as cropping decoders and videocrop
 * leave it, otherwise a frame of the caps' size.  Buffers are not trusted: a contradiction in one is an
 * error.
 *
 * For elements that read or write pixels.  Any thread. */
#pragma once

#include <gst/video/gstvideosink.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

#define MSNET_LARGEST_SIDE G_MAXINT16

/* Returns: bytes from the first sample of a component to behind its last one */
static inline gsize
msnet_visible_get_reach (gsize rows, gsize columns, gsize stride, gsize step)
{
  return (rows - 1) * stride + (columns - 1) * step + 1;
}

/**
 * msnet_visible_find:
 * @visible: (out): in pixels of the frame that the buffer holds, which may be larger than the caps say.
 *     What lies outside of the frame is cut off.  It starts with a whole sample of each component, and with
 *     the first field
 *
 * Returns: FALSE if nothing is visible
 */
gboolean msnet_visible_find (const GstVideoInfo *info, GstBuffer *buffer, GstVideoRectangle *visible);

/**
 * msnet_visible_map:
 * @frame: (out): what is visible of @buffer: planes start with its first pixel, width and height are its
 *     own.  All its samples lie in memory.  Unmap it with gst_video_frame_unmap()
 *
 * Returns: FALSE with MSNET_ERROR_SHAPE: what was expected, what was found
 */
gboolean msnet_visible_map (
    GstVideoFrame *frame, const GstVideoInfo *info, GstBuffer *buffer, GstMapFlags flags, GError **error);

/* Whether msnet_visible_map() can: what the metadata of another buffer say is not to be believed. */
gboolean msnet_visible_is_readable (const GstVideoInfo *info, GstBuffer *buffer);

/**
 * msnet_visible_warn:
 * @told: of msnet_once(), as @what
 * @used: what frames are for, as in "a frame cannot be looked at"
 *
 * Posts a warning that a frame passes as it is because of @error, the first time.
 */
void msnet_visible_warn (
    GstElement *element, guint *told, guint what, const gchar *used, const GError *error);

/**
 * msnet_visible_propose:
 * @query: an ALLOCATION query
 *
 * Answers as downstream of @src_pad does, without the metadata that change what pixels mean and are not
 * honoured here: a buffer that passes must be understood by both elements.
 */
gboolean msnet_visible_propose (GstPad *src_pad, GstQuery *query);

G_END_DECLS
