/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tells on the terminal what happens in front of a camera.  Uses the plugin by GStreamer's own API alone.
 *
 *   live                                       the camera that GStreamer finds, else a test picture
 *   live VIDEO.webm                            a file, or whatever has a URI
 *   live v4l2src device=/dev/video2 ! jpegdec  a source as gst-launch-1.0 takes it
 *
 * Prints three kinds of lines, times in seconds of the stream; the camera's pan is in widths of the frame per
 * second, tilt in its heights, zoom the logarithm of the growth, roll in radians:
 *
 *   begin pan-right at 3.750
 *   4.200 pan-right 0.99 (age 0.0 s) camera: pan +0.15 tilt -0.01 zoom -0.06 roll +0.01 (90 % agree)
 *   end pan-right 3.750 - 6.750
 *
 * Actions are messages on the bus.  Results ride on the buffers, where a pad probe behind `msnet` meets them.
 * It runs in the thread that carries the video: it copies what is new into a message and lets the buffer go.
 * Everything is printed in the main loop, where a slow terminal holds up nothing.
 *
 * Ctrl-C ends the stream, and with it what is on; a second one ends the program.  Errors: exit status 1.
 *
 *   cc live.c -o live $(pkg-config --cflags --libs gstreamer-1.0) */
#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline;
  guint64 next_index; /* of the first result that is news; the probe's own */
  int status;
} Live;

static guint64
get_number (const GstStructure *structure, const gchar *field)
{
  guint64 number = 0;

  gst_structure_get_uint64 (structure, field, &number);
  return number;
}

static gdouble
get_seconds (const GstStructure *structure, const gchar *field)
{
  return (gdouble)get_number (structure, field) / GST_SECOND;
}

/* gst_buffer_get_custom_meta() finds the first one alone; where the device was late a buffer has several. */
static const GstStructure *
next_meta (GstBuffer *buffer, gpointer *state, const gchar *name)
{
  GstMeta *meta;

  while ((meta = gst_buffer_iterate_meta (buffer, state)) != NULL)
    if (gst_meta_info_is_custom (meta->info) && gst_custom_meta_has_name ((GstCustomMeta *)meta, name))
      return gst_custom_meta_get_structure ((GstCustomMeta *)meta);
  return NULL;
}

static void
post_result (Live *live, const GstStructure *result, GstBuffer *buffer)
{
  GstStructure *copy = gst_structure_copy (result);
  const GstStructure *motion;
  gpointer state = NULL;

  while ((motion = next_meta (buffer, &state, "MsnetMotionMeta")) != NULL)
    if (get_number (motion, "index") == get_number (result, "index"))
      gst_structure_set (copy, "motion", GST_TYPE_STRUCTURE, motion, NULL);
  gst_element_post_message (live->pipeline, gst_message_new_application (GST_OBJECT (live->pipeline), copy));
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Live *live = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  gpointer state = NULL;
  const GstStructure *result;

  while ((result = next_meta (buffer, &state, "MsnetResultMeta")) != NULL) {
    guint64 index = get_number (result, "index");
    /* Frames between two results carry the last one on. */
    if (index >= live->next_index)
      post_result (live, result, buffer);
    live->next_index = MAX (live->next_index, index + 1);
  }
  return GST_PAD_PROBE_OK;
}

static void
print_result (const GstStructure *result)
{
  g_autoptr (GstStructure) motion = NULL;
  gdouble score = 0, pan, tilt, zoom, roll, agreement;

  gst_structure_get (result, "score", G_TYPE_DOUBLE, &score, "motion", GST_TYPE_STRUCTURE, &motion, NULL);
  printf ("%.3f %s %.2f (age %.1f s)", get_seconds (result, "stream-end"),
      gst_structure_get_string (result, "label"), score, get_seconds (result, "age"));
  if (motion != NULL
      && gst_structure_get (motion, "pan", G_TYPE_DOUBLE, &pan, "tilt", G_TYPE_DOUBLE, &tilt, "zoom",
          G_TYPE_DOUBLE, &zoom, "roll", G_TYPE_DOUBLE, &roll, "agreement", G_TYPE_DOUBLE, &agreement, NULL))
    printf (" camera: pan %+.2f tilt %+.2f zoom %+.2f roll %+.2f (%.0f %% agree)", pan, tilt, zoom, roll,
        100 * agreement);
  printf ("\n");
}

