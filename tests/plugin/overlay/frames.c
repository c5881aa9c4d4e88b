/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frames.h"

#include <stdlib.h>
#include <string.h>

GstHarness *
overlay_harness_new (const gchar *launch, gint width, gint height)
{
  GstHarness *harness = gst_harness_new_parse (launch);
  g_autofree gchar *caps
      = g_strdup_printf ("video/x-raw,format=BGRx,width=%d,height=%d,framerate=25/1", width, height);

  msnet_meta_register ();
  gst_harness_set_src_caps_str (harness, caps);
  return harness;
}

GstBuffer *
overlay_frame_new (guint n, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, GROUND, size);
  GST_BUFFER_PTS (buffer) = n * FRAME;
  GST_BUFFER_DURATION (buffer) = FRAME;
  return buffer;
}

OverlayPicture
overlay_push (GstHarness *harness, gint width, gint height, guint n, const MsnetResult *result,
    const MsnetMotion *motion)
{
  OverlayPicture picture = { .width = width, .height = height };
  GstBuffer *buffer = overlay_frame_new (n, (gsize)width * height * 4);

  if (result != NULL)
    msnet_result_attach (result, buffer);
  if (motion != NULL)
    msnet_motion_attach (motion, buffer);
  picture.buffer = gst_harness_push_and_pull (harness, buffer);
  g_assert (picture.buffer != NULL);
  g_assert (gst_buffer_map (picture.buffer, &picture.map, GST_MAP_READ));
  return picture;
}

void
overlay_picture_clear (OverlayPicture *picture)
{
  if (picture->buffer == NULL)
    return;
  gst_buffer_unmap (picture->buffer, &picture->map);
  g_clear_pointer (&picture->buffer, gst_buffer_unref);
}

guint
overlay_picture_get (const OverlayPicture *picture, gint x, gint y)
{
  const guint8 *pixel = picture->map.data + ((gsize)y * picture->width + x) * 4;

  return (guint)pixel[2] << 16 | (guint)pixel[1] << 8 | pixel[0];
}

OverlayArea
overlay_picture_find_changes (const OverlayPicture *picture)
{
  gint left = picture->width, top = picture->height, right = 0, bottom = 0;

  for (gint y = 0; y < picture->height; y++)
    for (gint x = 0; x < picture->width; x++)
      if (overlay_picture_get (picture, x, y) != (GROUND << 16 | GROUND << 8 | GROUND)) {
        left = MIN (left, x);
        right = MAX (right, x + 1);
        top = MIN (top, y);
        bottom = MAX (bottom, y + 1);
      }
  if (right == 0)
    return (OverlayArea){ 0 };
  return (OverlayArea){ left, top, right - left, bottom - top };
}

static gboolean
is_near (guint a, guint b)
{
  for (guint shift = 0; shift < 24; shift += 8)
    if (abs ((gint)(a >> shift & 255) - (gint)(b >> shift & 255)) > 24)
      return FALSE;
  return TRUE;
}

guint
overlay_picture_count (const OverlayPicture *picture, guint colour)
{
  guint n = 0;

  for (gint y = 0; y < picture->height; y++)
    for (gint x = 0; x < picture->width; x++)
      n += is_near (overlay_picture_get (picture, x, y), colour);
  return n;
}
