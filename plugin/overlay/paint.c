/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "paint.h"

#include "meta/visible.h"
#include "stencil.h"

void
msnet_paint_attach (GstBuffer *buffer, GstVideoOverlayComposition *drawings)
{
  GstVideoOverlayCompositionMeta *meta = gst_buffer_get_video_overlay_composition_meta (buffer);
  g_autoptr (GstVideoOverlayComposition) all = NULL;

  if (meta == NULL) {
    gst_buffer_add_video_overlay_composition_meta (buffer, drawings);
    return;
  }
  all = gst_video_overlay_composition_copy (meta->overlay);
  for (guint i = 0; i < gst_video_overlay_composition_n_rectangles (drawings); i++)
    gst_video_overlay_composition_add_rectangle (
        all, gst_video_overlay_composition_get_rectangle (drawings, i));
  gst_video_overlay_composition_unref (meta->overlay);
  meta->overlay = g_steal_pointer (&all);
}

gboolean
msnet_paint_blend (
    const GstVideoInfo *info, GstBuffer *buffer, GstVideoOverlayComposition *drawings, GError **error)
{
  GstVideoFrame frame;

  if (!msnet_visible_map (&frame, info, buffer, GST_MAP_READWRITE, error))
    return FALSE;
  if (msnet_stencil_fits (info))
    for (guint i = 0; i < gst_video_overlay_composition_n_rectangles (drawings); i++)
      msnet_stencil_blend (gst_video_overlay_composition_get_rectangle (drawings, i), &frame);
  else
    gst_video_overlay_composition_blend (drawings, &frame);
  gst_video_frame_unmap (&frame);
  return TRUE;
}
