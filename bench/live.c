/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many live streams of 1280 x 720 at 30 frames a second the machine holds.
 *
 *   meson devenv -C build bench/live [--streams=8,16,24,32] [--seconds=5] [--model=motion] [--hop=125]
 *
 * For each number of streams: what of the results is skipped and of the points has no frame, how old a
 * result is when it comes (95 % are younger), and the cores' time: all of it, what the sources take by
 * themselves, and what remains for each sampled frame.  Policy `latest`. */
#include "meta/result_meta.h"
#include "msnet/msnet.h"
#include "program.h"

#include <gst/gst.h>
#include <gst/video/video.h>
#include <stdio.h>
#include <sys/resource.h>

/* One picture, shown again and again: costs next to nothing. */
#define SOURCE                                                                                               \
  "videotestsrc num-buffers=1 pattern=ball ! video/x-raw, format=I420, width=1280, height=720 ! "            \
  "imagefreeze is-live=true ! video/x-raw, framerate=30/1 ! "

static gchar *counts = "8,16,24,32";
static gint n_seconds = 5;
static gint hop = 125;
static gchar *model_name = "motion";

static const GOptionEntry options[] = {
  { "streams", 0, 0, G_OPTION_ARG_STRING, &counts, "Numbers of streams, one after the other", "N,N" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &n_seconds, "How long each number runs", "N" },
  { "model", 0, 0, G_OPTION_ARG_STRING, &model_name, "Model of all of them", "NAME" },
  { "hop", 0, 0, G_OPTION_ARG_INT, &hop, "From window to window, ms", "N" },
  { NULL },
};

typedef struct
{
  GstElement *pipeline;
  GstElement *element;
  guint64 windows; /* as counted at the begin of the measurement */
  guint64 skipped;
  guint64 gaps;
  gint64 index; /* of the last result seen; streaming thread */
  GArray *ages; /* of GstClockTime; streaming thread, while it runs */
} Stream;

/* All that were counted. */
typedef struct
{
  guint64 windows;
  guint64 skipped;
  guint64 gaps;
  gdouble cpu; /* seconds of a core, each second */
  GArray *ages;
} Outcome;

static GstPadProbeReturn
note_age (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Stream *stream = data;
  GstCustomMeta *meta = gst_buffer_get_custom_meta (GST_PAD_PROBE_INFO_BUFFER (info), MSNET_RESULT_META_NAME);
  guint64 index, age;

  if (meta != NULL
      && gst_structure_get (gst_custom_meta_get_structure (meta), "index", G_TYPE_UINT64, &index, "age",
          G_TYPE_UINT64, &age, NULL)
      && (gint64)index != stream->index) {
    stream->index = index;
    g_array_append_val (stream->ages, age);
  }
  return GST_PAD_PROBE_OK;
}

static void
read_stats (Stream *stream, guint64 *windows, guint64 *skipped, guint64 *gaps)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (stream->element, "stats", &stats, NULL);
  gst_structure_get (stats, "windows", G_TYPE_UINT64, windows, "skipped", G_TYPE_UINT64, skipped, "gaps",
      G_TYPE_UINT64, gaps, NULL);
}

static void
stream_start (Stream *stream, const gchar *element)
{
  g_autofree gchar *description = g_strdup_printf (SOURCE "%s name=element ! fakesink", element);
  g_autoptr (GstPad) pad = NULL;

  stream->index = -1;
  stream->ages = g_array_new (FALSE, FALSE, sizeof (guint64));
  stream->pipeline = gst_parse_launch (description, NULL);
  stream->element = gst_bin_get_by_name (GST_BIN (stream->pipeline), "element");
  pad = gst_element_get_static_pad (stream->element, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_age, stream, NULL);
  gst_element_set_state (stream->pipeline, GST_STATE_PLAYING);
}

static void
stream_stop (Stream *stream, GArray *ages)
{
  gst_element_set_state (stream->pipeline, GST_STATE_NULL);
  if (ages != NULL)
    g_array_append_vals (ages, stream->ages->data, stream->ages->len);
  g_array_unref (stream->ages);
  gst_object_unref (stream->element);
  gst_object_unref (stream->pipeline);
}

/* Seconds that the process took of the cores. */
static gdouble
get_cpu_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
         + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / (gdouble)G_USEC_PER_SEC;
}

