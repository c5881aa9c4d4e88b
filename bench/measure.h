/* Timing beside the machine's peak.  Cores that other programs slow down do so for seconds at a time, so
 * every sample has the peak taken just before it, and samples taken at less than 0.8 of the best peak do not
 * count. */
#pragma once

#include "opencl/command_list.h"

G_BEGIN_DECLS

typedef struct _BenchPeak BenchPeak;

/* Returns: (transfer full): NULL on a device that is not a CPU: there is no peak to compare with */
BenchPeak *bench_peak_new (MsnetDevice *device, GError **error);
void bench_peak_free (BenchPeak *peak);

/* Returns: multiply-adds of all cores, in GFLOP/s (two a multiply-add); 0 where it failed */
gdouble bench_peak_measure (BenchPeak *peak);

typedef gboolean (*BenchRun) (gpointer data, GError **error);

/* @seconds: the best sample; @peak: the best peak */
typedef struct
{
  gdouble seconds;
  gdouble peak;
} BenchResult;

/* Runs once untimed, then @n_samples times. */
gboolean bench_measure (
    BenchPeak *peak, guint n_samples, BenchRun run, gpointer data, BenchResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchPeak, bench_peak_free)

G_END_DECLS
