/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each further stream of a process costs, and whether streams get equal shares of a device that is too
 * slow for all of them.
 *
 *   meson devenv -C build bench/streams [--streams=16] [--seconds=20] [--model=motion] [--hop=125]
 *       [--video=format=BGRA,width=3840,height=2160]
 *
 * Live test pictures, policy `latest`.  Streams are started one after the other, each until its first
 * result; then all run at the same time. */
#include "meta/result_meta.h"
#include "msnet/msnet.h"
#include "opencl/device.h"
#include "opencl/open.h"
#include "opencl/usage.h"
#include "program.h"

#include <gst/gst.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MEGABYTE 1e6
#define PATIENCE (60 * G_USEC_PER_SEC)

static gint n_streams = 16;
static gint n_seconds = 20;
static gint hop = 125;
static gchar *model_name = "motion";
static gchar *video = "format=I420,width=320,height=240";

static const GOptionEntry options[] = {
  { "streams", 0, 0, G_OPTION_ARG_INT, &n_streams, "Elements in this process", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &n_seconds, "How long all of them run", "N" },
  { "model", 0, 0, G_OPTION_ARG_STRING, &model_name, "Model of all of them", "NAME" },
  { "video", 0, 0, G_OPTION_ARG_STRING, &video, "What is recognised, as caps", "FIELDS" },
  { "hop", 0, 0, G_OPTION_ARG_INT, &hop, "From window to window, ms; short ones are too much for the device",
      "N" },
  { NULL },
};

typedef struct
{
  guint64 windows;
  guint64 skipped;
  guint64 latency; /* median, ns */
} Stats;

/* What the process has: all of it in RAM, and of that what is the device's. */
typedef struct
{
  gdouble resident;
  MsnetDeviceUsage usage;
} Memory;

typedef struct
{
  GstElement *pipeline;
  GstElement *element;
  Memory memory; /* once it ran */
  Stats before;
  Stats after;
} Stream;

static Memory
read_memory (MsnetDevice *device)
{
  g_autofree gchar *text = NULL;
  Memory memory = { 0 };

  msnet_device_get_usage (device, &memory.usage);
  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    memory.resident = g_ascii_strtoull (strchr (text, ' '), NULL, 10) * (gdouble)sysconf (_SC_PAGESIZE);
  return memory;
}

static Stats
read_stats (Stream *stream)
{
  g_autoptr (GstStructure) structure = NULL;
  Stats stats = { 0 };

  g_object_get (stream->element, "stats", &structure, NULL);
  gst_structure_get_uint64 (structure, "windows", &stats.windows);
  gst_structure_get_uint64 (structure, "skipped", &stats.skipped);
  gst_structure_get_uint64 (structure, "latency-p50", &stats.latency);
  return stats;
}