/* Returns: seconds of the cores a second, over @n_seconds that begin two seconds from now */
static gdouble
watch (Stream *streams, guint n, gboolean counted)
{
  gdouble before;

  g_usleep (2 * G_USEC_PER_SEC);
  for (guint i = 0; i < n && counted; i++)
    read_stats (&streams[i], &streams[i].windows, &streams[i].skipped, &streams[i].gaps);
  before = get_cpu_time ();
  g_usleep (n_seconds * G_USEC_PER_SEC);
  return (get_cpu_time () - before) / n_seconds;
}

static void
measure (guint n, Outcome *outcome)
{
  g_autofree Stream *streams = g_new0 (Stream, n);
  g_autofree gchar *element = g_strdup_printf (
      "msnet policy=latest model=%s hop=%" G_GUINT64_FORMAT, model_name, (guint64)hop * GST_MSECOND);

  *outcome = (Outcome){ .ages = g_array_new (FALSE, FALSE, sizeof (guint64)) };
  for (guint i = 0; i < n; i++)
    stream_start (&streams[i], element);
  outcome->cpu = watch (streams, n, TRUE);
  for (guint i = 0; i < n; i++) {
    guint64 windows, skipped, gaps;

    read_stats (&streams[i], &windows, &skipped, &gaps);
    outcome->windows += windows - streams[i].windows;
    outcome->skipped += skipped - streams[i].skipped;
    outcome->gaps += gaps - streams[i].gaps;
  }
  for (guint i = 0; i < n; i++)
    stream_stop (&streams[i], outcome->ages);
}

/* Returns: what a source takes of a core */
static gdouble
measure_source (void)
{
  Stream streams[4] = { 0 };
  gdouble cpu;

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    stream_start (&streams[i], "identity");
  cpu = watch (streams, G_N_ELEMENTS (streams), FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    stream_stop (&streams[i], NULL);
  return cpu / G_N_ELEMENTS (streams);
}

static gint
compare_ages (gconstpointer a, gconstpointer b)
{
  const GstClockTime *left = a, *right = b;

  return *left < *right ? -1 : *left > *right;
}

static void
print (guint n, const Outcome *outcome, gdouble source)
{
  guint64 due = outcome->windows + outcome->skipped;
  gdouble own = outcome->cpu - n * source;
  GArray *ages = outcome->ages;

  g_array_sort (ages, compare_ages);
  printf ("%7u %9.1f %9.3f %9.3f %9.0f %9.2f %9.2f %12.2f\n", n, outcome->windows / (gdouble)n_seconds,
      outcome->skipped / (gdouble)MAX (due, 1), outcome->gaps / (gdouble)MAX (due, 1),
      ages->len ? g_array_index (ages, GstClockTime, ages->len * 95 / 100) / 1e6 : 0, outcome->cpu,
      n * source, own / (due / (gdouble)n_seconds) * 1e3);
  fflush (stdout);
}

/* Returns: (transfer full) (nullable): the numbers of --streams */
static GArray *
parse_counts (GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_auto (GStrv) words = g_strsplit (counts, ",", -1);

  for (gchar **word = words; *word != NULL; word++) {
    guint64 n;

    if (!g_ascii_string_to_unsigned (*word, 10, 1, G_MAXINT, &n, error)) {
      g_prefix_error (error, "--streams: ");
      return NULL;
    }
    g_array_append_val (numbers, n);
  }
  return g_steal_pointer (&numbers);
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (GArray) numbers = parse_counts (error);
  gdouble source;

  if (numbers == NULL)
    return FALSE;
  msnet_meta_register ();
  GST_ELEMENT_REGISTER (msnet, NULL);
  source = measure_source ();
  printf ("streams results/s   skipped      gaps  age95/ms     cores   sources ms a result\n");
  for (guint i = 0; i < numbers->len; i++) {
    const guint n = g_array_index (numbers, guint64, i);
    Outcome outcome;

    measure (n, &outcome);
    print (n, &outcome, source);
    g_array_unref (outcome.ages);
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .summary = "Counts the live streams that a machine holds.",
    .options = options,
    .group = gst_init_get_option_group (),
    .run = run,
  };

  return bench_main (&program, argc, argv);
}
