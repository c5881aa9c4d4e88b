/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "video_frame.h"

#include "meta/visible.h"

/* Lines of each component are doubled in stride and, in the second of a pair of lines, begin one later. */
static void
take_first_field (const GstVideoFrame *frame, MsnetFrame *description)
{
  gboolean bottom = (frame->flags & GST_VIDEO_FRAME_FLAG_TFF) == 0;
  guint components = description->pixels == MSNET_PIXELS_GRAY ? 1 : 3;
  guint lines = description->height;

  for (guint c = 0; c < components; c++) {
    MsnetComponent *component = &description->components[c];
    guint rows = GST_VIDEO_SUB_SCALE (component->shift_y, description->height);
    guint field_rows = bottom ? rows / 2 : (rows + 1) / 2;
    /* An odd number of chroma lines leaves the bottom field without its last one. */
    lines = MIN (lines, field_rows << component->shift_y);
    component->offset += bottom ? component->stride : 0;
    component->stride *= 2;
  }
  description->height = lines;
  description->aspect_d *= 2;
}

static void
describe_component (const GstVideoFrame *frame, guint c, MsnetComponent *component)
{
  const GstVideoFormatInfo *format = frame->info.finfo;
  guint plane = GST_VIDEO_FORMAT_INFO_PLANE (format, c);

  *component = (MsnetComponent){
    .plane = plane,
    .offset = GST_VIDEO_FORMAT_INFO_POFFSET (format, c),
    .stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane),
    .step = GST_VIDEO_FORMAT_INFO_PSTRIDE (format, c),
    .shift_x = GST_VIDEO_FORMAT_INFO_W_SUB (format, c),
    .shift_y = GST_VIDEO_FORMAT_INFO_H_SUB (format, c),
  };
}

static void
describe_color (const GstVideoInfo *info, MsnetFrame *description)
{
  gint offsets[GST_VIDEO_MAX_COMPONENTS], scales[GST_VIDEO_MAX_COMPONENTS];

  gst_video_color_range_offsets (info->colorimetry.range, info->finfo, offsets, scales);
  for (guint c = 0; c < 3; c++) {
    description->offsets[c] = offsets[c];
    description->scales[c] = scales[c];
  }
  if (!gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &description->kr, &description->kb))
    gst_video_color_matrix_get_Kr_Kb (GST_VIDEO_COLOR_MATRIX_BT601, &description->kr, &description->kb);
}

/* Bytes of its plane that @component reaches into. */
static gsize
get_reach (const MsnetFrame *description, const MsnetComponent *component)
{
  gsize rows = GST_VIDEO_SUB_SCALE (component->shift_y, description->height);
  gsize columns = GST_VIDEO_SUB_SCALE (component->shift_x, description->width);

  return component->offset + msnet_visible_get_reach (rows, columns, component->stride, component->step);
}

void
msnet_video_frame_describe (const GstVideoFrame *frame, MsnetFrame *description)
{
  const GstVideoInfo *info = &frame->info;
  guint components = GST_VIDEO_INFO_IS_GRAY (info) ? 1 : 3;

  *description = (MsnetFrame){
    .pixels = GST_VIDEO_INFO_IS_GRAY (info)  ? MSNET_PIXELS_GRAY
              : GST_VIDEO_INFO_IS_RGB (info) ? MSNET_PIXELS_RGB
                                             : MSNET_PIXELS_YUV,
    .width = GST_VIDEO_FRAME_WIDTH (frame),
    .height = GST_VIDEO_FRAME_HEIGHT (frame),
    .aspect_n = GST_VIDEO_INFO_PAR_N (info),
    .aspect_d = GST_VIDEO_INFO_PAR_D (info),
    .n_planes = GST_VIDEO_FRAME_N_PLANES (frame),
  };
  for (guint c = 0; c < components; c++)
    describe_component (frame, c, &description->components[c]);
  if (GST_VIDEO_FRAME_IS_INTERLACED (frame))
    take_first_field (frame, description);
  describe_color (info, description);
  for (guint c = 0; c < components; c++) {
    const MsnetComponent *component = &description->components[c];
    MsnetPlane *plane = &description->planes[component->plane];
    plane->data = GST_VIDEO_FRAME_PLANE_DATA (frame, component->plane);
    plane->size = MAX (plane->size, get_reach (description, component));
  }
}
