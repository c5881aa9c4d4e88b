#include "measure.h"

#define TURNS 1000000
#define CHAINS 12 /* of kernels/cpu/peak.cl */
#define FULL_SPEED 0.8

struct _BenchPeak
{
  MsnetCommandList *list;
  gdouble flops;
};

BenchPeak *
bench_peak_new (MsnetDevice *device, GError **error)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  const guint width = info->vector_width >= 16 ? 16 : 8;
  const guint items = info->compute_units;
  g_autofree gchar *options = g_strdup_printf ("-DVECTOR_WIDTH=%u", width);
  g_autoptr (BenchPeak) peak = g_new0 (BenchPeak, 1);
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, items * width * sizeof (gfloat), error);

  peak->list = msnet_command_list_new (device);
  peak->flops = 2.0 * TURNS * CHAINS * width * items;
  if (buffer == NULL
      || !msnet_command_list_append (peak->list,
          &(MsnetLaunch){ .file = "cpu/peak.cl",
              .kernel = "peak",
              .options = options,
              MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (TURNS)),
              .global = { items } },
          error))
    return NULL;
  return g_steal_pointer (&peak);
}

void
bench_peak_free (BenchPeak *peak)
{
  if (peak == NULL)
    return;
  msnet_command_list_free (peak->list);
  g_free (peak);
}

gdouble
bench_peak_measure (BenchPeak *peak)
{
  gint64 start = g_get_monotonic_time ();

  if (!msnet_command_list_run (peak->list, NULL))
    return 0.0;
  return peak->flops / 1e3 / MAX (g_get_monotonic_time () - start, 1);
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
bench_measure (
    BenchPeak *peak, guint n_samples, BenchRun run, gpointer data, BenchResult *result, GError **error)
{
  g_autofree BenchResult *samples = g_new0 (BenchResult, n_samples);

  if (!run (data, error))
    return FALSE;
  bench_peak_measure (peak);
  for (guint i = 0; i < n_samples; i++) {
    gint64 start;

    samples[i].peak = bench_peak_measure (peak);
    start = g_get_monotonic_time ();
    if (!run (data, error))
      return FALSE;
    samples[i].seconds = (g_get_monotonic_time () - start) / (gdouble)G_USEC_PER_SEC;
  }
  *result = choose_best (samples, n_samples);
  return TRUE;
}
