/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A live source by the real clock, a device that is too slow for it, and a sink that drops what is late.
 *
 * The model has 4 frames and a window of 1 s: points every 250 ms, and a window due with each. */
#include "common/msnet_harness.h"
#include "fake_device.h"

#define N_FRAMES 4
#define STEP (GST_SECOND / 4)
#define FRAME_RATE 30
#define DELAY (450 * GST_MSECOND) /* a window takes, of a device that cannot keep up */
#define ATTEMPTS 3

/* A result on a buffer: when, in running time, it had left `msnet`; without PTS: an event. */
typedef struct
{
  MsnetResult result;
  GstClockTime pts;
  GstClockTime seen;
} Sight;

/* What `msnet` said when it let a frame go. */
typedef struct
{
  GstClockTime pts;
  GstClockTime latency; /* of its own */
  guint n_messages;     /* that ask for a new latency, so far */
} Passage;

/* Written by the streaming thread and read when it has ended, but for @n_messages: atomic. */
typedef struct
{
  GstElement *pipeline;
  GstElement *msnet;
  GArray *sights;
  GArray *passages;
  gint n_messages;
  guint n_skipped; /* QOS messages */
  GstClockTime wall;
} Live;

static GstClockTime
get_running_time (Live *live)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (live->pipeline);

  return gst_clock_get_time (clock) - gst_element_get_base_time (live->pipeline);
}

static GstClockTime
query_latency (GstPad *pad, gboolean peer)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime shortest = GST_CLOCK_TIME_NONE;

  if (peer ? gst_pad_peer_query (pad, query) : gst_pad_query (pad, query))
    gst_query_parse_latency (query, NULL, &shortest, NULL);
  return shortest;
}

/* What `msnet` adds to the latency of what is before it. */
static GstClockTime
get_own_latency (Live *live)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (live->msnet, "sink");
  g_autoptr (GstPad) source = gst_element_get_static_pad (live->msnet, "src");

  return query_latency (source, FALSE) - query_latency (sink, TRUE);
}

/* A frame is known by its PTS. */
static GstPadProbeReturn
stamp (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = info->data = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  guint64 identity = GUINT64_TO_LE (GST_BUFFER_PTS (buffer));

  gst_buffer_fill (buffer, 0, &identity, sizeof identity);
  return GST_PAD_PROBE_OK;
}

static void
add_sight (Live *live, const GstStructure *structure, GstClockTime pts)
{
  Sight sight = { .pts = pts, .seen = get_running_time (live) };

  if (msnet_result_read (&sight.result, structure))
    g_array_append_val (live->sights, sight);
}

static GstPadProbeReturn
look (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Live *live = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  Passage passage = {
    .pts = GST_BUFFER_PTS (buffer),
    .latency = get_own_latency (live),
    .n_messages = g_atomic_int_get (&live->n_messages),
  };
  gpointer state = NULL;
  const GstStructure *structure;

  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)) != NULL)
    add_sight (live, structure, passage.pts);
  g_array_append_val (live->passages, passage);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
look_at_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (gst_event_has_name (event, MSNET_RESULT_NAME))
    add_sight (data, gst_event_get_structure (event), GST_CLOCK_TIME_NONE);
  return GST_PAD_PROBE_OK;
}

static GstBusSyncReply
count_messages (GstBus *bus, GstMessage *message, gpointer data)
{
  Live *live = data;

  if (GST_MESSAGE_SRC (message) == GST_OBJECT (live->msnet)
      && GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY)
    g_atomic_int_inc (&live->n_messages);
  return GST_BUS_PASS;
}

static void
watch_pads (Live *live)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (live->msnet, "sink");
  g_autoptr (GstPad) source = gst_element_get_static_pad (live->msnet, "src");

  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, stamp, NULL, NULL);
  gst_pad_add_probe (source, GST_PAD_PROBE_TYPE_BUFFER, look, live, NULL);
  gst_pad_add_probe (source, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, look_at_event, live, NULL);
}

static void
clear_sight (gpointer data)
{
  msnet_result_clear (&((Sight *)data)->result);
}

static void
live_init (Live *live, const gchar *policy, guint seconds)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *description = g_strdup_printf (
      "videotestsrc is-live=true num-buffers=%u ! video/x-raw,format=I420,width=64,height=48,framerate=%d/1 "
      "! msnet name=msnet model=%s hop=250000000 policy=%s "
      "! fakesink name=sink sync=true qos=true max-lateness=50000000",
      seconds * FRAME_RATE, FRAME_RATE, model, policy);
  g_autoptr (GstBus) bus = NULL;

  *live = (Live){ .pipeline = gst_parse_launch (description, NULL) };
  fail_unless (live->pipeline != NULL);
  live->msnet = gst_bin_get_by_name (GST_BIN (live->pipeline), "msnet");
  live->sights = g_array_new (FALSE, FALSE, sizeof (Sight));
  g_array_set_clear_func (live->sights, clear_sight);
  live->passages = g_array_new (FALSE, FALSE, sizeof (Passage));
  bus = gst_element_get_bus (live->pipeline);
  gst_bus_set_sync_handler (bus, count_messages, live, NULL);
  watch_pads (live);
}

