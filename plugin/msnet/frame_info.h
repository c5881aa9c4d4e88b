/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the frames of a stream look like, by their caps and their crop.
 *
 * For the stream.  Streaming thread only. */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * MsnetFrameInfo:
 * @info: of the caps
 * @crop_width, @crop_height: as the metadata of frames ask for, otherwise of the caps
 */
typedef struct
{
  GstVideoInfo info;
  guint crop_width;
  guint crop_height;
} MsnetFrameInfo;

/* Returns: FALSE with an element error of @element if frames of the size in @info cannot be looked at */
gboolean msnet_frame_info_check_size (const GstVideoInfo *info, GstElement *element);

void msnet_frame_info_init (MsnetFrameInfo *frame_info);

/* Returns: whether frames with caps of @info show another picture; the frame rate does not count */
gboolean msnet_frame_info_set (MsnetFrameInfo *frame_info, const GstVideoInfo *info);

/* A picture of another size is another one.  One that is cut out elsewhere is not: a stabiliser moves it all
 * the time.  A buffer that cannot be read is none: it may have lost its metadata, too. */
gboolean msnet_frame_info_is_another_crop (const MsnetFrameInfo *frame_info, GstBuffer *buffer);

/* @visible: (out): the caps, with the size of what is now visible */
void msnet_frame_info_set_crop (MsnetFrameInfo *frame_info, GstBuffer *buffer, GstVideoInfo *visible);

G_END_DECLS
