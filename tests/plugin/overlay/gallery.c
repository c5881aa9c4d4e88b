/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes pictures of what msnetoverlay draws, for people to look at:
 *   overlay_gallery FOLDER
 * Every size and ground with every kind of motion, long labels and other scripts. */
#include "common/sample_metadata.h"

#include <cairo.h>
#include <gst/check/gstharness.h>
#include <math.h>

#define FRAME (40 * GST_MSECOND)

typedef enum
{
  GROUND_WHITE,
  GROUND_BLACK,
  GROUND_PICTURE,
} Ground;

typedef struct
{
  const gchar *name;
  const gchar *label;
  gint class_index;
  SampleMotion motion;
  gdouble speed;
  const gchar *options;
  guint n_actions; /* of those below, the first ones */
  gboolean has_activation;
} Scene;

static const Scene scenes[] = {
  { "pan", "pan-right", 2, SAMPLE_PAN, 0.3, "" },
  { "zoom", "zoom-in", 5, SAMPLE_ZOOM, 0.6, "" },
  { "roll", "roll-left", 7, SAMPLE_ROLL, 0.6, "position=top-right" },
  { "long", "Pretending to put something on a surface, and then taking it away again", 12, SAMPLE_FLAT, 0.0,
      "position=bottom-left" },
  { "script", "наклон вниз · κλίση · إمالة", 4, SAMPLE_ZOOM, -0.2, "position=bottom-right" },
  { "wheel", "roll-left", 7, SAMPLE_ROLL, 0.6, "motion-style=wheel" },
  { "heat", "zoom-in", 5, SAMPLE_ZOOM, 0.6, "motion-style=heat" },
  { "activation", "approaching", 15, SAMPLE_FLAT, 0.0, "", 0, TRUE },
  { "activation-motion", "pan-left", 1, SAMPLE_PAN, 0.3, "", 0, TRUE },
  { "action", "pan-left", 1, SAMPLE_PAN, 0.3, "", 1 },
  { "ended", "pan-left", 1, SAMPLE_PAN, 0.3, "position=bottom-right", 3 },
  { "actions", "pan-left", 1, SAMPLE_PAN, 0.3, "position=top-right", 5 },
};

static const struct
{
  gint width, height;
} sizes[] = { { 160, 120 }, { 320, 240 }, { 640, 480 }, { 1280, 720 }, { 1920, 1080 }, { 360, 640 } };

/* Seconds of running time; the last picture is at 11.6 s.  @end 0: still on. */
static const struct
{
  const gchar *element;
  const gchar *label;
  gint class_index;
  gdouble start, end;
} actions[] = {
  { "msnet0", "pan-left", 1, 9.2, 0.0 },
  { "msnet0", "approaching", 15, 0.1, 0.0 },
  { "msnet0", "shake", 9, 8.0, 11.3 },
  { "fight-detector", "Throwing something in the air and letting it fall", 8, 11.0, 0.0 },
  { "fight-detector", "fight", 1, 11.5, 0.0 },
};

static const gchar *grounds[] = { "white", "black", "picture" };

/* Soft blobs of colour with grain: neither bright nor dark, and never flat. */
static guint32
picture_pixel (gint x, gint y, gint width, gint height)
{
  gdouble u = (gdouble)x / height, v = (gdouble)y / height;
  gdouble grain = ((x * 7919 + y * 104729 + x * y * 31) % 64 - 32) * 0.6;
  gdouble red = 120 + 80 * sin (5.0 * u + 3.0 * v) + grain;
  gdouble green = 120 + 70 * sin (4.0 * v - 2.0 * u + 1.0) + grain;
  gdouble blue = 110 + 80 * cos (6.0 * u * v + 2.0) + grain;

  return (guint32)CLAMP (red, 0, 255) << 16 | (guint32)CLAMP (green, 0, 255) << 8
         | (guint32)CLAMP (blue, 0, 255);
}