static void
print_action (const GstStructure *action)
{
  const gchar *label;
  gdouble start;

  if (action == NULL) /* of some other element */
    return;
  label = gst_structure_get_string (action, "label");
  start = get_seconds (action, "stream-start");
  if (gst_structure_has_name (action, "msnet-action-begin"))
    printf ("begin %s at %.3f\n", label, start);
  else if (gst_structure_has_name (action, "msnet-action-end"))
    printf ("end %s %.3f - %.3f\n", label, start, get_seconds (action, "stream-end"));
}

static void
print_problem (GstMessage *message, void (*parse) (GstMessage *, GError **, gchar **))
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  parse (message, &error, &debug);
  g_printerr ("%s from %s: %s\n%s\n", GST_MESSAGE_TYPE_NAME (message), GST_MESSAGE_SRC_NAME (message),
      error->message, debug != NULL ? debug : "");
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Live *live = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_APPLICATION: /* from our probe */
    print_result (gst_message_get_structure (message));
    break;
  case GST_MESSAGE_ELEMENT:
    print_action (gst_message_get_structure (message));
    break;
  case GST_MESSAGE_WARNING:
    print_problem (message, gst_message_parse_warning);
    break;
  case GST_MESSAGE_ERROR:
    print_problem (message, gst_message_parse_error);
    live->status = EXIT_FAILURE;
    g_main_loop_quit (live->loop);
    break;
  case GST_MESSAGE_EOS:
    g_main_loop_quit (live->loop);
    break;
  default:
    break;
  }
  return G_SOURCE_CONTINUE;
}

/* The loop goes on until EOS has come through the pipeline. */
static gboolean
on_interrupt (gpointer user_data)
{
  Live *live = user_data;

  gst_element_send_event (live->pipeline, gst_event_new_eos ());
  return G_SOURCE_REMOVE;
}

static gchar *
describe_source (gchar **arguments)
{
  g_autofree gchar *uri = NULL;

  if (*arguments == NULL)
    return g_strdup ("autovideosrc");
  if (gst_uri_is_valid (*arguments))
    uri = g_strdup (*arguments);
  else if (g_file_test (*arguments, G_FILE_TEST_EXISTS))
    uri = gst_filename_to_uri (*arguments, NULL);
  return uri != NULL ? g_strdup_printf ("uridecodebin uri=\"%s\"", uri) : g_strjoinv (" ", arguments);
}

/* To see the video as well: ... ! msnet name=msnet ! msnetoverlay ! videoconvert ! autovideosink */
static GstElement *
build_pipeline (gchar **arguments, GError **error)
{
  g_autofree gchar *source = describe_source (arguments);
  g_autofree gchar *description = g_strdup_printf ("%s ! videoconvert ! msnet name=msnet ! fakesink", source);

  return gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
}

static void
run (Live *live)
{
  g_autoptr (GstElement) msnet = gst_bin_get_by_name (GST_BIN (live->pipeline), "msnet");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (msnet, "src");
  g_autoptr (GstBus) bus = gst_element_get_bus (live->pipeline);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, live, NULL);
  gst_bus_add_watch (bus, on_message, live);
  g_unix_signal_add (SIGINT, on_interrupt, live);
  /* An element that cannot start has most often said why; that message comes first. */
  if (gst_element_set_state (live->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    GST_ELEMENT_ERROR (live->pipeline, CORE, STATE_CHANGE, ("The pipeline does not start."), (NULL));
  g_main_loop_run (live->loop);
  gst_element_set_state (live->pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GstElement) pipeline = NULL;
  Live live = { .loop = loop, .status = EXIT_SUCCESS };

  gst_init (&argc, &argv);
  setvbuf (stdout, NULL, _IOLBF, 0); /* in a pipe, too, a line is seen at once */
  live.pipeline = pipeline = build_pipeline (argv + 1, &error);
  if (pipeline == NULL) {
    g_printerr (
        "%s\nusage: live [VIDEO | URI | SOURCE ! ...], with the plugin in GST_PLUGIN_PATH\n", error->message);
    return EXIT_FAILURE;
  }
  run (&live);
  return live.status;
}
