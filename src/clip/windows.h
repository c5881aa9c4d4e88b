/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Windows over the decided points of a grid (DESIGN.md, Time 3 and 4).  One thread. */
#pragma once

#include "grid.h"

G_BEGIN_DECLS

/**
 * MsnetPoint: a decided point.
 * @pts, @wall, @slot: of the frame that it takes; equal @pts: the same frame
 * @gap: the frame only stands in
 */
typedef struct
{
  guint64 pts;
  guint64 wall;
  guint slot;
  gboolean gap;
} MsnetPoint;

/**
 * MsnetWindow:
 * @points: T of them, oldest first
 * @frames: distinct frames among them
 * @gaps: points without a frame of their own
 * @partial: the stream ended inside; the points after its end repeat the last frame
 */
typedef struct
{
  MsnetPoint *points;
  guint frames;
  guint gaps;
  gboolean partial;
} MsnetWindow;

/**
 * MsnetWindows:
 * @grid: (transfer none)
 * @ring: the last T points, point k at k mod T
 * @n_points: points so far
 * @next: which window is due next
 * @last_end: PTS of the last point of the window completed last, else MSNET_TIME_NONE
 * @window: the window that was due last
 */
typedef struct
{
  const MsnetGrid *grid;
  MsnetPoint *ring;
  guint64 n_points;
  guint64 next;
  guint64 last_end;
  MsnetWindow window;
} MsnetWindows;

void msnet_windows_init (MsnetWindows *windows, const MsnetGrid *grid);
void msnet_windows_clear (MsnetWindows *windows);
void msnet_windows_reset (MsnetWindows *windows);

/* Returns: (nullable) (transfer none): the window that is due with @point, valid until the next call */
const MsnetWindow *msnet_windows_add (MsnetWindows *windows, const MsnetPoint *point);

/* Returns: how many windows are due with the next @n points */
guint64 msnet_windows_count_due (const MsnetWindows *windows, guint n);

/* Returns: whether any window holds one of the next @n points; with a hop longer than T there may be none */
gboolean msnet_windows_expect (const MsnetWindows *windows, guint n);

/* Sets @needed of each of @n_slots slots to whether a window that is not yet due may need its frame; the
 * last frame may be needed to stand in. */
void msnet_windows_mark (const MsnetWindows *windows, gboolean *needed, guint n_slots);

/* The end of the stream.  Returns: (nullable) (transfer none): the window that it completes, which is the
 * next one due, if it holds a frame newer than the last completed window. */
const MsnetWindow *msnet_windows_finish (MsnetWindows *windows);

G_END_DECLS
