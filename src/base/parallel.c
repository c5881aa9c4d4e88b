/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parallel.h"

#define MOST_THREADS 8

typedef struct
{
  gint next; /* atomic */
  guint n;
  MsnetTurnFunc turn;
  gpointer data;
} Loop;

static gpointer
take_turns (gpointer data)
{
  Loop *loop = data;

  for (guint i = g_atomic_int_add (&loop->next, 1); i < loop->n; i = g_atomic_int_add (&loop->next, 1))
    loop->turn (i, loop->data);
  return NULL;
}

void
msnet_parallel_run (guint n, MsnetTurnFunc turn, gpointer data)
{
  const guint n_others = MIN (MIN (g_get_num_processors (), MOST_THREADS), n) - (n > 0);
  Loop loop = { .n = n, .turn = turn, .data = data };
  GThread *others[MOST_THREADS];
  guint started = 0;

  /* Where no thread can be had, there are fewer. */
  while (started < n_others
         && (others[started] = g_thread_try_new ("msnet-loop", take_turns, &loop, NULL)) != NULL)
    started++;
  take_turns (&loop);
  for (guint i = 0; i < started; i++)
    g_thread_join (others[i]);
}