static gboolean
has_failed (Stream *stream, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (stream->pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  if (message != NULL)
    gst_message_parse_error (message, error, NULL);
  return message != NULL;
}

/* Until its first result; then it holds still. */
static gboolean
stream_start (Stream *stream, GError **error)
{
  g_autofree gchar *description
      = g_strdup_printf ("videotestsrc is-live=true pattern=ball ! video/x-raw, %s, framerate=30/1"
                         " ! msnet name=msnet policy=latest model=%s hop=%" G_GUINT64_FORMAT " ! fakesink",
          video, model_name, hop * GST_MSECOND);
  gint64 deadline = g_get_monotonic_time () + PATIENCE;

  stream->pipeline = gst_parse_launch (description, NULL);
  stream->element = gst_bin_get_by_name (GST_BIN (stream->pipeline), "msnet");
  gst_element_set_state (stream->pipeline, GST_STATE_PLAYING);
  while (read_stats (stream).windows == 0) {
    if (has_failed (stream, error))
      return FALSE;
    if (g_get_monotonic_time () > deadline) {
      g_set_error (
          error, GST_CORE_ERROR, GST_CORE_ERROR_FAILED, "expected a result within a minute, found none");
      return FALSE;
    }
    g_usleep (G_USEC_PER_SEC / 20);
  }
  gst_element_set_state (stream->pipeline, GST_STATE_PAUSED);
  return TRUE;
}

static void
stream_stop (Stream *stream)
{
  if (stream->pipeline == NULL)
    return;
  gst_element_set_state (stream->pipeline, GST_STATE_NULL);
  gst_object_unref (stream->element);
  gst_object_unref (stream->pipeline);
}

static void
print_memory (const Memory *start, const Stream *streams)
{
  const Memory *first = &streams[0].memory, *last = &streams[n_streams - 1].memory;
  gint further = MAX (n_streams - 1, 1);

  printf ("MB                    resident    weights  activations and slots\n");
  printf ("first element       %10.1f %10.1f %22.1f\n", (first->resident - start->resident) / MEGABYTE,
      first->usage.constant_bytes / MEGABYTE, first->usage.own_bytes / MEGABYTE);
  printf ("each further        %10.1f %10.1f %22.1f\n",
      (last->resident - first->resident) / MEGABYTE / further,
      ((gdouble)last->usage.constant_bytes - first->usage.constant_bytes) / MEGABYTE / further,
      ((gdouble)last->usage.own_bytes - first->usage.own_bytes) / MEGABYTE / further);
}

static void
print_shares (const Stream *streams)
{
  gdouble least = 1, most = 0, sum = 0;

  printf ("\nstream   windows   skipped     share   latency\n");
  for (gint i = 0; i < n_streams; i++) {
    guint64 windows = streams[i].after.windows - streams[i].before.windows;
    guint64 skipped = streams[i].after.skipped - streams[i].before.skipped;
    gdouble share = (gdouble)skipped / MAX (windows + skipped, 1);

    printf ("%6d %9" G_GUINT64_FORMAT " %9" G_GUINT64_FORMAT " %9.3f %6.0f ms\n", i, windows, skipped, share,
        streams[i].after.latency / 1e6);
    least = MIN (least, share);
    most = MAX (most, share);
    sum += windows;
  }
  printf ("%.1f windows a second; skipped shares from %.3f to %.3f, a ratio of %.2f\n", sum / n_seconds,
      least, most, least > 0 ? most / least : 1);
}

static void
run_all (Stream *streams)
{
  for (gint i = 0; i < n_streams; i++)
    gst_element_set_state (streams[i].pipeline, GST_STATE_PLAYING);
  g_usleep (2 * G_USEC_PER_SEC);
  for (gint i = 0; i < n_streams; i++)
    streams[i].before = read_stats (&streams[i]);
  g_usleep (n_seconds * G_USEC_PER_SEC);
  for (gint i = 0; i < n_streams; i++)
    streams[i].after = read_stats (&streams[i]);
}

static gboolean
measure (MsnetDevice *device, Stream *streams, GError **error)
{
  Memory start = read_memory (device);

  for (gint i = 0; i < n_streams; i++) {
    if (!stream_start (&streams[i], error))
      return FALSE;
    streams[i].memory = read_memory (device);
  }
  print_memory (&start, streams);
  run_all (streams);
  print_shares (streams);
  return TRUE;
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (MsnetDevice) device = msnet_device_open (NULL, error);
  g_autofree Stream *streams = g_new0 (Stream, n_streams);
  gboolean good;

  if (device == NULL)
    return FALSE;
  msnet_meta_register ();
  GST_ELEMENT_REGISTER (msnet, NULL);
  good = measure (device, streams, error);
  for (gint i = 0; i < n_streams; i++)
    stream_stop (&streams[i]);
  return good;
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .summary = "Times many streams on one device.",
    .options = options,
    .group = gst_init_get_option_group (),
    .run = run,
  };

  return bench_main (&program, argc, argv);
}
