/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timing beside the machine's peak.  Cores that other programs slow down do so for seconds at a time, so
 * every sample has the peak taken just before it, and samples taken at less than 0.8 of the best peak do not
 * count. */
#pragma once

#include "opencl/command_list.h"

G_BEGIN_DECLS

typedef struct _Bench Bench;

/**
 * bench_new:
 * @device: a CPU: of others no peak is known
 * @cpu_time: count the time that the cores spent, divided by their number, instead of the time that passed:
 *     for a machine whose cores other programs use as well
 */
Bench *bench_new (MsnetDevice *device, gboolean cpu_time, GError **error);
void bench_free (Bench *bench);

/* Returns: multiply-adds of all cores, in GFLOP/s (two a multiply-add); 0 where it failed */
gdouble bench_measure_peak (Bench *bench);

typedef gboolean (*BenchRun) (gpointer data, GError **error);

/* @peak: in GFLOP/s */
typedef struct
{
  gdouble seconds;
  gdouble peak;
} BenchResult;

/* One peak, then one timed run. */
gboolean bench_sample (Bench *bench, BenchRun run, gpointer data, BenchResult *result, GError **error);

/* Runs once untimed, then takes @n_samples samples; @result: the best time and the best peak. */
gboolean bench_measure (
    Bench *bench, guint n_samples, BenchRun run, gpointer data, BenchResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

G_END_DECLS
