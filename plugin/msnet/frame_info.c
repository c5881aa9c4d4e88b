/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frame_info.h"

#include "meta/visible.h"

#define SMALLEST_SIDE 16

gboolean
msnet_frame_info_check_size (const GstVideoInfo *info, GstElement *element)
{
  gint width = GST_VIDEO_INFO_WIDTH (info), height = GST_VIDEO_INFO_HEIGHT (info);
  gint good_width = CLAMP (width, SMALLEST_SIDE, MSNET_LARGEST_SIDE);
  gint good_height = CLAMP (height, SMALLEST_SIDE, MSNET_LARGEST_SIDE);

  if (width == good_width && height == good_height)
    return TRUE;
  GST_ELEMENT_ERROR (element, STREAM, FORMAT,
      ("The video is %dx%d: expected from %dx%d to %dx%d; put \"videoscale ! "
       "video/x-raw,width=%d,height=%d\" "
       "before msnet",
          width, height, SMALLEST_SIDE, SMALLEST_SIDE, MSNET_LARGEST_SIDE, MSNET_LARGEST_SIDE, good_width,
          good_height),
      (NULL));
  return FALSE;
}

void
msnet_frame_info_init (MsnetFrameInfo *frame_info)
{
  *frame_info = (MsnetFrameInfo){ 0 };
  gst_video_info_init (&frame_info->info);
}

static gboolean
is_same_picture (const GstVideoInfo *a, const GstVideoInfo *b)
{
  return GST_VIDEO_INFO_FORMAT (a) == GST_VIDEO_INFO_FORMAT (b)
         && GST_VIDEO_INFO_WIDTH (a) == GST_VIDEO_INFO_WIDTH (b)
         && GST_VIDEO_INFO_HEIGHT (a) == GST_VIDEO_INFO_HEIGHT (b)
         && GST_VIDEO_INFO_PAR_N (a) == GST_VIDEO_INFO_PAR_N (b)
         && GST_VIDEO_INFO_PAR_D (a) == GST_VIDEO_INFO_PAR_D (b)
         && gst_video_colorimetry_is_equal (&GST_VIDEO_INFO_COLORIMETRY (a), &GST_VIDEO_INFO_COLORIMETRY (b));
}

gboolean
msnet_frame_info_set (MsnetFrameInfo *frame_info, const GstVideoInfo *info)
{
  const gboolean is_another = !is_same_picture (&frame_info->info, info);

  frame_info->info = *info;
  if (is_another) {
    frame_info->crop_width = GST_VIDEO_INFO_WIDTH (info);
    frame_info->crop_height = GST_VIDEO_INFO_HEIGHT (info);
  }
  return is_another;
}

/* The size that @buffer's metadata ask for, else that of the caps.  What is asked for counts: not each
 * single pixel begins a sample. */
static void
get_crop (const MsnetFrameInfo *frame_info, GstBuffer *buffer, guint *width, guint *height)
{
  const GstVideoCropMeta *crop = gst_buffer_get_video_crop_meta (buffer);

  *width = crop != NULL ? crop->width : (guint)GST_VIDEO_INFO_WIDTH (&frame_info->info);
  *height = crop != NULL ? crop->height : (guint)GST_VIDEO_INFO_HEIGHT (&frame_info->info);
}

gboolean
msnet_frame_info_is_another_crop (const MsnetFrameInfo *frame_info, GstBuffer *buffer)
{
  guint width, height;

  get_crop (frame_info, buffer, &width, &height);
  return (width != frame_info->crop_width || height != frame_info->crop_height)
         && msnet_visible_is_readable (&frame_info->info, buffer);
}

void
msnet_frame_info_set_crop (MsnetFrameInfo *frame_info, GstBuffer *buffer, GstVideoInfo *visible)
{
  get_crop (frame_info, buffer, &frame_info->crop_width, &frame_info->crop_height);
  *visible = frame_info->info;
  GST_VIDEO_INFO_WIDTH (visible) = frame_info->crop_width;
  GST_VIDEO_INFO_HEIGHT (visible) = frame_info->crop_height;
}
