/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From GStreamer's description of a frame in memory to the library's. */
#pragma once

#include "base/frame.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * msnet_video_frame_describe:
 * @frame: mapped for reading by msnet_visible_map(), of a format of 8 bits a component; must stay mapped
 *     while @description is used
 *
 * Planes, strides and offsets are those of the frame's GstVideoMeta.  For an interlaced frame, the lines of
 * the first field are described.
 */
void msnet_video_frame_describe (const GstVideoFrame *frame, MsnetFrame *description);

G_END_DECLS
