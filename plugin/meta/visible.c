/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "visible.h"

#include "base/error.h"
#include "once.h"

#include <gst/video/gstvideometa.h>
#include <gst/video/video-overlay-composition.h>

/* Size of the frame that @buffer holds. */
static void
get_size (const GstVideoInfo *info, GstBuffer *buffer, guint *width, guint *height)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  *width = MIN (meta ? meta->width : (guint)GST_VIDEO_INFO_WIDTH (info), MSNET_LARGEST_SIDE);
  *height = MIN (meta ? meta->height : (guint)GST_VIDEO_INFO_HEIGHT (info), MSNET_LARGEST_SIDE);
}

/* Moves the edge at @begin inward to a multiple of @unit; @end stays. */
static void
align (gint *begin, gint *length, gint unit)
{
  gint aligned = (*begin + unit - 1) / unit * unit;

  *length -= aligned - *begin;
  *begin = aligned;
}

/* Samples that stand for several pixels cannot be cut, and the lines of a field must not change places. */
static void
align_to_samples (const GstVideoInfo *info, GstVideoRectangle *visible)
{
  const GstVideoFormatInfo *format = info->finfo;
  guint across = 0, down = 0;

  for (guint i = 0; i < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (format); i++) {
    across = MAX (across, GST_VIDEO_FORMAT_INFO_W_SUB (format, i));
    down = MAX (down, GST_VIDEO_FORMAT_INFO_H_SUB (format, i));
  }
  align (&visible->x, &visible->w, 1 << across);
  align (&visible->y, &visible->h, (GST_VIDEO_INFO_IS_INTERLACED (info) ? 2 : 1) << down);
}

gboolean
msnet_visible_find (const GstVideoInfo *info, GstBuffer *buffer, GstVideoRectangle *visible)
{
  const GstVideoCropMeta *crop = gst_buffer_get_video_crop_meta (buffer);
  guint width, height;

  get_size (info, buffer, &width, &height);
  *visible = (GstVideoRectangle){ 0, 0, GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info) };
  if (crop != NULL) {
    visible->x = MIN (crop->x, width);
    visible->y = MIN (crop->y, height);
    visible->w = MIN (crop->width, width - visible->x);
    visible->h = MIN (crop->height, height - visible->y);
    align_to_samples (info, visible);
  }
  return visible->w > 0 && visible->h > 0;
}

/* Whether the frame that GstVideoMeta tells of is one of the caps, or a larger one around it. */
static gboolean
check_meta (const GstVideoInfo *info, GstBuffer *buffer, GError **error)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  if (meta == NULL
      || (meta->format == GST_VIDEO_INFO_FORMAT (info) && meta->n_planes == GST_VIDEO_INFO_N_PLANES (info)
          && meta->width >= (guint)GST_VIDEO_INFO_WIDTH (info) && meta->width <= MSNET_LARGEST_SIDE
          && meta->height >= (guint)GST_VIDEO_INFO_HEIGHT (info) && meta->height <= MSNET_LARGEST_SIDE))
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "the GstVideoMeta of a buffer tells of a %s frame of %ux%u; expected %s of %dx%d, as in "
      "the caps; the element upstream that sets one of them has to be mended",
      gst_video_format_to_string (meta->format), meta->width, meta->height, GST_VIDEO_INFO_NAME (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));
  return FALSE;
}

static gboolean
map_all (GstVideoFrame *frame, const GstVideoInfo *info, GstBuffer *buffer, GstMapFlags flags, GError **error)
{
  if (gst_video_frame_map (frame, info, buffer, flags))
    return TRUE;
  if (gst_buffer_get_size (buffer) < GST_VIDEO_INFO_SIZE (info))
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "a buffer of %" G_GSIZE_FORMAT
        " bytes is too short for a %s frame of %dx%d; expected %" G_GSIZE_FORMAT
        "; if all are, put rawvideoparse behind the element that makes them, with their true format, width, "
        "height and plane-strides",
        gst_buffer_get_size (buffer), GST_VIDEO_INFO_NAME (info), GST_VIDEO_INFO_WIDTH (info),
        GST_VIDEO_INFO_HEIGHT (info), GST_VIDEO_INFO_SIZE (info));
  else
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "the memory of a %s frame of %dx%d cannot be mapped, because it lies elsewhere or is shorter than "
        "its strides say; expected memory that the CPU can read; if all are like it, put an element before "
        "that downloads them, such as gldownload or vapostproc",
        GST_VIDEO_INFO_NAME (info), GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));
  return FALSE;
}

/* Bytes of the memory that @plane lies in, from its first sample on. */
static gsize
get_available (const GstVideoFrame *frame, guint plane)
{
  const GstMapInfo *map = &frame->map[frame->meta != NULL ? plane : 0];

  return map->size - ((const guint8 *)frame->data[plane] - map->data);
}

/* Bytes of its plane that component @c reaches into; its stride is not negative. */
static gsize
get_reach (const GstVideoFrame *frame, guint c)
{
  gsize rows = GST_VIDEO_FRAME_COMP_HEIGHT (frame, c), columns = GST_VIDEO_FRAME_COMP_WIDTH (frame, c);
  gsize stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, c), step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c);

  return GST_VIDEO_FRAME_COMP_POFFSET (frame, c) + msnet_visible_get_reach (rows, columns, stride, step);
}

