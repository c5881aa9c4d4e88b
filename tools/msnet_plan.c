/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shows how a model is run on this machine: layer by layer which kernel was chosen and what it takes.
 *
 *   msnet-plan [--frames=T] [--stream] [--bf16] [--device=DEVICE] [--rounds=5] MODEL
 *   msnet-plan --tune [--seconds=60] [--frames=T] [--bf16] [--device=DEVICE] MODEL
 *
 * The second form times all kernels that can do the model's layers, and remembers the fastest ones.
 * From then on, elements of this user run them.  Each precision is tuned by itself.
 *
 * MODEL is a path, or the name of a model as in the element's property.  Each step is timed by itself, and
 * the least of all rounds counts.  What a step takes of the machine's peak is in multiply-adds of the direct
 * way, so that Winograd's may be above 1.  The tool keeps the programs that it built, so that the next
 * process starts sooner. */
#include "base/error.h"
#include "machine/peak.h"
#include "model/network.h"
#include "opencl/open.h"
#include "plan_tune.h"

#include <stdio.h>
#include <stdlib.h>

#define TIMES 4 /* a step is run before a wait, so that the wait does not count */

static gint frames = 0;
static gint rounds = 5;
static gint tune_seconds = 60;
static gboolean stream = FALSE;
static gboolean bf16 = FALSE;
static gboolean tune = FALSE;
static gchar *device_name = NULL;

static const GOptionEntry options[] = {
  { "frames", 0, 0, G_OPTION_ARG_INT, &frames, "Frames of a clip; 0: the model's own", "T" },
  { "stream", 0, 0, G_OPTION_ARG_NONE, &stream, "Frame by frame, as causal models run", NULL },
  { "bf16", 0, 0, G_OPTION_ARG_NONE, &bf16, "As with the element's precision=bf16", NULL },
  { "device", 0, 0, G_OPTION_ARG_STRING, &device_name, "As the element's property", "DEVICE" },
  { "rounds", 0, 0, G_OPTION_ARG_INT, &rounds, "How often each step is timed", "N" },
  { "tune", 0, 0, G_OPTION_ARG_NONE, &tune, "Find the fastest kernels and remember them", NULL },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &tune_seconds, "How long --tune may take", "N" },
  { NULL },
};

static gdouble
get_seconds (void)
{
  return g_get_monotonic_time () / 1e6;
}

static void
show_progress (guint round)
{
  fprintf (stderr, "\rtiming %u of %d%s", round + 1, rounds, (gint)round + 1 == rounds ? "\n" : "");
}

/* Lowers @seconds[i] to what step i took now, and @peak's. */
static gboolean
time_round (MsnetNetwork *network, MsnetPeak *peak, gdouble *seconds, gdouble *peak_seconds, GError **error)
{
  MsnetCommandList *plan = msnet_network_get_plan (network);
  guint n_steps;
  const MsnetStep *steps = msnet_command_list_get_steps (plan, &n_steps);
  gdouble start = get_seconds ();

  if (!msnet_peak_run (peak, error))
    return FALSE;
  *peak_seconds = MIN (*peak_seconds, get_seconds () - start);
  for (guint i = 0; i < n_steps; i++) {
    start = get_seconds ();
    if (!msnet_command_list_run_times (plan, steps[i].first, steps[i].end, TIMES, error))
      return FALSE;
    seconds[i] = MIN (seconds[i], (get_seconds () - start) / TIMES);
  }
  return TRUE;
}

static void
print_memory (MsnetNetwork *network)
{
  const gdouble mega = 1e6;
  MsnetNetworkMemory memory;

  msnet_network_get_memory (network, &memory);
  printf ("memory: activations %.1f MB (%.2f of the largest sum that lives at a time), scratch %.1f MB, "
          "input %.1f MB, state %.2f MB\n",
      memory.activations / mega, memory.activations / (gdouble)memory.least, memory.scratch / mega,
      memory.input / mega, memory.state / mega);
}

