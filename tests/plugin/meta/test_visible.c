/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is visible of a buffer, where cropping decoders tell of it in metadata; and buffers that are not what
 * their caps or their metadata say, as dropped packets, broken drivers and wrong caps make them. */
#include "meta/visible.h"

#include <gst/check/gstcheck.h>
#include <gst/video/video-overlay-composition.h>

static void
parse (const gchar *format, gint width, gint height, GstVideoInfo *info)
{
  gst_video_info_set_format (info, gst_video_format_from_string (format), width, height);
}

/* Each byte is its index, modulo 251. */
static GstBuffer *
make_buffer (gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = i % 251;
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

static void
set_crop (GstBuffer *buffer, guint x, guint y, guint width, guint height)
{
  GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (buffer);

  crop->x = x;
  crop->y = y;
  crop->width = width;
  crop->height = height;
}

static void
expect_refused (const GstVideoInfo *info, GstBuffer *buffer, const gchar *part)
{
  g_autoptr (GError) error = NULL;
  GstVideoFrame frame;

  fail_if (msnet_visible_map (&frame, info, buffer, GST_MAP_READ, &error), "taken: %s", part);
  fail_unless (strstr (error->message, part) != NULL, "\"%s\" is not in \"%s\"", part, error->message);
  gst_buffer_unref (buffer);
}

/* Maps a frame of @format, @width x @height, that shows the rectangle @given, and expects @expected
 * instead. */
static void
check_crop (const gchar *format, GstVideoRectangle given, GstVideoRectangle expected)
{
  GstVideoInfo info;
  GstVideoFrame whole, frame;
  GstBuffer *buffer;

  parse (format, 32, 24, &info);
  buffer = make_buffer (info.size);
  set_crop (buffer, given.x, given.y, given.w, given.h);
  fail_unless (gst_video_frame_map (&whole, &info, buffer, GST_MAP_READ));
  fail_unless (msnet_visible_map (&frame, &info, buffer, GST_MAP_READ, NULL), format);
  fail_unless_equals_int (GST_VIDEO_FRAME_WIDTH (&frame), expected.w);
  fail_unless_equals_int (GST_VIDEO_FRAME_HEIGHT (&frame), expected.h);
  for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS (&frame); c++) {
    gint row = expected.y >> GST_VIDEO_FORMAT_INFO_H_SUB (info.finfo, c);
    gint column = expected.x >> GST_VIDEO_FORMAT_INFO_W_SUB (info.finfo, c);
    fail_unless (GST_VIDEO_FRAME_COMP_DATA (&frame, c)
                     == (guint8 *)GST_VIDEO_FRAME_COMP_DATA (&whole, c)
                            + row * GST_VIDEO_FRAME_COMP_STRIDE (&whole, c)
                            + column * GST_VIDEO_FRAME_COMP_PSTRIDE (&whole, c),
        "%s, component %u", format, c);
  }
  gst_video_frame_unmap (&frame);
  gst_video_frame_unmap (&whole);
  gst_buffer_unref (buffer);
}

