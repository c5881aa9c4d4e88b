/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "windows.h"

#include <string.h>

void
msnet_windows_init (MsnetWindows *windows, const MsnetGrid *grid)
{
  windows->grid = grid;
  windows->ring = g_new0 (MsnetPoint, grid->n_frames);
  windows->window = (MsnetWindow){ .points = g_new0 (MsnetPoint, grid->n_frames) };
  msnet_windows_reset (windows);
}

void
msnet_windows_clear (MsnetWindows *windows)
{
  g_clear_pointer (&windows->ring, g_free);
  g_clear_pointer (&windows->window.points, g_free);
}

void
msnet_windows_reset (MsnetWindows *windows)
{
  windows->n_points = 0;
  windows->next = 0;
  windows->last_end = MSNET_TIME_NONE;
}

/* The last T points, in order, become the window. */
static const MsnetWindow *
complete (MsnetWindows *windows)
{
  MsnetWindow *window = &windows->window;
  guint n_frames = windows->grid->n_frames;

  window->frames = 0;
  window->gaps = 0;
  window->partial = FALSE;
  for (guint i = 0; i < n_frames; i++) {
    window->points[i] = windows->ring[(windows->n_points + i) % n_frames];
    window->gaps += window->points[i].gap;
    window->frames += i == 0 || window->points[i].pts != window->points[i - 1].pts;
  }
  windows->last_end = window->points[n_frames - 1].pts;
  windows->next++;
  return window;
}

const MsnetWindow *
msnet_windows_add (MsnetWindows *windows, const MsnetPoint *point)
{
  windows->ring[windows->n_points++ % windows->grid->n_frames] = *point;
  if (windows->n_points == windows->next * windows->grid->hop + windows->grid->n_frames)
    return complete (windows);
  return NULL;
}

guint64
msnet_windows_count_due (const MsnetWindows *windows, guint n)
{
  guint64 n_points = windows->n_points + n, n_frames = windows->grid->n_frames;

  if (n_points < n_frames)
    return 0;
  return (n_points - n_frames) / windows->grid->hop + 1 - windows->next;
}

gboolean
msnet_windows_expect (const MsnetWindows *windows, guint n)
{
  guint64 since = windows->n_points % windows->grid->hop; /* the begin of the last window */

  return since < windows->grid->n_frames || since + n > windows->grid->hop;
}

void
msnet_windows_mark (const MsnetWindows *windows, gboolean *needed, guint n_slots)
{
  guint64 n_points = windows->n_points, n_frames = windows->grid->n_frames;
  guint64 oldest = n_points > n_frames ? n_points - n_frames : 0;
  guint64 first = MIN (MAX (oldest, windows->next * windows->grid->hop), n_points > 0 ? n_points - 1 : 0);

  memset (needed, 0, n_slots * sizeof *needed);
  for (guint64 k = first; k < n_points; k++)
    needed[windows->ring[k % n_frames].slot] = TRUE;
}

const MsnetWindow *
msnet_windows_finish (MsnetWindows *windows)
{
  MsnetPoint last;

  if (windows->n_points <= windows->next * windows->grid->hop)
    return NULL;
  last = windows->ring[(windows->n_points - 1) % windows->grid->n_frames];
  if (windows->last_end != MSNET_TIME_NONE && last.pts <= windows->last_end)
    return NULL;
  last.gap = FALSE;
  while (msnet_windows_add (windows, &last) == NULL)
    ;
  windows->window.partial = TRUE;
  return &windows->window;
}
