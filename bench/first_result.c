/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a model once over a gray frame, as the element does, and tells when each step was done.
 *
 *   build/bench/first_result MODEL [--save]
 *
 * Prints "step milliseconds" lines; the first step begins with the process.  With --save it keeps the
 * programs for the next process, as msnet-plan does.  bench/startup runs it with cold and warm caches. */
#include "clip/network_engine.h"
#include "opencl/open.h"
#include "program.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 640
#define HEIGHT 360

static gint64 started;
static gboolean save = FALSE;

static const GOptionEntry options[] = {
  { "save", 0, 0, G_OPTION_ARG_NONE, &save, "Keep the programs for the next process", NULL },
  { NULL },
};

static void
tell (const gchar *step)
{
  printf ("%s %.1f\n", step, (g_get_monotonic_time () - started) / 1e3);
}

static MsnetFrame
make_frame (guint8 *samples)
{
  MsnetFrame frame = {
    .pixels = MSNET_PIXELS_RGB,
    .width = WIDTH,
    .height = HEIGHT,
    .planes = { { samples, 3 * WIDTH * HEIGHT } },
    .n_planes = 1,
  };

  for (guint i = 0; i < 3; i++) {
    frame.components[i] = (MsnetComponent){ .offset = i, .stride = 3 * WIDTH, .step = 3 };
    frame.scales[i] = 255;
  }
  return frame;
}

static gboolean
prepare (MsnetEngine *engine, GError **error)
{
  g_autofree guint8 *samples = g_malloc (3 * WIDTH * HEIGHT);
  g_autofree guint *slots = g_new0 (guint, engine->n_frames);
  MsnetFrame frame = make_frame (samples);

  memset (samples, 128, 3 * WIDTH * HEIGHT);
  return engine->prepare (engine, &frame, error) && engine->compute (engine, 0, error)
         && engine->load (engine, slots, error);
}

static gboolean
recognize (MsnetEngine *engine, GError **error)
{
  g_autofree gfloat *probabilities = g_new (gfloat, engine->n_classes);
  g_autofree gfloat *field = g_new (gfloat, 3 * engine->field_size * engine->field_size);

  return engine->run (engine, probabilities, error)
         && (engine->field_size == 0 || engine->read_motion (engine, 1, field, error));
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (MsnetModel) model = msnet_model_load (arguments[0], error);
  g_autoptr (MsnetDevice) device = NULL;
  g_autoptr (MsnetEngine) engine = NULL;

  if (model == NULL)
    return FALSE;
  tell ("model");
  device = msnet_device_open (NULL, error);
  if (device == NULL)
    return FALSE;
  tell ("device");
  engine = msnet_network_engine_new (
      model, device, &(MsnetEngineOptions){ .n_slots = msnet_model_get_frames (model) + 2 }, error);
  if (engine == NULL)
    return FALSE;
  tell ("network");
  if (!prepare (engine, error))
    return FALSE;
  tell ("frame");
  if (!recognize (engine, error))
    return FALSE;
  tell ("result");
  if (save)
    msnet_device_save_programs (device);
  return TRUE;
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .arguments = "MODEL",
    .summary = "Times each step from the start of a process to its first result.",
    .options = options,
    .run = run,
  };

  started = g_get_monotonic_time ();
  return bench_main (&program, argc, argv);
}
