#include "measure.h"

#include <time.h>

#define TURNS 1000000
#define CHAINS 12 /* of kernels/cpu/peak.cl */
#define FULL_SPEED 0.8

struct _Bench
{
  MsnetCommandList *list;
  gdouble flops;
  guint cores; /* that share the time of clock */
  clockid_t clock;
};

Bench *
bench_new (MsnetDevice *device, gboolean cpu_time, GError **error)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  const guint width = info->vector_width >= 16 ? 16 : 8;
  const guint items = info->compute_units;
  g_autofree gchar *options = g_strdup_printf ("-DVECTOR_WIDTH=%u", width);
  g_autoptr (Bench) bench = g_new0 (Bench, 1);
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, items * width * sizeof (gfloat), error);

  bench->list = msnet_command_list_new (device);
  bench->flops = 2.0 * TURNS * CHAINS * width * items;
  bench->cores = cpu_time ? info->compute_units : 1;
  bench->clock = cpu_time ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
  if (buffer == NULL
      || !msnet_command_list_append (bench->list,
          &(MsnetLaunch){ .file = "cpu/peak.cl",
              .kernel = "peak",
              .options = options,
              MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (TURNS)),
              .global = { items } },
          error))
    return NULL;
  return g_steal_pointer (&bench);
}

void
bench_free (Bench *bench)
{
  if (bench == NULL)
    return;
  msnet_command_list_free (bench->list);
  g_free (bench);
}

static gdouble
get_seconds (const Bench *bench)
{
  struct timespec now;

  clock_gettime (bench->clock, &now);
  return (now.tv_sec + now.tv_nsec * 1e-9) / bench->cores;
}

gdouble
bench_measure_peak (Bench *bench)
{
  gdouble start = get_seconds (bench);

  if (!msnet_command_list_run (bench->list, NULL))
    return 0.0;
  return bench->flops / (get_seconds (bench) - start) / 1e9;
}

static BenchResult
choose_best (const BenchResult *samples, guint n_samples)
{
  BenchResult best = { G_MAXDOUBLE, 0.0 };

  for (guint i = 0; i < n_samples; i++)
    best.peak = MAX (best.peak, samples[i].peak);
  for (guint i = 0; i < n_samples; i++)
    if (samples[i].peak >= FULL_SPEED * best.peak)
      best.seconds = MIN (best.seconds, samples[i].seconds);
  return best;
}

gboolean
bench_sample (Bench *bench, BenchRun run, gpointer data, BenchResult *result, GError **error)
{
  gdouble start;

  result->peak = bench_measure_peak (bench);
  start = get_seconds (bench);
  if (!run (data, error))
    return FALSE;
  result->seconds = get_seconds (bench) - start;
  return TRUE;
}

gboolean
bench_measure (
    Bench *bench, guint n_samples, BenchRun run, gpointer data, BenchResult *result, GError **error)
{
  g_autofree BenchResult *samples = g_new0 (BenchResult, n_samples);

  if (!run (data, error))
    return FALSE;
  bench_measure_peak (bench);
  for (guint i = 0; i < n_samples; i++)
    if (!bench_sample (bench, run, data, &samples[i], error))
      return FALSE;
  *result = choose_best (samples, n_samples);
  return TRUE;
}