static void
live_clear (Live *live)
{
  gst_element_set_state (live->pipeline, GST_STATE_NULL);
  g_array_unref (live->sights);
  g_array_unref (live->passages);
  gst_object_unref (live->msnet);
  g_clear_pointer (&live->pipeline, gst_object_unref);
}

/* As an application does: until the end, giving the pipeline a new latency where it is asked to. */
static void
live_run (Live *live, GstClockTime delay)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (live->pipeline);
  GstMessageType type = GST_MESSAGE_UNKNOWN;
  gint64 begin;

  fail_unless_equals_int (
      gst_element_set_state (live->pipeline, GST_STATE_PAUSED), GST_STATE_CHANGE_NO_PREROLL);
  fake_device_set_delay (delay / GST_USECOND);
  begin = g_get_monotonic_time ();
  gst_element_set_state (live->pipeline, GST_STATE_PLAYING);
  while (type != GST_MESSAGE_EOS) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
        bus, 90 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_LATENCY | GST_MESSAGE_QOS);
    type = message != NULL ? GST_MESSAGE_TYPE (message) : GST_MESSAGE_ERROR;
    fail_if (type == GST_MESSAGE_ERROR);
    if (type == GST_MESSAGE_LATENCY)
      gst_bin_recalculate_latency (GST_BIN (live->pipeline));
    if (type == GST_MESSAGE_QOS && GST_MESSAGE_SRC (message) == GST_OBJECT (live->msnet))
      live->n_skipped++;
  }
  live->wall = (g_get_monotonic_time () - begin) * GST_USECOND;
}

static guint64
get_stat (GstElement *element, const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = G_MAXUINT64;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value));
  return value;
}

static gboolean
is_late (Live *live, guint seconds)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (live->pipeline), "sink");

  return get_stat (sink, "dropped") > 0 || live->wall > (seconds + 1) * GST_SECOND;
}

static void
check_nothing_is_late (Live *live, guint seconds)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (live->pipeline), "sink");

  fail_unless_equals_int (live->passages->len, seconds * FRAME_RATE);
  fail_unless_equals_uint64 (get_stat (sink, "dropped"), 0);
  fail_unless_equals_uint64 (get_stat (sink, "rendered"), seconds * FRAME_RATE);
  fail_unless (live->wall <= (seconds + 1) * GST_SECOND, "%" GST_TIME_FORMAT, GST_TIME_ARGS (live->wall));
}

/* Returns: how often the latency grew; each time a message had asked for it to be queried */
static guint
check_latency (Live *live)
{
  const Passage *before = &g_array_index (live->passages, Passage, 0);
  guint n_growths = 0;

  for (guint i = 1; i < live->passages->len; i++) {
    const Passage *passage = &g_array_index (live->passages, Passage, i);
    fail_unless (passage->latency >= before->latency);
    fail_unless (passage->latency == before->latency || passage->n_messages > before->n_messages);
    n_growths += passage->latency > before->latency;
    before = passage;
  }
  return n_growths;
}

static gboolean
is_new (Live *live, guint i)
{
  return i == 0
         || g_array_index (live->sights, Sight, i).result.index
                != g_array_index (live->sights, Sight, i - 1).result.index;
}

static void
check_ages (Live *live, GstClockTime delay, GstClockTime oldest)
{
  for (guint i = 0; i < live->sights->len; i++) {
    const Sight *sight = &g_array_index (live->sights, Sight, i);
    const MsnetResult *result = &sight->result;
    if (GST_CLOCK_TIME_IS_VALID (sight->pts))
      fail_unless_equals_uint64 (result->age, sight->pts - result->end);
    if (!is_new (live, i))
      continue;
    fail_unless (result->inference >= delay);
    fail_unless (sight->seen >= result->end + result->inference, "told before it was known");
    fail_unless (result->age <= oldest, "%" GST_TIME_FORMAT, GST_TIME_ARGS (result->age));
  }
}