/* As decoders of 1080 lines leave them, whose frames have 1088. */
GST_START_TEST (test_crop)
{
  const gchar *formats[] = { "RGB", "BGRx", "I420", "NV12", "YUY2", "UYVY", "GRAY8", "Y42B" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    check_crop (formats[i], (GstVideoRectangle){ 4, 6, 20, 10 }, (GstVideoRectangle){ 4, 6, 20, 10 });
}
GST_END_TEST;

/* Samples of colour cover two pixels each: a crop begins with the first that is wholly visible. */
GST_START_TEST (test_crop_that_begins_inside_of_a_sample)
{
  check_crop ("I420", (GstVideoRectangle){ 5, 7, 20, 10 }, (GstVideoRectangle){ 6, 8, 19, 9 });
  check_crop ("YUY2", (GstVideoRectangle){ 5, 7, 20, 10 }, (GstVideoRectangle){ 6, 7, 19, 10 });
  check_crop ("RGB", (GstVideoRectangle){ 5, 7, 20, 10 }, (GstVideoRectangle){ 5, 7, 20, 10 });
}
GST_END_TEST;

GST_START_TEST (test_crop_that_sticks_out)
{
  check_crop ("RGB", (GstVideoRectangle){ 20, 10, 32, 24 }, (GstVideoRectangle){ 20, 10, 12, 14 });
}
GST_END_TEST;

GST_START_TEST (test_crop_of_nothing)
{
  const guint crops[][4] = { { 32, 0, 4, 4 }, { 0, 24, 4, 4 }, { 0, 0, 0, 4 },
    { 4000000000u, 0, 4000000000u, 4 }, { 31, 23, 1, 1 } };
  GstVideoInfo info;

  parse ("I420", 32, 24, &info);
  for (guint i = 0; i < G_N_ELEMENTS (crops); i++) {
    GstBuffer *buffer = make_buffer (info.size);
    set_crop (buffer, crops[i][0], crops[i][1], crops[i][2], crops[i][3]);
    expect_refused (&info, buffer, "expected a part of its I420 frame of 32x24");
  }
}
GST_END_TEST;

/* The lines of the two fields must not change places. */
GST_START_TEST (test_crop_of_interlaced_video)
{
  GstVideoRectangle visible;
  GstVideoInfo info;
  GstBuffer *buffer;

  parse ("I420", 32, 24, &info);
  GST_VIDEO_INFO_INTERLACE_MODE (&info) = GST_VIDEO_INTERLACE_MODE_INTERLEAVED;
  buffer = make_buffer (info.size);
  set_crop (buffer, 0, 2, 32, 20);
  fail_unless (msnet_visible_find (&info, buffer, &visible));
  fail_unless (visible.y == 4 && visible.h == 18);
  gst_buffer_unref (buffer);
}
GST_END_TEST;

/* Hardware decoders pad their frames to whole blocks: the caps tell how much of it is the picture. */
GST_START_TEST (test_frame_larger_than_its_caps)
{
  GstVideoInfo large, info;
  GstVideoFrame frame;
  GstBuffer *buffer;

  parse ("NV12", 48, 32, &large);
  parse ("NV12", 40, 30, &info);
  buffer = make_buffer (large.size);
  gst_buffer_add_video_meta (buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_NV12, 48, 32);
  fail_unless (msnet_visible_map (&frame, &info, buffer, GST_MAP_READ, NULL));
  fail_unless_equals_int (GST_VIDEO_FRAME_WIDTH (&frame), 40);
  fail_unless_equals_int (GST_VIDEO_FRAME_HEIGHT (&frame), 30);
  fail_unless_equals_int (GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 1), 48);
  gst_video_frame_unmap (&frame);
  gst_buffer_unref (buffer);
}
GST_END_TEST;

/* Packets were lost, or an element fills a gap. */
GST_START_TEST (test_short_and_empty_buffers)
{
  GstVideoInfo info;

  parse ("I420", 64, 48, &info);
  expect_refused (&info, make_buffer (1000),
      "a buffer of 1000 bytes is too short for a I420 frame of 64x48; expected 4608; if all are, put "
      "rawvideoparse");
  expect_refused (&info, gst_buffer_new (), "a buffer of 0 bytes");
}
GST_END_TEST;

static GstBuffer *
make_described (const GstVideoInfo *info, const gchar *format, guint width, guint height)
{
  GstVideoFormat number = gst_video_format_from_string (format);
  GstBuffer *buffer = make_buffer (info->size);
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0 };
  gint stride[GST_VIDEO_MAX_PLANES] = { width };

  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, number, width, height,
      gst_video_format_get_info (number)->n_planes, offset, stride);
  return buffer;
}

/* The caps have changed and the metadata have not, or the other way round. */
GST_START_TEST (test_metadata_that_differ_from_caps)
{
  GstVideoInfo info;

  parse ("GRAY8", 64, 48, &info);
  expect_refused (&info, make_described (&info, "GRAY8", 32, 24),
      "the GstVideoMeta of a buffer tells of a GRAY8 frame of 32x24; expected GRAY8 of 64x48");
  expect_refused (&info, make_described (&info, "RGB", 64, 48), "tells of a RGB frame of 64x48");
  expect_refused (&info, make_described (&info, "NV12", 64, 48), "tells of a NV12 frame of 64x48");
  expect_refused (&info, make_described (&info, "GRAY8", 4000000000u, 48), "4000000000x48");
}
GST_END_TEST;

