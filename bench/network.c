/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times a model's forward pass on the device, beside the peak of its cores.
 *
 *   bench/network MODEL [--frames=8] [--precision=f32|bf16] [--samples=10] [--input=FILE]
 *                 [--logits=FILE] [--stages] [--follow]
 *     [--cpu-time]
 *
 * One frame runs as a frame of a stream where the network can: it reads what the run before left, at first
 * zeros. Prints "milliseconds GFLOP/s-of-peak" for each sample.  With --follow it does what each line on
 * standard input says, so that another engine can be timed in between: "sample" takes one, "peak" prints the
 * peak alone, "device" prints what the network runs on. */
#include "model/network.h"

#include "measure.h"
#include "opencl/open.h"
#include "program.h"

#include <stdio.h>

static gint frames = 8;
static gchar *precision = NULL;
static gint n_samples = 10;
static gchar *input_path = NULL;
static gchar *logits_path = NULL;
static gboolean stages = FALSE;
static gboolean follow = FALSE;
static gboolean cpu_time = FALSE;

static const GOptionEntry options[] = {
  { "frames", 0, 0, G_OPTION_ARG_INT, &frames, "Frames of a clip", "N" },
  { "precision", 0, 0, G_OPTION_ARG_STRING, &precision, "f32 (default) or bf16", "NAME" },
  { "samples", 0, 0, G_OPTION_ARG_INT, &n_samples, "Samples to take", "N" },
  { "input", 0, 0, G_OPTION_ARG_FILENAME, &input_path, "Prepared frames: [T, S, S, 3] float", "FILE" },
  { "logits", 0, 0, G_OPTION_ARG_FILENAME, &logits_path, "Where the logits go, as floats", "FILE" },
  { "stages", 0, 0, G_OPTION_ARG_NONE, &stages, "Time each stage by itself", NULL },
  { "follow", 0, 0, G_OPTION_ARG_NONE, &follow, "Do what each line of standard input says", NULL },
  { "cpu-time", 0, 0, G_OPTION_ARG_NONE, &cpu_time, "Count the time of the cores, not of the clock", NULL },
  { NULL },
};

/* A network, what it reads and what it found. */
typedef struct
{
  MsnetNetwork *network;
  const MsnetStage *stage;
  gfloat *logits;
} Subject;

static gboolean
run_network (gpointer data, GError **error)
{
  Subject *subject = data;

  return msnet_network_run (subject->network, subject->logits, error);
}

static gboolean
run_stage (gpointer data, GError **error)
{
  Subject *subject = data;

  return msnet_network_run_stage (subject->network, subject->stage, error);
}

static gboolean
load_input (MsnetTensor *input, GError **error)
{
  gsize expected = msnet_shape_get_size (&input->shape) * sizeof (gfloat);
  g_autofree gchar *data = NULL;
  gsize size;

  if (input_path == NULL)
    return TRUE;
  if (!g_file_get_contents (input_path, &data, &size, error))
    return FALSE;
  if (size == expected)
    return msnet_tensor_upload (input, (const gfloat *)data, error);
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: expected %zu bytes, found %zu", input_path,
      expected, size);
  return FALSE;
}

static gboolean
save_logits (const Subject *subject, guint n_classes, GError **error)
{
  return logits_path == NULL
         || g_file_set_contents (
             logits_path, (const gchar *)subject->logits, n_classes * sizeof (gfloat), error);
}

static gboolean
take_sample (Subject *subject, Bench *bench, GError **error)
{
  BenchResult result;

  if (!bench_sample (bench, run_network, subject, &result, error))
    return FALSE;
  printf ("%.3f %.1f\n", result.seconds * 1e3, result.peak);
  fflush (stdout);
  return TRUE;
}

static gboolean
take_samples (Subject *subject, Bench *bench, GError **error)
{
  for (gint i = 0; i < n_samples; i++)
    if (!take_sample (subject, bench, error))
      return FALSE;
  return TRUE;
}

static gboolean
follow_orders (Subject *subject, Bench *bench, const MsnetDeviceInfo *info, GError **error)
{
  gchar line[16];

  while (fgets (line, sizeof line, stdin) != NULL) {
    g_strchomp (line);
    if (g_str_equal (line, "sample")) {
      if (!take_sample (subject, bench, error))
        return FALSE;
    } else if (g_str_equal (line, "peak"))
      printf ("%.1f\n", bench_measure_peak (bench));
    else if (g_str_equal (line, "device"))
      printf ("%s, %s, %s\n", info->platform, info->version, info->name);
    else {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
          "standard input: expected sample, peak or device, found %s", line);
      return FALSE;
    }
    fflush (stdout);
  }
  return TRUE;
}

static gboolean
time_stages (Subject *subject, Bench *bench, GError **error)
{
  guint n_stages;
  const MsnetStage *all = msnet_network_get_stages (subject->network, &n_stages);

  for (guint i = 0; i < n_stages; i++) {
    BenchResult result;

    subject->stage = &all[i];
    if (!bench_measure (bench, n_samples, run_stage, subject, &result, error))
      return FALSE;
    printf ("%-16s %8.3f ms\n", all[i].name, result.seconds * 1e3);
  }
  return TRUE;
}

static MsnetNetwork *
make_network (MsnetModel *model, MsnetDevice *device, GError **error)
{
  const gboolean streams = frames == 1 && msnet_network_can_stream (msnet_model_get_network (model));
  MsnetNetworkOptions choice = { .frames = frames, .stream = streams };

  return bench_parse_precision (precision, &choice.precision, error)
             ? msnet_network_new (model, device, &choice, error)
             : NULL;
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (MsnetModel) model = msnet_model_load (arguments[0], error);
  g_autoptr (MsnetDevice) device = model != NULL ? msnet_device_open (NULL, error) : NULL;
  g_autoptr (Bench) bench = device != NULL ? bench_new (device, cpu_time, error) : NULL;
  g_autoptr (MsnetNetwork) network = bench != NULL ? make_network (model, device, error) : NULL;
  g_autofree gfloat *logits = NULL;
  Subject subject;

  if (network == NULL || !load_input (msnet_network_get_input (network), error))
    return FALSE;
  logits = g_new0 (gfloat, msnet_model_get_network (model)->classes);
  subject = (Subject){ network, NULL, logits };
  if (!msnet_network_run (network, logits, error)
      || !save_logits (&subject, msnet_model_get_network (model)->classes, error))
    return FALSE;
  if (stages)
    return time_stages (&subject, bench, error);
  if (follow)
    return follow_orders (&subject, bench, msnet_device_get_info (device), error);
  return take_samples (&subject, bench, error);
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .arguments = "MODEL",
    .summary = "Times the forward pass of a model.",
    .options = options,
    .run = run,
  };

  return bench_main (&program, argc, argv);
}
