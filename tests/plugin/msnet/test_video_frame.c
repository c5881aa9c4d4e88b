/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How frames in memory are described to the library: every format's components, fields, colours. */
#include "msnet/video_frame.h"

#include <gst/check/gstcheck.h>

/* A frame of zeros, described. */
static MsnetFrame
describe (const gchar *caps_text, GstBufferFlags flags)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_text);
  g_autoptr (GstBuffer) buffer = NULL;
  GstVideoInfo info;
  GstVideoFrame frame;
  MsnetFrame description;

  fail_unless (gst_video_info_from_caps (&info, caps));
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  GST_BUFFER_FLAG_SET (buffer, flags);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  msnet_video_frame_describe (&frame, &description);
  gst_video_frame_unmap (&frame);
  return description;
}

static MsnetFrame
describe_format (const gchar *format)
{
  g_autofree gchar *caps = g_strdup_printf ("video/x-raw, format = %s, width = 35, height = 17", format);

  return describe (caps, 0);
}

GST_START_TEST (test_components)
{
  const struct
  {
    const gchar *format;
    MsnetPixels pixels;
    struct
    {
      guint plane, offset, step, shift;
    } components[3];
  } cases[] = {
    { "RGB", MSNET_PIXELS_RGB, { { 0, 0, 3, 0 }, { 0, 1, 3, 0 }, { 0, 2, 3, 0 } } },
    { "BGR", MSNET_PIXELS_RGB, { { 0, 2, 3, 0 }, { 0, 1, 3, 0 }, { 0, 0, 3, 0 } } },
    { "RGBx", MSNET_PIXELS_RGB, { { 0, 0, 4, 0 }, { 0, 1, 4, 0 }, { 0, 2, 4, 0 } } },
    { "xRGB", MSNET_PIXELS_RGB, { { 0, 1, 4, 0 }, { 0, 2, 4, 0 }, { 0, 3, 4, 0 } } },
    { "BGRx", MSNET_PIXELS_RGB, { { 0, 2, 4, 0 }, { 0, 1, 4, 0 }, { 0, 0, 4, 0 } } },
    { "xBGR", MSNET_PIXELS_RGB, { { 0, 3, 4, 0 }, { 0, 2, 4, 0 }, { 0, 1, 4, 0 } } },
    { "RGBA", MSNET_PIXELS_RGB, { { 0, 0, 4, 0 }, { 0, 1, 4, 0 }, { 0, 2, 4, 0 } } },
    { "BGRA", MSNET_PIXELS_RGB, { { 0, 2, 4, 0 }, { 0, 1, 4, 0 }, { 0, 0, 4, 0 } } },
    { "I420", MSNET_PIXELS_YUV, { { 0, 0, 1, 0 }, { 1, 0, 1, 1 }, { 2, 0, 1, 1 } } },
    { "YV12", MSNET_PIXELS_YUV, { { 0, 0, 1, 0 }, { 2, 0, 1, 1 }, { 1, 0, 1, 1 } } },
    { "NV12", MSNET_PIXELS_YUV, { { 0, 0, 1, 0 }, { 1, 0, 2, 1 }, { 1, 1, 2, 1 } } },
    { "NV21", MSNET_PIXELS_YUV, { { 0, 0, 1, 0 }, { 1, 1, 2, 1 }, { 1, 0, 2, 1 } } },
    { "YUY2", MSNET_PIXELS_YUV, { { 0, 0, 2, 0 }, { 0, 1, 4, 1 }, { 0, 3, 4, 1 } } },
    { "UYVY", MSNET_PIXELS_YUV, { { 0, 1, 2, 0 }, { 0, 0, 4, 1 }, { 0, 2, 4, 1 } } },
    { "GRAY8", MSNET_PIXELS_GRAY, { { 0, 0, 1, 0 } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    MsnetFrame frame = describe_format (cases[i].format);
    fail_unless_equals_int (frame.pixels, cases[i].pixels);
    for (guint c = 0; c < (cases[i].pixels == MSNET_PIXELS_GRAY ? 1 : 3); c++) {
      const MsnetComponent *component = &frame.components[c];
      fail_unless (component->plane == cases[i].components[c].plane
                       && component->offset == cases[i].components[c].offset
                       && component->step == cases[i].components[c].step
                       && component->shift_x == cases[i].components[c].shift,
          "%s, component %u", cases[i].format, c);
    }
  }
}
GST_END_TEST;

GST_START_TEST (test_planes_hold_all_samples)
{
  MsnetFrame frame = describe_format ("NV12");

  fail_unless_equals_int (frame.n_planes, 2);
  fail_unless_equals_uint64 (frame.planes[0].size, 16 * 36 + 35);
  fail_unless_equals_uint64 (frame.planes[1].size, 8 * 36 + 36);
  fail_unless (frame.planes[1].data >= frame.planes[0].data + 17 * 36);
}
GST_END_TEST;

GST_START_TEST (test_colours)
{
  MsnetFrame frame = describe ("video/x-raw, format = I420, width = 64, height = 48, colorimetry = bt709", 0);

  fail_unless_equals_float (frame.kr, 0.2126);
  fail_unless_equals_float (frame.kb, 0.0722);
  fail_unless_equals_int (frame.offsets[0], 16);
  fail_unless_equals_int (frame.scales[0], 219);
  fail_unless_equals_int (frame.offsets[2], 128);
  fail_unless_equals_int (frame.scales[2], 224);
  frame = describe ("video/x-raw, format = I420, width = 64, height = 48, colorimetry = 1:4:0:0", 0);
  fail_unless_equals_float (frame.kr, 0.2990);
  fail_unless_equals_int (frame.offsets[0], 0);
  fail_unless_equals_int (frame.scales[0], 255);
  frame = describe ("video/x-raw, format = RGB, width = 64, height = 48", 0);
  fail_unless_equals_int (frame.offsets[1], 0);
  fail_unless_equals_int (frame.scales[1], 255);
}
GST_END_TEST;

GST_START_TEST (test_shape_of_pixels)
{
  MsnetFrame frame
      = describe ("video/x-raw, format = RGB, width = 64, height = 48, pixel-aspect-ratio = 16/15", 0);

  fail_unless_equals_int (frame.aspect_n, 16);
  fail_unless_equals_int (frame.aspect_d, 15);
}
GST_END_TEST;

GST_START_TEST (test_first_field)
{
  const gchar *caps = "video/x-raw, format = I420, width = 32, height = 18, interlace-mode = interleaved";
  MsnetFrame top = describe (caps, (GstBufferFlags)GST_VIDEO_BUFFER_FLAG_TFF);
  MsnetFrame bottom = describe (caps, 0);

  fail_unless_equals_int (top.height, 9);
  fail_unless_equals_int (top.aspect_d, 2);
  fail_unless_equals_uint64 (top.components[0].offset, 0);
  fail_unless_equals_uint64 (top.components[0].stride, 64);
  fail_unless_equals_uint64 (top.planes[1].size, 4 * 32 + 16);
  /* Nine lines of chroma: the bottom field has four of them, enough for eight of luma. */
  fail_unless_equals_int (bottom.height, 8);
  fail_unless_equals_uint64 (bottom.components[0].offset, 32);
  fail_unless_equals_uint64 (bottom.components[1].offset, 16);
  fail_unless_equals_uint64 (bottom.planes[1].size, 16 + 3 * 32 + 16);
}
GST_END_TEST;

static Suite *
video_frame_suite (void)
{
  Suite *suite = suite_create ("video_frame");
  TCase *tests = tcase_create ("frames");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_components);
  tcase_add_test (tests, test_planes_hold_all_samples);
  tcase_add_test (tests, test_colours);
  tcase_add_test (tests, test_shape_of_pixels);
  tcase_add_test (tests, test_first_field);
  return suite;
}

GST_CHECK_MAIN (video_frame)
