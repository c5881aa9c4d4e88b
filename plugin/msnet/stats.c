/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stats.h"

#define STEPS 32 /* classes from one power of two to the next */

static guint
get_class (guint64 value)
{
  guint exponent;

  if (value < 2 * STEPS)
    return value;
  exponent = g_bit_storage (value) - g_bit_storage (2 * STEPS - 1);
  return exponent * STEPS + (value >> exponent);
}

/* The middle of what class @index counts. */
static guint64
get_value (guint index)
{
  guint exponent;

  if (index < 2 * STEPS)
    return index;
  exponent = index / STEPS - 1;
  return ((guint64)(index - exponent * STEPS) << exponent) + (G_GUINT64_CONSTANT (1) << exponent) / 2;
}

void
msnet_stats_reset (MsnetStats *stats)
{
  g_atomic_pointer_set (&stats->windows, 0);
  g_atomic_pointer_set (&stats->skipped, 0);
  g_atomic_pointer_set (&stats->gaps, 0);
  for (guint i = 0; i < MSNET_STATS_CLASSES; i++)
    g_atomic_int_set (&stats->latencies[i], 0);
}

void
msnet_stats_add_window (MsnetStats *stats, GstClockTime latency)
{
  g_atomic_pointer_add (&stats->windows, 1);
  g_atomic_int_inc (&stats->latencies[get_class (latency)]);
}

void
msnet_stats_add_skipped (MsnetStats *stats, gsize n)
{
  g_atomic_pointer_add (&stats->skipped, n);
}

void
msnet_stats_add_gaps (MsnetStats *stats, gsize n)
{
  g_atomic_pointer_add (&stats->gaps, n);
}

gsize
msnet_stats_get_windows (MsnetStats *stats)
{
  return (gsize)g_atomic_pointer_get (&stats->windows);
}

gsize
msnet_stats_get_skipped (MsnetStats *stats)
{
  return (gsize)g_atomic_pointer_get (&stats->skipped);
}

/* The value that @percent of @total are not above. */
static guint64
find_percentile (const gint *counts, guint64 total, guint percent)
{
  guint64 wanted = (total * percent + 99) / 100, seen = 0;

  for (guint i = 0; i < MSNET_STATS_CLASSES; i++) {
    seen += counts[i];
    if (seen >= wanted)
      return get_value (i);
  }
  return get_value (MSNET_STATS_CLASSES - 1);
}

void
msnet_stats_write (MsnetStats *stats, GstStructure *structure)
{
  g_autofree gint *counts = g_new (gint, MSNET_STATS_CLASSES);
  guint64 total = 0;

  for (guint i = 0; i < MSNET_STATS_CLASSES; i++)
    total += counts[i] = g_atomic_int_get (&stats->latencies[i]);
  gst_structure_set (structure, "windows", G_TYPE_UINT64, (guint64)msnet_stats_get_windows (stats), "skipped",
      G_TYPE_UINT64, (guint64)msnet_stats_get_skipped (stats), "gaps", G_TYPE_UINT64,
      (guint64)(gsize)g_atomic_pointer_get (&stats->gaps), NULL);
  if (total > 0)
    gst_structure_set (structure, "latency-p50", G_TYPE_UINT64, find_percentile (counts, total, 50),
        "latency-p95", G_TYPE_UINT64, find_percentile (counts, total, 95), "latency-p99", G_TYPE_UINT64,
        find_percentile (counts, total, 99), NULL);
}