static GstBuffer *
make_strided (const GstVideoInfo *info, gint stride, gsize offset)
{
  GstBuffer *buffer = make_buffer (info->size);
  gsize offsets[GST_VIDEO_MAX_PLANES] = { offset };
  gint strides[GST_VIDEO_MAX_PLANES] = { stride };

  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_INFO_FORMAT (info),
      info->width, info->height, 1, offsets, strides);
  return buffer;
}

GST_START_TEST (test_rows_outside_of_the_memory)
{
  GstVideoInfo info;

  parse ("GRAY8", 64, 48, &info);
  expect_refused (&info, make_strided (&info, 100, 0),
      "plane 0 of a GRAY8 frame of 64x48 with stride 100: expected memory of "
      "4764 "
      "bytes, found 3072");
  expect_refused (&info, make_strided (&info, 64, 1), "found 3071");
  expect_refused (&info, make_strided (&info, -64, 47 * 64),
      "plane 0 of a GRAY8 frame of 64x48 has stride -64: expected rows from top to bottom; the element");
  expect_refused (
      &info, make_strided (&info, 64, 100000), "cannot be mapped, because it lies elsewhere or is shorter");
  expect_refused (&info, make_strided (&info, G_MAXINT, 0), "with stride 2147483647");
}
GST_END_TEST;

/* An NV12 frame, as V4L2 and DMABUF give it: a memory for each plane, far from each other. */
static GstBuffer *
make_separate (guint8 *bytes, gsize chroma)
{
  GstBuffer *buffer = gst_buffer_new ();
  gsize offsets[GST_VIDEO_MAX_PLANES] = { 0, 64 * 48 };
  gint strides[GST_VIDEO_MAX_PLANES] = { 64, 64 };

  gst_buffer_append_memory (
      buffer, gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, bytes, 64 * 48, 0, 64 * 48, NULL, NULL));
  gst_buffer_append_memory (buffer,
      gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, bytes + 100000, chroma, 0, chroma, NULL, NULL));
  gst_buffer_add_video_meta_full (
      buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_NV12, 64, 48, 2, offsets, strides);
  return buffer;
}

GST_START_TEST (test_planes_in_separate_memories)
{
  g_autofree guint8 *bytes = g_malloc0 (200000);
  GstBuffer *buffer = make_separate (bytes, 64 * 24);
  GstVideoFrame frame;
  GstVideoInfo info;

  parse ("NV12", 64, 48, &info);
  fail_unless (msnet_visible_map (&frame, &info, buffer, GST_MAP_READ, NULL));
  fail_unless (GST_VIDEO_FRAME_PLANE_DATA (&frame, 1) == bytes + 100000);
  gst_video_frame_unmap (&frame);
  gst_buffer_unref (buffer);
  expect_refused (
      &info, make_separate (bytes, 64 * 24 - 1), "plane 1 of a NV12 frame of 64x48 with stride 64: expected");
}
GST_END_TEST;

static gboolean
refuse_to_map (
    GstVideoMeta *meta, guint plane, GstMapInfo *info, gpointer *data, gint *stride, GstMapFlags flags)
{
  return FALSE;
}

/* Memory of a device that does not let the CPU look into it. */
GST_START_TEST (test_memory_that_cannot_be_mapped)
{
  GstVideoInfo info;
  GstBuffer *buffer;

  parse ("GRAY8", 64, 48, &info);
  buffer = make_strided (&info, 64, 0);
  gst_buffer_get_video_meta (buffer)->map = refuse_to_map;
  expect_refused (&info, buffer, "cannot be mapped, because it lies elsewhere");
}
GST_END_TEST;

static Suite *
visible_suite (void)
{
  Suite *suite = suite_create ("visible");
  TCase *tests = tcase_create ("frames");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_crop);
  tcase_add_test (tests, test_crop_that_begins_inside_of_a_sample);
  tcase_add_test (tests, test_crop_that_sticks_out);
  tcase_add_test (tests, test_crop_of_nothing);
  tcase_add_test (tests, test_crop_of_interlaced_video);
  tcase_add_test (tests, test_frame_larger_than_its_caps);
  tcase_add_test (tests, test_short_and_empty_buffers);
  tcase_add_test (tests, test_metadata_that_differ_from_caps);
  tcase_add_test (tests, test_rows_outside_of_the_memory);
  tcase_add_test (tests, test_planes_in_separate_memories);
  tcase_add_test (tests, test_memory_that_cannot_be_mapped);
  return suite;
}

GST_CHECK_MAIN (visible);
