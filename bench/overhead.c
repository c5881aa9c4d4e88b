/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What msnet costs the thread that pushes frames through it, beside `identity`, at 1080p.
 *
 *   meson devenv -C build bench/overhead [--rounds=40] [--model=motion]
 *
 * Each lane is one element between two pads.  Turn by turn each gets a quarter of a second of frames, all
 * the same memory, and what a frame's push takes is counted: as CPU time of the pushing thread and as time
 * that passes.  The best round of each lane counts; the device rests while others are timed. */
#include "clip/network_engine.h"
#include "clip/recognizer.h"
#include "msnet/video_frame.h"
#include "opencl/open.h"
#include "program.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define FRAME_RATE 120
#define CAPS "video/x-raw, format = NV12, width = 1920, height = 1080, framerate = 120/1"
/* Of the model in the box; frames that serve a point and rounds follow from them. */
#define WINDOW (1 * GST_SECOND)
#define HOP (GST_SECOND / 4)
#define POINTS 8
#define ROUNDS_A_WINDOW ((gint)(WINDOW / HOP))
#define FRAMES_A_ROUND ((guint64)(HOP * FRAME_RATE / GST_SECOND))

#define PAUSE (G_USEC_PER_SEC / 50) /* the device prepares a frame meanwhile */
#define REST (G_USEC_PER_SEC / 8)   /* or recognises a window */

static gint n_rounds = 40;
static gchar *model_name = "motion";

static const GOptionEntry options[] = {
  { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "Rounds to take the best of", "N" },
  { "model", 0, 0, G_OPTION_ARG_STRING, &model_name, "Model; of eight frames, for a hop of 0.25 s", "NAME" },
  { NULL },
};

typedef struct
{
  gdouble cpu;
  gdouble wall;
} Cost;

/* What the best round cost, in us: of a frame that serves no point, and of one that serves a point and
 * completes no window. */
typedef struct
{
  const gchar *name;
  GstElement *element;
  GstPad *source;
  GstPad *drain;
  guint64 n_frames; /* pushed */
  Cost passing;
  Cost sampled;
} Lane;

static gdouble
read_clock (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static GstFlowReturn
drop_buffer (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static gboolean
drop_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static void
link_pads (Lane *lane)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (lane->element, "sink");
  g_autoptr (GstPad) source = gst_element_get_static_pad (lane->element, "src");

  lane->source = gst_pad_new ("source", GST_PAD_SRC);
  lane->drain = gst_pad_new ("drain", GST_PAD_SINK);
  gst_pad_set_chain_function (lane->drain, drop_buffer);
  gst_pad_set_event_function (lane->drain, drop_event);
  gst_pad_set_active (lane->source, TRUE);
  gst_pad_set_active (lane->drain, TRUE);
  gst_pad_link (lane->source, sink);
  gst_pad_link (source, lane->drain);
}

static gboolean
lane_start (Lane *lane, const gchar *description)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstSegment segment;

  *lane = (Lane){
    .name = description,
    .element = gst_parse_launch (description, NULL),
    .passing = { G_MAXDOUBLE, G_MAXDOUBLE },
    .sampled = { G_MAXDOUBLE, G_MAXDOUBLE },
  };
  if (lane->element == NULL)
    return FALSE;
  if (strncmp (description, "msnet", strlen ("msnet")) == 0)
    g_object_set (lane->element, "model", model_name, "window", WINDOW, "hop", HOP, NULL);
  link_pads (lane);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  return gst_element_set_state (lane->element, GST_STATE_PLAYING) == GST_STATE_CHANGE_SUCCESS
         && gst_pad_push_event (lane->source, gst_event_new_stream_start (description))
         && gst_pad_push_event (lane->source, gst_event_new_caps (caps))
         && gst_pad_push_event (lane->source, gst_event_new_segment (&segment));
}

static void
lane_stop (Lane *lane)
{
  gst_element_set_state (lane->element, GST_STATE_NULL);
  gst_object_unref (lane->source);
  gst_object_unref (lane->drain);
  gst_object_unref (lane->element);
}

/* Pushes one frame more.  Returns: whether it passed; @cost: what that took */
static gboolean
push (Lane *lane, GstMemory *memory, Cost *cost)
{
  GstBuffer *buffer = gst_buffer_new ();
  gdouble cpu, wall;
  GstFlowReturn flow;

  gst_buffer_append_memory (buffer, gst_memory_ref (memory));
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (lane->n_frames++, GST_SECOND, FRAME_RATE);
  GST_BUFFER_DURATION (buffer) = GST_SECOND / FRAME_RATE;
  wall = read_clock (CLOCK_MONOTONIC);
  cpu = read_clock (CLOCK_THREAD_CPUTIME_ID);
  flow = gst_pad_push (lane->source, buffer);
  *cost = (Cost){
    read_clock (CLOCK_THREAD_CPUTIME_ID) - cpu,
    read_clock (CLOCK_MONOTONIC) - wall,
  };
  return flow == GST_FLOW_OK;
}

static void
keep_best (Cost *best, const Cost *cost)
{
  best->cpu = MIN (best->cpu, cost->cpu);
  best->wall = MIN (best->wall, cost->wall);
}

/* A quarter of a second: two frames serve points, and the latter of them completes a window. */
static gboolean
run_round (Lane *lane, GstMemory *memory)
{
  Cost sum = { 0 }, cost;
  guint n_passing = 0;

  for (guint i = 0; i < FRAMES_A_ROUND; i++) {
    gboolean sampled = i == 0 || i == FRAMES_A_ROUND / 2;
    if (!push (lane, memory, &cost))
      return FALSE;
    if (i == 0)
      keep_best (&lane->sampled, &cost);
    if (sampled) {
      g_usleep (i == 0 ? PAUSE : REST);
      continue;
    }
    sum.cpu += cost.cpu;
    sum.wall += cost.wall;
    n_passing++;
  }
  /* Until the first window is complete there is no result to carry. */
  if (lane->n_frames > ROUNDS_A_WINDOW * FRAMES_A_ROUND)
    keep_best (&lane->passing, &(Cost){ sum.cpu / n_passing, sum.wall / n_passing });
  return TRUE;
}

