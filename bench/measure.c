/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure.h"

#include "machine/peak.h"

#include <time.h>

#define FULL_SPEED 0.8

struct _Bench
{
  MsnetPeak *peak;
  guint cores; /* that share the time of clock */
  clockid_t clock;
};

Bench *
bench_new (MsnetDevice *device, gboolean cpu_time, GError **error)
{
  g_autoptr (Bench) bench = g_new0 (Bench, 1);

  bench->cores = cpu_time ? msnet_device_get_info (device)->compute_units : 1;
  bench->clock = cpu_time ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
  bench->peak = msnet_peak_new (device, 0, error);
  return bench->peak != NULL ? g_steal_pointer (&bench) : NULL;
}

void
bench_free (Bench *bench)
{
  if (bench == NULL)
    return;
  msnet_peak_free (bench->peak);
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

  if (!msnet_peak_run (bench->peak, NULL))
    return 0.0;
  return 2 * msnet_peak_get_work (bench->peak) / (get_seconds (bench) - start) / 1e9;
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