/* Whether samples lie in bytes of their own, row by row: not in tiles, and not several in a byte. */
static gboolean
is_simple (const GstVideoFormatInfo *format)
{
  const GstVideoFormatFlags hindrances
      = GST_VIDEO_FORMAT_FLAG_COMPLEX | GST_VIDEO_FORMAT_FLAG_TILED | GST_VIDEO_FORMAT_FLAG_PALETTE;

  return (format->flags & hindrances) == 0;
}

static void
set_upside_down (const GstVideoFrame *frame, guint plane, gint stride, GError **error)
{
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "plane %u of a %s frame of %dx%d has stride %d: expected rows from top to bottom; the element upstream "
      "that sets its strides has to be mended",
      plane, GST_VIDEO_INFO_NAME (&frame->info), GST_VIDEO_FRAME_WIDTH (frame),
      GST_VIDEO_FRAME_HEIGHT (frame), stride);
}

static gboolean
check_memory (const GstVideoFrame *frame, GError **error)
{
  for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS (frame) && is_simple (frame->info.finfo); c++) {
    guint plane = GST_VIDEO_FRAME_COMP_PLANE (frame, c);
    gint stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, c);
    gsize available = get_available (frame, plane);

    if (stride < 0) {
      set_upside_down (frame, plane, stride, error);
      return FALSE;
    }
    if (get_reach (frame, c) <= available)
      continue;
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "plane %u of a %s frame of %dx%d with stride %d: expected memory of %" G_GSIZE_FORMAT
        " bytes, found %" G_GSIZE_FORMAT "; the element upstream that sets its strides has to be mended",
        plane, GST_VIDEO_INFO_NAME (&frame->info), GST_VIDEO_FRAME_WIDTH (frame),
        GST_VIDEO_FRAME_HEIGHT (frame), stride, get_reach (frame, c), available);
    return FALSE;
  }
  return TRUE;
}

/* FALSE where it cannot be told at which byte @visible begins. */
static gboolean
narrow (GstVideoFrame *frame, const GstVideoRectangle *visible)
{
  guint8 *data[GST_VIDEO_MAX_PLANES] = { NULL };

  if (!is_simple (frame->info.finfo) && (visible->x > 0 || visible->y > 0))
    return FALSE;
  for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS (frame); c++) {
    const GstVideoFormatInfo *format = frame->info.finfo;
    guint plane = GST_VIDEO_FRAME_COMP_PLANE (frame, c);
    gint row = visible->y >> GST_VIDEO_FORMAT_INFO_H_SUB (format, c);
    gint column = visible->x >> GST_VIDEO_FORMAT_INFO_W_SUB (format, c);

    data[plane] = (guint8 *)frame->data[plane] + (gsize)row * GST_VIDEO_FRAME_COMP_STRIDE (frame, c)
                  + (gsize)column * GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c);
  }
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES (frame); plane++)
    frame->data[plane] = data[plane] != NULL ? data[plane] : frame->data[plane];
  frame->info.width = visible->w;
  frame->info.height = visible->h;
  return TRUE;
}

static gboolean
show (GstVideoFrame *frame, const GstVideoInfo *info, GstBuffer *buffer, GError **error)
{
  const GstVideoCropMeta *crop = gst_buffer_get_video_crop_meta (buffer);
  GstVideoRectangle visible;

  if (msnet_visible_find (info, buffer, &visible) && narrow (frame, &visible))
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "the GstVideoCropMeta of a buffer shows %ux%u pixels at %u, %u; expected a part of its %s frame of "
      "%dx%d; the element upstream that sets it has to be mended",
      crop->width, crop->height, crop->x, crop->y, GST_VIDEO_INFO_NAME (info), GST_VIDEO_FRAME_WIDTH (frame),
      GST_VIDEO_FRAME_HEIGHT (frame));
  return FALSE;
}

gboolean
msnet_visible_map (
    GstVideoFrame *frame, const GstVideoInfo *info, GstBuffer *buffer, GstMapFlags flags, GError **error)
{
  if (!check_meta (info, buffer, error) || !map_all (frame, info, buffer, flags, error))
    return FALSE;
  if (check_memory (frame, error) && show (frame, info, buffer, error))
    return TRUE;
  gst_video_frame_unmap (frame);
  return FALSE;
}

gboolean
msnet_visible_is_readable (const GstVideoInfo *info, GstBuffer *buffer)
{
  GstVideoFrame frame;

  if (!msnet_visible_map (&frame, info, buffer, GST_MAP_READ, NULL))
    return FALSE;
  gst_video_frame_unmap (&frame);
  return TRUE;
}

void
msnet_visible_warn (GstElement *element, guint *told, guint what, const gchar *used, const GError *error)
{
  GST_DEBUG_OBJECT (element, "cannot be %s: %s", used, error->message);
  if (msnet_once (told, what))
    GST_ELEMENT_WARNING (element, STREAM, DECODE,
        ("A frame cannot be %s and passes as it is, as others like it will: %s", used, error->message),
        (NULL));
}

/* Drawings that are attached do not change the pixels under them. */
static gboolean
is_honoured (GType api)
{
  return api == GST_VIDEO_META_API_TYPE || api == GST_VIDEO_CROP_META_API_TYPE
         || api == GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE;
}

gboolean
msnet_visible_propose (GstPad *src_pad, GstQuery *query)
{
  if (!gst_pad_peer_query (src_pad, query))
    return FALSE;
  for (guint i = gst_query_get_n_allocation_metas (query); i > 0; i--)
    if (!is_honoured (gst_query_parse_nth_allocation_meta (query, i - 1, NULL)))
      gst_query_remove_nth_allocation_meta (query, i - 1);
  return TRUE;
}