static void
print_steps (MsnetNetwork *network, const gdouble *seconds, gdouble peak)
{
  guint n_steps;
  const MsnetStep *steps = msnet_command_list_get_steps (msnet_network_get_plan (network), &n_steps);
  gdouble total = 0.0, work = 0.0;

  for (guint i = 0; i < n_steps; i++) {
    total += seconds[i];
    work += steps[i].work;
  }
  printf ("%-26s %-18s %9s %8s %6s\n", "layer", "kernel", "us", "of peak", "share");
  for (guint i = 0; i < n_steps; i++) {
    printf ("%-26s %-18s %9.0f ", steps[i].name, steps[i].kernel, seconds[i] * 1e6);
    if (steps[i].work > 0)
      printf ("%8.2f", steps[i].work / seconds[i] / peak);
    else
      printf ("%8s", "-");
    printf (" %5.1f%%\n", 100 * seconds[i] / total);
  }
  printf ("%-26s %-18s %9.0f %8.2f\n", "sum of the steps", "", total * 1e6, work / total / peak);
}

static gboolean
show (MsnetNetwork *network, MsnetDevice *device, GError **error)
{
  guint n_steps;
  g_autoptr (MsnetPeak) peak = msnet_peak_new (device, 0, error);
  g_autofree gdouble *seconds = NULL;
  gdouble peak_seconds = G_MAXDOUBLE, start, whole = G_MAXDOUBLE;

  if (peak == NULL)
    return FALSE;
  msnet_command_list_get_steps (msnet_network_get_plan (network), &n_steps);
  seconds = g_new (gdouble, n_steps);
  for (guint i = 0; i < n_steps; i++)
    seconds[i] = G_MAXDOUBLE;
  for (gint round = 0; round < rounds; round++) {
    show_progress (round);
    if (!time_round (network, peak, seconds, &peak_seconds, error))
      return FALSE;
    start = get_seconds ();
    if (!msnet_network_run (network, NULL, error))
      return FALSE;
    whole = MIN (whole, get_seconds () - start);
  }
  print_steps (network, seconds, msnet_peak_get_work (peak) / peak_seconds);
  printf ("%-26s %-18s %9.0f\n", "all in one run", "", whole * 1e6);
  printf ("%s, peak %.0f GFLOP/s\n", msnet_device_get_info (device)->name,
      2e-9 * msnet_peak_get_work (peak) / peak_seconds);
  print_memory (network);
  return TRUE;
}

static gboolean
check_stream (MsnetModel *model, GError **error)
{
  if (!stream || msnet_network_can_stream (msnet_model_get_network (model)))
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED,
      "%s: --stream: expected a model that runs frame by frame (shift causal or none, motion past or "
      "absent), found"
      " one whose frames depend on later ones; leave --stream out",
      msnet_model_get_path (model));
  return FALSE;
}

static gboolean
run (const gchar *name, GError **error)
{
  g_autofree gchar *path = msnet_model_find (name, NULL, error);
  g_autoptr (MsnetModel) model = path != NULL ? msnet_model_load (path, error) : NULL;
  g_autoptr (MsnetDevice) device = model != NULL ? msnet_device_open (device_name, error) : NULL;
  g_autoptr (MsnetNetwork) network = NULL;
  MsnetNetworkOptions how = { .precision = bf16 ? MSNET_BFLOAT16 : MSNET_FLOAT32 };

  if (device == NULL)
    return FALSE;
  how.frames = frames > 0 ? (guint)frames : msnet_model_get_frames (model);
  if (tune)
    return plan_tune (model, device, &how, MAX (tune_seconds, 1), error);
  if (!check_stream (model, error))
    return FALSE;
  how.stream = stream;
  if (stream)
    how.frames = 1;
  network = msnet_network_new (model, device, &how, error);
  if (network == NULL || !msnet_network_run (network, NULL, error) || !show (network, device, error))
    return FALSE;
  msnet_device_save_programs (device);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("MODEL - shows how a model is run here");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2) {
    fprintf (stderr, "%s\n", error != NULL ? error->message : "expected one model");
    return EXIT_FAILURE;
  }
  rounds = MAX (rounds, 1);
  if (run (argv[1], &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "msnet-plan: %s\n", error->message);
  return EXIT_FAILURE;
}