static GstBuffer *
frame_new (gint width, gint height, Ground ground, guint n)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, (gsize)width * height * 4, NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      ((guint32 *)map.data)[y * width + x] = ground == GROUND_WHITE   ? 0xffffff
                                             : ground == GROUND_BLACK ? 0
                                                                      : picture_pixel (x, y, width, height);
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = n * FRAME;
  GST_BUFFER_DURATION (buffer) = FRAME;
  return buffer;
}

static void
write_picture (GstBuffer *buffer, gint width, gint height, const gchar *path)
{
  GstMapInfo map;
  cairo_surface_t *surface;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  surface = cairo_image_surface_create_for_data (map.data, CAIRO_FORMAT_RGB24, width, height, width * 4);
  cairo_surface_write_to_png (surface, path);
  cairo_surface_destroy (surface);
  gst_buffer_unmap (buffer, &map);
}

/* What the time line remembers: a second and a half of each label, the scene's own at last. */
static MsnetResult
make_result (const Scene *scene, guint index, GstClockTime end)
{
  static const gchar *past[] = { "still", "pan-left", "tilt-up", "shake", "zoom-out", "roll-right" };
  static const gint classes[] = { 0, 1, 3, 9, 6, 8 };
  guint part = end / (1500 * GST_MSECOND);
  gboolean now = part >= G_N_ELEMENTS (past);
  MsnetResult result = sample_result (index, "msnet0", now ? scene->label : past[part], end);

  result.class_index = now ? scene->class_index : classes[part];
  return result;
}

static void
push_action (GstHarness *harness, guint n, GstClockTime end)
{
  gst_harness_push_event (harness, sample_action (actions[n].element, actions[n].label,
                                       actions[n].class_index, actions[n].start * GST_SECOND, end));
}

static void
draw_scene (const gchar *folder, const Scene *scene, guint size, Ground ground)
{
  gint width = sizes[size].width, height = sizes[size].height;
  g_autofree gchar *launch = g_strdup_printf ("msnetoverlay %s", scene->options);
  g_autofree gchar *caps = g_strdup_printf (
      "video/x-raw,format=BGRx,width=%d,height=%d,framerate=25/1,pixel-aspect-ratio=1/1", width, height);
  g_autofree gchar *path
      = g_strdup_printf ("%s/%s-%dx%d-%s.png", folder, scene->name, width, height, grounds[ground]);
  GstHarness *harness = gst_harness_new_parse (launch);
  g_auto (MsnetMotion) motion = sample_motion (0, "msnet0", scene->motion, scene->speed);
  g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 4, 2);
  guint last = 290;
  GstBuffer *buffer;

  gst_harness_set_src_caps_str (harness, caps);
  for (guint n = 25; n <= last; n++) {
    guint64 index = n / 6;
    MsnetResult result = make_result (scene, index, index * 6 * FRAME);

    buffer = n < last ? gst_buffer_new () : frame_new (width, height, ground, n);
    if (n < last) {
      /* Only the last picture is looked at; the others tell of the past by events. */
      GstStructure *structure = gst_structure_new_empty (MSNET_RESULT_NAME);
      gst_buffer_unref (buffer);
      msnet_result_write (&result, structure);
      gst_harness_push_event (harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure));
      continue;
    }
    for (guint action = 0; action < scene->n_actions; action++) {
      push_action (harness, action, GST_CLOCK_TIME_NONE);
      if (actions[action].end > 0.0)
        push_action (harness, action, actions[action].end * GST_SECOND);
    }
    msnet_result_attach (&result, buffer);
    msnet_motion_attach (&motion, buffer);
    if (scene->has_activation)
      msnet_activation_attach (&activation, buffer);
    gst_harness_push (harness, buffer);
  }
  buffer = gst_harness_pull (harness);
  write_picture (buffer, width, height, path);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  if (argc != 2) {
    g_printerr ("usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  msnet_meta_register ();
  for (guint scene = 0; scene < G_N_ELEMENTS (scenes); scene++)
    for (guint size = 0; size < G_N_ELEMENTS (sizes); size++)
      for (Ground ground = GROUND_WHITE; ground <= GROUND_PICTURE; ground++)
        draw_scene (argv[1], &scenes[scene], size, ground);
  return 0;
}
