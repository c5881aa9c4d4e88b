/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the activation map costs, turn by turn on one machine.
 *
 *   bench/activation MODEL [--precision=f32|bf16] [--samples=40] [--cpu-time]
 *
 * A network that runs as a stream: a frame and the answer with it, which costs the most, without the map and
 * with it.  One that runs by clips: a window.  Then the map's share. */
#include "clip/network_engine.h"
#include "measure.h"
#include "opencl/open.h"
#include "program.h"

#include <stdio.h>

static gchar *precision = NULL;
static gint n_samples = 40;
static gboolean cpu_time = FALSE;

static const GOptionEntry options[] = {
  { "precision", 0, 0, G_OPTION_ARG_STRING, &precision, "f32 (default) or bf16", "NAME" },
  { "samples", 0, 0, G_OPTION_ARG_INT, &n_samples, "Samples of each", "N" },
  { "cpu-time", 0, 0, G_OPTION_ARG_NONE, &cpu_time, "Count the time of the cores, not of the clock", NULL },
  { NULL },
};

/* @best: seconds */
typedef struct
{
  MsnetEngine *engine;
  guint *slots;
  gfloat *probabilities;
  gfloat *map;
  gdouble best;
} Subject;

static void
subject_clear (Subject *subject)
{
  msnet_engine_free (subject->engine);
  g_free (subject->slots);
  g_free (subject->probabilities);
  g_free (subject->map);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

static gboolean
subject_init (Subject *subject, MsnetModel *model, MsnetDevice *device, gboolean activation, GError **error)
{
  MsnetEngineOptions choice = { .n_slots = msnet_model_get_frames (model) + 2, .activation = activation };

  if (!bench_parse_precision (precision, &choice.precision, error))
    return FALSE;
  subject->engine = msnet_network_engine_new (model, device, &choice, error);
  if (subject->engine == NULL)
    return FALSE;
  subject->slots = g_new0 (guint, subject->engine->n_frames);
  subject->probabilities = g_new (gfloat, subject->engine->n_classes);
  subject->map = g_new (gfloat, subject->engine->activation_size * subject->engine->activation_size);
  for (guint i = 0; i < subject->engine->n_frames; i++) {
    subject->slots[i] = i;
    if (!subject->engine->compute (subject->engine, i, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_step (gpointer data, GError **error)
{
  Subject *subject = data;
  MsnetEngine *engine = subject->engine;
  gdouble bias;

  return (!engine->is_stream || engine->compute (engine, engine->n_frames - 1, error))
         && engine->load (engine, subject->slots, error)
         && engine->run (engine, subject->probabilities, error)
         && (subject->map == NULL || engine->read_activation (engine, 0, subject->map, &bias, error));
}

/* In turn; the first round does not count. */
static gboolean
take_samples (Bench *bench, Subject subjects[2], GError **error)
{
  for (gint round = 0; round <= n_samples; round++)
    for (guint i = 0; i < 2; i++) {
      BenchResult result;

      if (!bench_sample (bench, run_step, &subjects[i], &result, error))
        return FALSE;
      if (round > 0)
        subjects[i].best = round == 1 ? result.seconds : MIN (subjects[i].best, result.seconds);
    }
  return TRUE;
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (MsnetModel) model = msnet_model_load (arguments[0], error);
  g_autoptr (MsnetDevice) device = model != NULL ? msnet_device_open (NULL, error) : NULL;
  g_autoptr (Bench) bench = device != NULL ? bench_new (device, cpu_time, error) : NULL;
  g_auto (Subject) plain = { 0 };
  g_auto (Subject) asked = { 0 };

  if (bench == NULL || !subject_init (&plain, model, device, FALSE, error)
      || !subject_init (&asked, model, device, TRUE, error))
    return FALSE;
  Subject subjects[] = { plain, asked };
  if (!take_samples (bench, subjects, error))
    return FALSE;
  printf ("%-28s %8.3f ms\n", plain.engine->is_stream ? "a frame and its answer" : "a window",
      subjects[0].best * 1e3);
  printf ("%-28s %8.3f ms\n", "with the activation map", subjects[1].best * 1e3);
  printf ("%-28s %+7.2f %%\n", "more", (subjects[1].best / subjects[0].best - 1) * 100);
  return TRUE;
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .arguments = "MODEL",
    .summary = "Times an answer without the activation map and with it.",
    .options = options,
    .run = run,
  };

  return bench_main (&program, argc, argv);
}
