/* What is visible of a buffer: the rectangle of its GstVideoCropMeta, as cropping decoders and videocrop leave
 * it, else a frame of the caps' size.  A buffer is a stranger's: what does not fit together is told, not trusted.
 *
 * For elements that read or write pixels.  Any thread. */
#pragma once

#include <gst/video/gstvideosink.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * msnet_visible_find:
 * @visible: (out): in pixels of the frame that the buffer holds, which may be larger than the caps say.  What sticks
 *     out of the frame is cut off; it begins with a whole sample of each component, and with the first field
 *
 * Returns: FALSE where nothing is visible
 */
gboolean msnet_visible_find (const GstVideoInfo *info, GstBuffer *buffer, GstVideoRectangle *visible);

/**
 * msnet_visible_map:
 * @frame: (out): what is visible of @buffer: planes begin with its first pixel, width and height are its own.
 *     All its samples lie in memory.  To be unmapped with gst_video_frame_unmap()
 *
 * Returns: FALSE with MSNET_ERROR_SHAPE: what was expected, what was found
 */
gboolean msnet_visible_map (
    GstVideoFrame *frame, const GstVideoInfo *info, GstBuffer *buffer, GstMapFlags flags, GError **error);

/**
 * msnet_visible_propose:
 * @query: an ALLOCATION query
 *
 * What downstream of @src_pad answers, less the metadata that change what pixels mean and are not
 * honoured here: where a buffer passes, both must understand what comes with it.
 */
gboolean msnet_visible_propose (GstPad *src_pad, GstQuery *query);

G_END_DECLS
