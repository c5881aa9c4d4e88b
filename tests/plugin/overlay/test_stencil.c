/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blending against what it should be, computed in floating point. */
#include "overlay/stencil.h"

#include <gst/check/gstcheck.h>
#include <math.h>

typedef struct
{
  gdouble alpha, red, green, blue; /* premultiplied, [0, 1] */
} Pixel;

typedef struct
{
  gint x, y, width, height;
  guint32 *pixels;
} Patch;

static Patch
patch_new (gint x, gint y, gint width, gint height)
{
  return (Patch){ x, y, width, height, g_new0 (guint32, width * height) };
}

static void
set_pixel (Patch *patch, gint n, guint alpha, guint red, guint green, guint blue)
{
  patch->pixels[n]
      = alpha << 24 | (red * alpha / 255) << 16 | (green * alpha / 255) << 8 | blue * alpha / 255;
}

static Pixel
get_pixel (const Patch *patch, gint x, gint y)
{
  guint32 pixel = 0;

  if (x >= patch->x && y >= patch->y && x < patch->x + patch->width && y < patch->y + patch->height)
    pixel = patch->pixels[(y - patch->y) * patch->width + (x - patch->x)];
  return (Pixel){ (pixel >> 24) / 255.0, (pixel >> 16 & 255) / 255.0, (pixel >> 8 & 255) / 255.0,
    (pixel & 255) / 255.0 };
}

/* Takes the patch's pixels. */
static GstVideoOverlayRectangle *
rectangle_new (Patch *patch)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, patch->pixels,
      patch->width * patch->height * 4, 0, patch->width * patch->height * 4, NULL, NULL);

  gst_buffer_add_video_meta (
      buffer, 0, GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, patch->width, patch->height);
  return gst_video_overlay_rectangle_new_raw (buffer, patch->x, patch->y, patch->width, patch->height,
      GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
}

/* What component @component of @pixel adds to a sample, in [0, 255]. */
static gdouble
get_value (const GstVideoInfo *info, guint component, Pixel pixel)
{
  const gdouble rgb[] = { pixel.red, pixel.green, pixel.blue };
  gint offset[4], scale[4];
  gdouble kr, kb, y;

  if (GST_VIDEO_INFO_IS_RGB (info))
    return rgb[component] * 255.0;
  gst_video_color_range_offsets (info->colorimetry.range, info->finfo, offset, scale);
  if (!gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &kr, &kb)) {
    kr = 0.299;
    kb = 0.114;
  }
  y = kr * pixel.red + (1.0 - kr - kb) * pixel.green + kb * pixel.blue;
  if (component == 1)
    y = (pixel.blue - y) / (2.0 * (1.0 - kb));
  if (component == 2)
    y = (pixel.red - y) / (2.0 * (1.0 - kr));
  return offset[component] * pixel.alpha + scale[component] * y;
}

/* Fails with the worst sample where @after is not @before with @patch over it. */
static void
assert_blended (GstVideoFrame *before, GstVideoFrame *after, const Patch *patch)
{
  const GstVideoFormatInfo *format = before->info.finfo;
  gdouble worst = 0.0;
  g_autofree gchar *where = NULL;

  for (guint c = 0; c < format->n_components; c++)
    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (before, c); y++)
      for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (before, c); x++) {
        gsize place = (gsize)y * GST_VIDEO_FRAME_COMP_STRIDE (before, c)
                      + (gsize)x * GST_VIDEO_FRAME_COMP_PSTRIDE (before, c);
        guint8 old = ((guint8 *)GST_VIDEO_FRAME_COMP_DATA (before, c))[place];
        guint8 new = ((guint8 *)GST_VIDEO_FRAME_COMP_DATA (after, c))[place];
        gint across = 1 << format->w_sub[c], down = 1 << format->h_sub[c];
        gdouble value = 0.0, alpha = 0.0, error;

        for (gint j = 0; j < down; j++)
          for (gint i = 0; i < across; i++) {
            Pixel pixel = get_pixel (patch, x * across + i, y * down + j);
            value += get_value (&before->info, c, pixel) / (across * down);
            alpha += pixel.alpha / (across * down);
          }
        error = fabs (value + old * (1.0 - alpha) - new);
        fail_if (alpha == 0.0 && old != new, "%s: sample %d, %d of component %u changed from %u to %u",
            format->name, x, y, c, old, new);
        if (error > worst) {
          worst = error;
          g_free (where);
          where = g_strdup_printf (
              "sample %d, %d of component %u: %u, expected %.2f", x, y, c, new, value + old * (1.0 - alpha));
        }
      }
  fail_if (worst > 1.5, "%s: %s", format->name, where);
}

static GstBuffer *
noise_new (GRand *random, gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = g_rand_int (random);
  return gst_buffer_new_wrapped (data, size);
}

/* Blends @patch into a frame of noise of @caps. */
static void
check_blend (const gchar *caps_text, Patch *patch)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_text);
  GstVideoOverlayRectangle *rectangle = rectangle_new (patch);
  g_autoptr (GstBuffer) before = NULL;
  g_autoptr (GstBuffer) after = NULL;
  GstVideoFrame old, new;
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, caps));
  fail_unless (msnet_stencil_fits (&info), "%s does not fit", caps_text);
  before = noise_new (random, info.size);
  after = gst_buffer_copy_deep (before);
  gst_video_frame_map (&old, &info, before, GST_MAP_READ);
  gst_video_frame_map (&new, &info, after, GST_MAP_READWRITE);
  msnet_stencil_blend (rectangle, &new);
  assert_blended (&old, &new, patch);
  gst_video_frame_unmap (&old);
  gst_video_frame_unmap (&new);
  gst_video_overlay_rectangle_unref (rectangle);
}

