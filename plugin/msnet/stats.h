/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counters of one `msnet`, from PAUSED on: written by the streaming thread, which never waits for a reader.
 *
 * Any thread may read; all are atomics. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Latencies are counted in classes that are 1/32 wide, relative to what they count. */
#define MSNET_STATS_CLASSES 1920

/**
 * MsnetStats:
 * @windows: recognised
 * @skipped: due, but the device was busy
 * @gaps: points without a frame of their own
 * @latencies: how many windows took so long
 */
typedef struct
{
  gsize windows;
  gsize skipped;
  gsize gaps;
  gint latencies[MSNET_STATS_CLASSES];
} MsnetStats;

void msnet_stats_reset (MsnetStats *stats);
void msnet_stats_add_window (MsnetStats *stats, GstClockTime latency);
void msnet_stats_add_skipped (MsnetStats *stats, gsize n);
void msnet_stats_add_gaps (MsnetStats *stats, gsize n);

gsize msnet_stats_get_windows (MsnetStats *stats);
gsize msnet_stats_get_skipped (MsnetStats *stats);

/* Sets `windows`, `skipped` and `gaps`, and once there is a window `latency-p50`, `-p95` and `-p99`
 * (uint64, ns, exact to 3 %). */
void msnet_stats_write (MsnetStats *stats, GstStructure *structure);

G_END_DECLS
