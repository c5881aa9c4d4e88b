#include "start.h"

#include "network_engine.h"
#include "base/error.h"
#include "base/lock.h"

/* How often in its patience the waiting thread looks for signs of life. */
#define LOOKS 30

/* Shared by the thread that starts and the one that waits; the last to leave frees it. */
typedef struct
{
  gint references; /* atomic */
  MsnetStart start;
  MsnetLock lock;
  MsnetSignal finished;

  /* Under @lock. */
  gint64 allowance; /* microseconds of silence beyond the patience */
  gboolean is_finished;
  MsnetRecognizer *recognizer;
  guint64 duration;
  GError *error;
} Attempt;

static Attempt *
attempt_new (const MsnetStart *start)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->references = 2;
  attempt->start = *start;
  msnet_model_ref (start->model);
  msnet_device_ref (start->device);
  msnet_lock_init (&attempt->lock);
  msnet_signal_init (&attempt->finished);
  return attempt;
}

static void
attempt_unref (Attempt *attempt)
{
  if (!g_atomic_int_dec_and_test (&attempt->references))
    return;
  msnet_recognizer_free (attempt->recognizer);
  g_clear_error (&attempt->error);
  msnet_model_unref (attempt->start.model);
  msnet_device_unref (attempt->start.device);
  msnet_signal_clear (&attempt->finished);
  msnet_lock_clear (&attempt->lock);
  g_free (attempt);
}

static MsnetRecognizer *
make_recognizer (const MsnetStart *start, GError **error)
{
  guint n_slots = msnet_recognizer_count_slots (&start->grid);
  MsnetEngine *engine
      = msnet_network_engine_new (start->model, start->device, start->precision, n_slots, error);

  return engine ? msnet_recognizer_new (engine, &start->grid) : NULL;
}

/* To wait for each command by itself costs time: the run that is measured may take as long as the watched one before
 * it, without a sign. */
static void
stop_watching (Attempt *attempt, guint64 duration)
{
  msnet_lock_take (&attempt->lock);
  attempt->allowance = duration / 1000;
  msnet_lock_give (&attempt->lock);
  msnet_device_set_watched (attempt->start.device, FALSE);
}

static MsnetRecognizer *
start_recognizer (Attempt *attempt, guint64 *duration, GError **error)
{
  g_autoptr (MsnetRecognizer) recognizer = NULL;

  msnet_device_set_watched (attempt->start.device, TRUE);
  recognizer = make_recognizer (&attempt->start, error);
  if (!recognizer || !msnet_recognizer_warm_up (recognizer, duration, error))
    return NULL;
  stop_watching (attempt, *duration);
  return msnet_recognizer_warm_up (recognizer, duration, error) ? g_steal_pointer (&recognizer) : NULL;
}

static gpointer
run_attempt (gpointer data)
{
  Attempt *attempt = data;
  guint64 duration = 0;
  GError *error = NULL;
  MsnetRecognizer *recognizer = start_recognizer (attempt, &duration, &error);

  msnet_lock_take (&attempt->lock);
  attempt->recognizer = recognizer;
  attempt->duration = duration;
  attempt->error = error;
  attempt->is_finished = TRUE;
  msnet_signal_send (&attempt->finished);
  msnet_lock_give (&attempt->lock);
  attempt_unref (attempt);
  return NULL;
}

/* Returns: FALSE where the device was silent for @patience */
static gboolean
wait_until_finished (Attempt *attempt, gint64 patience)
{
  gint64 silent_since = g_get_monotonic_time ();
  gint signs = 0;

  while (!attempt->is_finished) {
    gint64 now = g_get_monotonic_time ();

    if (!msnet_device_is_silent (attempt->start.device, &signs))
      silent_since = now;
    if (now - silent_since >= patience + attempt->allowance)
      return FALSE;
    msnet_signal_wait_until (&attempt->finished, &attempt->lock, now + MAX (patience / LOOKS, 1));
  }
  return TRUE;
}

static void
give_up (Attempt *attempt, gint64 patience, GError **error)
{
  msnet_device_give_up (attempt->start.device);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
      "it hangs: no command was finished for %g s while the network was warmed up; the device is left behind",
      patience / (gdouble)G_USEC_PER_SEC);
}

MsnetRecognizer *
msnet_start_run (const MsnetStart *start, gint64 patience, guint64 *duration, GError **error)
{
  Attempt *attempt = attempt_new (start);
  MsnetRecognizer *recognizer = NULL;
  GThread *thread = g_thread_new ("msnet-start", run_attempt, attempt);
  gboolean is_finished;

  msnet_lock_take (&attempt->lock);
  is_finished = wait_until_finished (attempt, patience);
  if (!is_finished)
    give_up (attempt, patience, error);
  else if (attempt->error)
    g_propagate_error (error, g_steal_pointer (&attempt->error));
  else
    recognizer = g_steal_pointer (&attempt->recognizer);
  *duration = attempt->duration;
  msnet_lock_give (&attempt->lock);
  /* Where it finished, it must not be the one to free what the driver has while the process ends. */
  if (is_finished)
    g_thread_join (thread);
  else
    g_thread_unref (thread);
  attempt_unref (attempt);
  return recognizer;
}
