/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two ways to run cost, turn by turn on one machine.
 *
 *   bench/ways MODEL [--samples=20] [--cpu-time]
 *
 * A network that runs as a stream: a clip of T frames, one frame of the stream, and how much more than 1/T
 * of the clip that is; and what the stream keeps.  One that runs by clips: the whole clip, and what of it is
 * computed once a frame where windows overlap.  Both: preparation of a frame of 1280 x 720. */
#include "measure.h"
#include "model/network.h"
#include "opencl/open.h"
#include "ops/prepare/prepare.h"
#include "program.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 1280
#define HEIGHT 720

static gint n_samples = 20;
static gboolean cpu_time = FALSE;

static const GOptionEntry options[] = {
  { "samples", 0, 0, G_OPTION_ARG_INT, &n_samples, "Samples of each", "N" },
  { "cpu-time", 0, 0, G_OPTION_ARG_NONE, &cpu_time, "Count the time of the cores, not of the clock", NULL },
  { NULL },
};

typedef struct
{
  const gchar *name;
  BenchRun run;
  gpointer data;
  gdouble best; /* seconds */
} Subject;

typedef struct
{
  MsnetPrepare *prepare;
  MsnetTensor *input;
  MsnetFrame frame;
} Preparation;

static gboolean
run_network (gpointer data, GError **error)
{
  return msnet_network_run (data, NULL, error);
}

static gboolean
run_preparation (gpointer data, GError **error)
{
  Preparation *preparation = data;

  return msnet_prepare_run (preparation->prepare, preparation->input, 0, &preparation->frame, error);
}

/* I420, all gray. */
static MsnetFrame
describe_frame (const guint8 *pixels)
{
  const gsize area = WIDTH * HEIGHT;

  return (MsnetFrame){
    .pixels = MSNET_PIXELS_YUV,
    .width = WIDTH,
    .height = HEIGHT,
    .planes = { { pixels, area }, { pixels + area, area / 4 }, { pixels + area * 5 / 4, area / 4 } },
    .n_planes = 3,
    .components = { { 0, 0, WIDTH, 1, 0, 0 }, { 1, 0, WIDTH / 2, 1, 1, 1 }, { 2, 0, WIDTH / 2, 1, 1, 1 } },
    .kr = 0.2126,
    .kb = 0.0722,
    .offsets = { 16, 128, 128 },
    .scales = { 219, 224, 224 },
  };
}

/* All in turn, @n_samples times; the first round does not count. */
static gboolean
take_samples (Bench *bench, Subject *subjects, guint n_subjects, GError **error)
{
  for (gint round = 0; round <= n_samples; round++)
    for (guint i = 0; i < n_subjects; i++) {
      BenchResult result;

      if (!bench_sample (bench, subjects[i].run, subjects[i].data, &result, error))
        return FALSE;
      if (round > 0)
        subjects[i].best = round == 1 ? result.seconds : MIN (subjects[i].best, result.seconds);
    }
  for (guint i = 0; i < n_subjects; i++)
    printf ("%-28s %8.3f ms\n", subjects[i].name, subjects[i].best * 1e3);
  return TRUE;
}

static void
print_stream (const Subject *subjects, guint frames, MsnetNetwork *stream)
{
  MsnetNetworkMemory memory;

  msnet_network_get_memory (stream, &memory);
  printf ("a frame to 1/%u of the clip    %8.3f\n", frames, subjects[1].best / (subjects[0].best / frames));
  printf ("a prepared frame to the same  %8.3f\n",
      (subjects[1].best + subjects[2].best) / (subjects[0].best / frames));
  printf ("kept from frame to frame      %8.1f kB\n", memory.state / 1e3);
}

static void
print_clip (const Subject *subjects, guint frames)
{
  for (guint hop = 1; hop <= frames; hop *= 2)
    printf ("a window every %u frames, of the whole clip  %6.3f\n", hop,
        (subjects[3].best + hop * subjects[1].best) / subjects[0].best);
}

static gboolean
time_model (MsnetModel *model, MsnetDevice *device, Bench *bench, GError **error)
{
  gboolean streams = msnet_network_can_stream (msnet_model_get_network (model));
  guint frames = msnet_model_get_frames (model);
  MsnetNetworkOptions one = { .frames = 1, .stream = streams, .part = streams ? 0 : MSNET_PART_STEM };
  MsnetNetworkOptions rest = { .frames = frames, .part = MSNET_PART_TRUNK };
  g_autoptr (MsnetNetwork) whole
      = msnet_network_new (model, device, &(MsnetNetworkOptions){ .frames = frames }, error);
  g_autoptr (MsnetNetwork) frame = whole != NULL ? msnet_network_new (model, device, &one, error) : NULL;
  g_autoptr (MsnetNetwork) trunk = frame != NULL ? msnet_network_new (model, device, &rest, error) : NULL;
  g_autoptr (MsnetPrepare) prepare
      = trunk != NULL ? msnet_prepare_new (device, msnet_model_get_input (model), error) : NULL;
  g_autofree guint8 *pixels = g_malloc (WIDTH * HEIGHT * 3 / 2);

  if (prepare == NULL)
    return FALSE;
  memset (pixels, 128, WIDTH * HEIGHT * 3 / 2);
  Preparation preparation = { prepare, msnet_network_get_input (frame), describe_frame (pixels) };
  Subject subjects[] = {
    { "the whole clip", run_network, whole },
    { streams ? "a frame of the stream" : "a frame's part", run_network, frame },
    { "preparation", run_preparation, &preparation },
    { "the rest of the clip", run_network, trunk },
  };
  if (!take_samples (bench, subjects, streams ? 3 : 4, error))
    return FALSE;
  if (streams)
    print_stream (subjects, frames, frame);
  else
    print_clip (subjects, frames);
  return TRUE;
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (MsnetModel) model = msnet_model_load (arguments[0], error);
  g_autoptr (MsnetDevice) device = model != NULL ? msnet_device_open (NULL, error) : NULL;
  g_autoptr (Bench) bench = device != NULL ? bench_new (device, cpu_time, error) : NULL;

  return bench != NULL && time_model (model, device, bench, error);
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .arguments = "MODEL",
    .summary = "Times both ways to run a model: as a stream and by clips.",
    .options = options,
    .run = run,
  };

  return bench_main (&program, argc, argv);
}