/* Each result once; those that were skipped between them, by all who count. */
static void
check_counts (Live *live, guint seconds)
{
  guint64 n_results = 0, skipped = 0;

  for (guint i = 0; i < live->sights->len; i++) {
    const MsnetResult *result = &g_array_index (live->sights, Sight, i).result;
    if (!is_new (live, i))
      continue;
    fail_unless_equals_uint64 (result->index, n_results++);
    skipped += result->skipped;
  }
  fail_unless_equals_uint64 (get_stat (live->msnet, "windows"), n_results);
  fail_unless_equals_uint64 (get_stat (live->msnet, "skipped"), skipped);
  fail_unless_equals_uint64 (get_stat (live->msnet, "gaps"), 0);
  fail_unless_equals_uint64 (live->n_skipped, skipped);
  /* Whatever is due is one or the other; the end finds no frame that is not yet in a window. */
  fail_unless_equals_uint64 (n_results + skipped, seconds * GST_SECOND / STEP - N_FRAMES + 1);
}

/* PTS of the first frame at or after @point; after the end: of the last one */
static GstClockTime
find_frame (Live *live, GstClockTime point)
{
  guint i = 0;

  while (i + 1 < live->passages->len && g_array_index (live->passages, Passage, i).pts < point)
    i++;
  return g_array_index (live->passages, Passage, i).pts;
}

static void
check_window (Live *live, const MsnetResult *result, const guint64 *frames)
{
  GstClockTime origin = g_array_index (live->passages, Passage, 0).pts;
  guint64 point = (result->start - origin) / STEP;
  gint distinct = 1;

  for (guint i = 0; i < N_FRAMES; i++)
    fail_unless_equals_uint64 (frames[i], find_frame (live, origin + (point + i) * STEP));
  for (guint i = 1; i < N_FRAMES; i++)
    distinct += frames[i] != frames[i - 1];
  fail_unless_equals_uint64 (frames[0], result->start);
  fail_unless_equals_uint64 (frames[N_FRAMES - 1], result->end);
  fail_unless_equals_int (distinct, result->frames);
}

/* The device saw the frames that the results name. */
static void
check_windows (Live *live)
{
  g_autoptr (GArray) windows = fake_device_take_windows ();
  guint next = 2 * N_FRAMES; /* after the warm-up */

  for (guint i = 0; i < live->sights->len; i++) {
    if (!is_new (live, i))
      continue;
    fail_unless (next + N_FRAMES <= windows->len);
    check_window (
        live, &g_array_index (live->sights, Sight, i).result, &g_array_index (windows, guint64, next));
    next += N_FRAMES;
  }
  fail_unless_equals_int (next, windows->len);
}

static Live running;

/* Also where a test has failed: nothing may go on in its pipeline. */
static void
start_over (void)
{
  if (running.pipeline != NULL)
    live_clear (&running);
  fake_device_set_delay (0);
  g_array_unref (fake_device_take_windows ());
}

GST_START_TEST (test_a_slow_device_holds_nothing_up)
{
  guint seconds = g_getenv ("MSNET_TEST_LONG") != NULL ? 60 : 10;

  /* A machine that is busy with other things makes any pipeline late, now and then; this one would be so
   * each time. */
  for (guint i = 0; i == 0 || (i < ATTEMPTS && is_late (&running, seconds)); i++) {
    start_over ();
    live_init (&running, "auto", seconds);
    live_run (&running, DELAY);
  }
  check_nothing_is_late (&running, seconds);
  fail_unless_equals_int (check_latency (&running), 0);
  fail_unless_equals_uint64 (g_array_index (running.passages, Passage, 0).latency, 0);
  /* The newest window waits for one step at most, and then for the device. */
  check_ages (&running, DELAY, DELAY + STEP + 500 * GST_MSECOND);
  check_counts (&running, seconds);
  fail_unless (running.n_skipped > 0);
  check_windows (&running);
  live_clear (&running);
}
GST_END_TEST;

/* Where the stream waits, the latency covers it, once it is known. */
GST_START_TEST (test_latency_grows_by_message_alone)
{
  GstClockTime delay = 100 * GST_MSECOND;

  live_init (&running, "every", 3);
  live_run (&running, delay);
  fail_unless (check_latency (&running) > 0);
  fail_unless (g_array_index (running.passages, Passage, 3 * FRAME_RATE - 1).latency >= delay);
  check_ages (&running, delay, STEP);
  check_counts (&running, 3);
  fail_unless_equals_uint64 (running.n_skipped, 0);
  check_windows (&running);
  live_clear (&running);
}
GST_END_TEST;

static Suite *
msnet_live_suite (void)
{
  Suite *suite = suite_create ("msnet_live");
  TCase *tests = tcase_create ("live");

  fake_device_register_elements ();
  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_add_checked_fixture (tests, start_over, start_over);
  tcase_add_test (tests, test_a_slow_device_holds_nothing_up);
  tcase_add_test (tests, test_latency_grows_by_message_alone);
  return suite;
}

GST_CHECK_MAIN (msnet_live);