/* Opaque, translucent and transparent parts, at places that no sampling grid likes. */
static Patch
random_patch (GRand *random, gint width, gint height)
{
  Patch patch = patch_new (g_rand_int_range (random, 0, width), g_rand_int_range (random, 0, height), 0, 0);
  gint most_x = width - patch.x, most_y = height - patch.y;

  g_free (patch.pixels);
  patch = patch_new (
      patch.x, patch.y, g_rand_int_range (random, 1, most_x + 1), g_rand_int_range (random, 1, most_y + 1));
  for (gint i = 0; i < patch.width * patch.height; i++)
    if (i % 40 < 20)
      set_pixel (&patch, i, i % 3 ? 255 : g_rand_int_range (random, 0, 256),
          g_rand_int_range (random, 0, 256), g_rand_int_range (random, 0, 256),
          g_rand_int_range (random, 0, 256));
  return patch;
}

static const gchar *formats[] = { "I420", "YV12", "NV12", "NV21", "Y42B", "Y444", "Y41B", "YUY2", "UYVY",
  "YVYU", "NV16", "NV24", "GRAY8", "RGB", "BGR", "RGBx", "BGRx", "xRGB", "xBGR", "GBR" };

GST_START_TEST (test_every_format_equals_floating_point)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  const gint sizes[][2] = { { 64, 48 }, { 37, 23 }, { 1, 1 }, { 2, 3 } };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    for (guint size = 0; size < G_N_ELEMENTS (sizes); size++) {
      Patch patch = random_patch (random, sizes[size][0], sizes[size][1]);
      g_autofree gchar *caps = g_strdup_printf ("video/x-raw,format=%s,width=%d,height=%d,framerate=1/1",
          formats[i], sizes[size][0], sizes[size][1]);
      check_blend (caps, &patch);
      g_free (patch.pixels);
    }
}
GST_END_TEST;

GST_START_TEST (test_matrix_and_range_of_the_caps)
{
  const gchar *colorimetries[] = { "bt601", "bt709", "bt2020", "1:4:0:0", "2:3:0:0" };
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  for (guint i = 0; i < G_N_ELEMENTS (colorimetries); i++) {
    Patch patch = random_patch (random, 40, 30);
    g_autofree gchar *caps = g_strdup_printf (
        "video/x-raw,format=I420,width=40,height=30,framerate=1/1,colorimetry=%s", colorimetries[i]);
    check_blend (caps, &patch);
    g_free (patch.pixels);
  }
}
GST_END_TEST;

GST_START_TEST (test_red_is_red)
{
  Patch patch = patch_new (0, 0, 16, 16);
  g_autoptr (GstCaps) caps
      = gst_caps_from_string ("video/x-raw,format=I420,width=16,height=16,framerate=1/1,colorimetry=bt601");
  GstVideoOverlayRectangle *rectangle;
  g_autoptr (GstBuffer) buffer = NULL;
  GstVideoFrame frame;
  GstVideoInfo info;

  for (gint i = 0; i < 256; i++)
    set_pixel (&patch, i, 255, 255, 0, 0);
  rectangle = rectangle_new (&patch);
  gst_video_info_from_caps (&info, caps);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 128, info.size);
  gst_video_frame_map (&frame, &info, buffer, GST_MAP_READWRITE);
  msnet_stencil_blend (rectangle, &frame);
  /* BT.601: Y 81, Cb 90, Cr 240 */
  fail_unless_equals_int (((guint8 *)frame.data[0])[5], 81);
  fail_unless_equals_int (((guint8 *)frame.data[1])[5], 90);
  fail_unless_equals_int (((guint8 *)frame.data[2])[5], 240);
  gst_video_frame_unmap (&frame);
  gst_video_overlay_rectangle_unref (rectangle);
  g_free (patch.pixels);
}
GST_END_TEST;

GST_START_TEST (test_what_does_not_fit)
{
  const GstVideoFormat others[] = { GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_AYUV, GST_VIDEO_FORMAT_I420_10LE,
    GST_VIDEO_FORMAT_RGB16, GST_VIDEO_FORMAT_v210, GST_VIDEO_FORMAT_RGB8P, GST_VIDEO_FORMAT_NV12_64Z32 };
  GstVideoInfo info;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    gst_video_info_set_format (&info, others[i], 64, 64);
    fail_if (msnet_stencil_fits (&info), "%s", info.finfo->name);
  }
}
GST_END_TEST;

static Suite *
overlay_stencil_suite (void)
{
  Suite *suite = suite_create ("overlay_stencil");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_every_format_equals_floating_point);
  tcase_add_test (tests, test_matrix_and_range_of_the_caps);
  tcase_add_test (tests, test_red_is_red);
  tcase_add_test (tests, test_what_does_not_fit);
  return suite;
}

GST_CHECK_MAIN (overlay_stencil);
