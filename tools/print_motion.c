/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints the motion fields of a pipeline, for tools that measure them.
 *
 *   print_motion 'fdsrc fd=0 ! matroskademux ! msnet ! fakesink name=out'
 *
 * Each field once, when its buffer reaches the element named `out`: a line of JSON with width, height, start
 * and end (of the pair of frames, ns) and what it says of the camera, then width x height x 3 floats, little
 * endian: x, y, confidence. */
#include "meta/result_meta.h"

#include <gst/gst.h>
#include <stdio.h>

static void
print_field (const MsnetMotion *motion)
{
  gsize size = 0;
  gconstpointer field = g_bytes_get_data (motion->field, &size);

  printf ("{\"width\":%d,\"height\":%d,\"start\":%" G_GUINT64_FORMAT ",\"end\":%" G_GUINT64_FORMAT
          ",\"pan\":%.6f,\"tilt\":%.6f,\"zoom\":%.6f,\"roll\":%.6f,\"agreement\":%.6f}\n",
      motion->width, motion->height, motion->start, motion->end, motion->pan, motion->tilt, motion->zoom,
      motion->roll, motion->agreement);
  fwrite (field, 1, size, stdout);
}

/* @last: guint64, one more than the index of the field printed last */
static GstPadProbeReturn
look_at_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer last)
{
  const GstStructure *structure;
  gpointer state = NULL;

  while ((structure = msnet_meta_iterate (GST_PAD_PROBE_INFO_BUFFER (info), &state, MSNET_MOTION_META_NAME))
         != NULL) {
    g_auto (MsnetMotion) motion = { 0 };

    if (msnet_motion_read (&motion, structure) && motion.index + 1 > *(guint64 *)last) {
      print_field (&motion);
      *(guint64 *)last = motion.index + 1;
    }
  }
  return GST_PAD_PROBE_OK;
}

static gboolean
run (GstElement *pipeline, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  gst_message_parse_error (message, error, NULL);
  return FALSE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) out = NULL;
  g_autoptr (GstPad) pad = NULL;
  guint64 last = 0;

  gst_init (&argc, &argv);
  if (argc != 2 || (pipeline = gst_parse_launch (argv[1], &error)) == NULL
      || (out = gst_bin_get_by_name (GST_BIN (pipeline), "out")) == NULL) {
    fprintf (stderr, "usage: print_motion 'PIPELINE with a sink named out'%s%s\n", error != NULL ? ": " : "",
        error != NULL ? error->message : "");
    return 2;
  }
  pad = gst_element_get_static_pad (out, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, look_at_buffer, &last, NULL);
  if (!run (pipeline, &error)) {
    fprintf (stderr, "print_motion: %s\n", error->message);
    return 1;
  }
  return 0;
}
