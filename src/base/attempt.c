/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attempt.h"

#include "lock.h"

/* How often the waiting thread asks for signs of life. */
#define INTERVAL (20 * G_TIME_SPAN_MILLISECOND)

/* Shared by the thread that tries and the one that waits; the last to leave frees it. */
typedef struct
{
  gint references; /* atomic */
  const MsnetAttempt *attempt;
  gpointer data;
  MsnetLock lock;
  MsnetSignal finished;

  /* Under @lock. */
  gboolean is_finished;
  gpointer result;
  GError *error;
} Trial;

static Trial *
trial_new (const MsnetAttempt *attempt, gpointer data)
{
  Trial *trial = g_new0 (Trial, 1);

  trial->references = 2;
  trial->attempt = attempt;
  trial->data = data;
  msnet_lock_init (&trial->lock);
  msnet_signal_init (&trial->finished);
  return trial;
}

static void
trial_unref (Trial *trial)
{
  if (!g_atomic_int_dec_and_test (&trial->references))
    return;
  if (trial->result != NULL)
    trial->attempt->free_result (trial->result);
  g_clear_error (&trial->error);
  trial->attempt->free_data (trial->data);
  msnet_signal_clear (&trial->finished);
  msnet_lock_clear (&trial->lock);
  g_free (trial);
}

static gpointer
run (gpointer data)
{
  Trial *trial = data;
  GError *error = NULL;
  gpointer result = trial->attempt->run (trial->data, &error);

  msnet_lock_take (&trial->lock);
  trial->result = result;
  trial->error = error;
  trial->is_finished = TRUE;
  msnet_signal_send (&trial->finished);
  msnet_lock_give (&trial->lock);
  trial_unref (trial);
  return NULL;
}

/* With the lock held.  Returns: FALSE with @error if it is to be left behind */
static gboolean
wait_until_finished (Trial *trial, GError **error)
{
  while (!trial->is_finished) {
    if (trial->attempt->has_hung (trial->data, error))
      return FALSE;
    msnet_signal_wait_until (&trial->finished, &trial->lock, g_get_monotonic_time () + INTERVAL);
  }
  return TRUE;
}

gpointer
msnet_attempt_run (const MsnetAttempt *attempt, gpointer data, GError **error)
{
  Trial *trial = trial_new (attempt, data);
  GThread *thread = g_thread_new (attempt->name, run, trial);
  gpointer result = NULL;
  gboolean is_finished;

  msnet_lock_take (&trial->lock);
  is_finished = wait_until_finished (trial, error);
  if (is_finished && trial->error != NULL)
    g_propagate_error (error, g_steal_pointer (&trial->error));
  else if (is_finished)
    result = g_steal_pointer (&trial->result);
  msnet_lock_give (&trial->lock);
  /* A thread that finished must not be the one that frees what the driver has while the process ends. */
  if (is_finished)
    g_thread_join (thread);
  else
    g_thread_unref (thread);
  trial_unref (trial);
  return result;
}
