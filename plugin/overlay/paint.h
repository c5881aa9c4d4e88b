/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Brings drawings onto a buffer: beside its pixels, or into them.
 *
 * For msnetoverlay. */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* Attaches @drawings to @buffer, which must be writable, over what upstream has drawn. */
void msnet_paint_attach (GstBuffer *buffer, GstVideoOverlayComposition *drawings);

/* Blends @drawings into what is visible of @buffer, which must be writable.
 *
 * Returns: FALSE if the buffer does not hold a frame of @info */
gboolean msnet_paint_blend (
    const GstVideoInfo *info, GstBuffer *buffer, GstVideoOverlayComposition *drawings, GError **error);

G_END_DECLS