static GstMemory *
make_memory (const GstVideoInfo *info)
{
  GstMemory *memory = gst_allocator_alloc (NULL, GST_VIDEO_INFO_SIZE (info), NULL);
  GstMapInfo map;

  gst_memory_map (memory, &map, GST_MAP_WRITE);
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = i * 31 >> 4;
  gst_memory_unmap (memory, &map);
  return memory;
}

/* Returns: bytes that are copied of a sampled frame; 0 with @error */
static gsize
count_copied (const GstVideoInfo *info, GstMemory *memory, GError **error)
{
  g_autofree gchar *path = msnet_model_find (model_name, "", error);
  MsnetModel *model = path != NULL ? msnet_model_load (path, error) : NULL;
  MsnetDevice *device = model != NULL ? msnet_device_open (NULL, error) : NULL;
  MsnetEngine *engine = device != NULL ? msnet_network_engine_new (
                            model, device, &(MsnetEngineOptions){ .n_slots = POINTS + 2 }, error)
                                       : NULL;
  MsnetGrid grid;
  g_autoptr (MsnetRecognizer) recognizer = NULL;
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  MsnetFrameTime time = { .pts = 0, .duration = GST_SECOND / FRAME_RATE, .nominal = MSNET_TIME_NONE };
  MsnetDecision decision;
  MsnetFrame description;
  GstVideoFrame frame;
  gsize copied = 0;

  msnet_grid_init (&grid, POINTS, WINDOW, HOP);
  recognizer = engine != NULL ? msnet_recognizer_new (engine, &grid) : NULL;
  gst_buffer_append_memory (buffer, gst_memory_ref (memory));
  if (recognizer != NULL && gst_video_frame_map (&frame, info, buffer, GST_MAP_READ)) {
    msnet_video_frame_describe (&frame, &description);
    if (msnet_recognizer_offer (recognizer, &time, &decision)
        && msnet_recognizer_take (recognizer, &description, MSNET_TIME_NONE, error))
      copied = msnet_recognizer_get_effort (recognizer)->copied;
    gst_video_frame_unmap (&frame);
  }
  g_clear_pointer (&device, msnet_device_unref);
  g_clear_pointer (&model, msnet_model_unref);
  return copied;
}

/* Returns: us that the best of @n_rounds copies takes */
static gdouble
time_copy (GstMemory *memory, gsize size)
{
  g_autofree guint8 *target = g_malloc0 (size);
  gdouble best = G_MAXDOUBLE;
  GstMapInfo map;

  gst_memory_map (memory, &map, GST_MAP_READ);
  for (gint i = 0; i < n_rounds; i++) {
    gdouble begin = read_clock (CLOCK_MONOTONIC);
    memcpy (target, map.data, MIN (size, map.size));
    best = MIN (best, read_clock (CLOCK_MONOTONIC) - begin);
    g_usleep (PAUSE);
  }
  gst_memory_unmap (memory, &map);
  return best;
}

static void
print_lanes (const Lane *lanes, guint n_lanes)
{
  printf ("us a frame, best of %-5d          CPU, beside identity     wall   wall, sampled\n", n_rounds);
  for (guint i = 0; i < n_lanes; i++)
    printf ("%-32s %5.1f %17.1f %8.1f %15.1f\n", lanes[i].name, lanes[i].passing.cpu,
        lanes[i].passing.cpu - lanes[0].passing.cpu, lanes[i].passing.wall, lanes[i].sampled.wall);
}

static gboolean
run_lanes (GstMemory *memory, GError **error)
{
  /* With a threshold that nothing reaches, frames carry no result. */
  static const gchar *descriptions[] = {
    "identity",
    "msnet policy=every threshold=1",
    "msnet policy=every",
    "msnet policy=latest threshold=1",
    "msnet policy=latest",
  };
  Lane lanes[G_N_ELEMENTS (descriptions)];
  gboolean good = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (lanes); i++)
    good = good && lane_start (&lanes[i], descriptions[i]);
  for (gint round = 0; round < n_rounds + ROUNDS_A_WINDOW && good; round++)
    for (guint i = 0; i < G_N_ELEMENTS (lanes) && good; i++)
      good = run_round (&lanes[i], memory);
  if (!good) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_FAILED, "an element failed; is the plugin found?");
    return FALSE;
  }
  print_lanes (lanes, G_N_ELEMENTS (lanes));
  for (guint i = 0; i < G_N_ELEMENTS (lanes); i++)
    lane_stop (&lanes[i]);
  return TRUE;
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  g_autoptr (GstMemory) memory = NULL;
  GstVideoInfo info;
  gsize copied;

  gst_video_info_from_caps (&info, caps);
  memory = make_memory (&info);
  copied = count_copied (&info, memory, error);
  if (copied == 0 || !run_lanes (memory, error))
    return FALSE;
  printf ("A sampled frame: %" G_GSIZE_FORMAT " bytes copied; memcpy() of as many takes %.1f us\n", copied,
      time_copy (memory, copied));
  return TRUE;
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .summary = "Times what msnet costs the thread that pushes frames through it.",
    .options = options,
    .group = gst_init_get_option_group (),
    .run = run,
  };

  return bench_main (&program, argc, argv);
}
