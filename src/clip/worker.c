/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker.h"

#include "base/lock.h"
#include "frame_pool.h"
#include "job_queue.h"

#include <gio/gio.h>

/* EMPTY -> FILLING (streaming thread) -> FILLED -> PREPARING (worker) -> PREPARED; whoever moves it into
 * FILLING or PREPARING owns its pixels until it moves it on.  A frame that is prepared has given them
 * back. */
typedef enum
{
  SLOT_EMPTY,
  SLOT_FILLING,
  SLOT_FILLED,
  SLOT_PREPARING,
  SLOT_PREPARED,
} SlotState;

typedef struct
{
  SlotState state;
  gboolean expected;      /* by a window; else it waits until one needs it */
  guint64 order;          /* frames are prepared as they came */
  guint64 compute;        /* ns that computing it took */
  MsnetFrameCopy *pixels; /* NULL where the device does not need them, or no more */
} Slot;

struct _MsnetWorker
{
  gint references; /* the recognizer's and the thread's; atomic */
  GThread *thread;
  MsnetEngine *engine;

  MsnetLock lock;
  MsnetSignal changed;

  /* Under @lock. */
  Slot *slots;
  MsnetFramePool pool;
  guint64 n_put;
  GQueue asked;      /* MsnetJob */
  MsnetJob *running; /* the thread's; it cannot be replaced by a newer one any more */
  gboolean loaded;   /* the running job needs its slots no more */
  gboolean dropped;  /* nobody wants the running job any more */
  gboolean busy;     /* the device is at something */
  gboolean given_up; /* it was waited for in vain */
  GPtrArray *done;   /* MsnetJob */
  GError *error;     /* that nobody was told of yet */
  gboolean failed;   /* until the next drop */
  gboolean outdated; /* what the engine keeps is of frames before the last drop */
  gboolean interrupted;
  gboolean stopping;
  gboolean stopped;
};

/* Slot @index has no need of its pixels any more.  Returns: (transfer full) (nullable): what is to be
 * freed */
static MsnetFrameCopy *
give_pixels (MsnetWorker *worker, guint index)
{
  MsnetFrameCopy *pixels = g_steal_pointer (&worker->slots[index].pixels);

  return pixels != NULL ? msnet_frame_pool_give (&worker->pool, pixels) : NULL;
}

static void
worker_unref (MsnetWorker *worker)
{
  if (!g_atomic_int_dec_and_test (&worker->references))
    return;
  for (guint i = 0; i < worker->engine->n_slots; i++)
    msnet_frame_copy_free (give_pixels (worker, i));
  msnet_frame_pool_clear (&worker->pool);
  g_free (worker->slots);
  g_queue_clear_full (&worker->asked, (GDestroyNotify)msnet_job_free);
  g_ptr_array_unref (worker->done);
  g_clear_error (&worker->error);
  msnet_engine_free (worker->engine);
  msnet_signal_clear (&worker->changed);
  msnet_lock_clear (&worker->lock);
  g_free (worker);
}

/* The first of them that fails counts. */
static void
keep_error (MsnetWorker *worker, GError *error)
{
  worker->failed = TRUE;
  if (worker->error != NULL)
    g_error_free (error);
  else
    worker->error = error;
}

/* Whether slot @index must be prepared before @job runs.  Of a stream no newer frame may be: it would take
 * the place of the job's last one, whose motion is asked for. */
static gboolean
is_before (const MsnetWorker *worker, const MsnetJob *job, guint index)
{
  if (!worker->engine->is_stream)
    return msnet_job_needs (job, index);
  return worker->slots[index].order <= worker->slots[msnet_job_get_last (job)].order;
}

/* Whether slot @index is to be prepared now; @job: (nullable): what runs next. */
static gboolean
is_next (const MsnetWorker *worker, const MsnetJob *job, guint index)
{
  return job != NULL ? is_before (worker, job, index) : worker->slots[index].expected;
}

/* The oldest filled slot, of those that come before @job where it is not NULL.  -1: none */
static gint
find_filled (const MsnetWorker *worker, const MsnetJob *job)
{
  gint found = -1;

  for (guint i = 0; i < worker->engine->n_slots; i++) {
    const Slot *slot = &worker->slots[i];
    if (slot->state == SLOT_FILLED && is_next (worker, job, i)
        && (found < 0 || slot->order < worker->slots[found].order))
      found = i;
  }
  return found;
}

/* Give the lock for as long as the device works. */
static void
begin_work (MsnetWorker *worker)
{
  worker->busy = TRUE;
  msnet_lock_give (&worker->lock);
}

static void
end_work (MsnetWorker *worker)
{
  msnet_lock_take (&worker->lock);
  worker->busy = worker->given_up = FALSE;
}

/* Lets the engine take in the frame in slot @index, whose pixels others may then have. */
static gboolean
take_in (MsnetWorker *worker, guint index, gboolean outdated, GError **error)
{
  MsnetEngine *engine = worker->engine;
  const MsnetFrame *frame = &worker->slots[index].pixels->frame;
  gboolean good = (!outdated || engine->reset (engine, error)) && engine->prepare (engine, frame, error);
  MsnetFrameCopy *excess;

  msnet_lock_take (&worker->lock);
  excess = give_pixels (worker, index);
  msnet_signal_send (&worker->changed);
  msnet_lock_give (&worker->lock);
  msnet_frame_copy_free (excess);
  return good;
}

/* Returns: ns that it took */
static guint64
compute (MsnetEngine *engine, guint index, GError **error)
{
  gint64 begin = g_get_monotonic_time ();

  engine->compute (engine, index, error);
  return (guint64)(g_get_monotonic_time () - begin) * 1000;
}

static void
prepare (MsnetWorker *worker, guint index)
{
  Slot *slot = &worker->slots[index];
  gboolean outdated = worker->outdated;
  guint64 duration = 0;
  GError *error = NULL;

  slot->state = SLOT_PREPARING;
  worker->outdated = FALSE;
  begin_work (worker);
  if (take_in (worker, index, outdated, &error))
    duration = compute (worker->engine, index, &error);
  end_work (worker);
  slot->state = SLOT_PREPARED;
  slot->compute = duration;
  if (error != NULL)
    keep_error (worker, error);
}

/* Lets the device see the window of the running job. */
static void
load_and_run (MsnetWorker *worker, GError **error)
{
  MsnetEngine *engine = worker->engine;
  gboolean good;

  worker->running->recognition->inference = worker->slots[msnet_job_get_last (worker->running)].compute;
  begin_work (worker);
  good = engine->load (engine, worker->running->slots, error);
  end_work (worker);
  worker->loaded = good;
  begin_work (worker);
  if (good)
    msnet_job_run (worker->running, engine, error);
  end_work (worker);
}

static void
run (MsnetWorker *worker)
{
  GError *error = NULL;
  MsnetJob *job;

  if (!worker->dropped && !worker->failed)
    load_and_run (worker, &error);
  if (error != NULL)
    keep_error (worker, error);
  job = g_steal_pointer (&worker->running);
  if (worker->dropped || worker->failed)
    msnet_job_free (job);
  else
    g_ptr_array_add (worker->done, job);
}

static gpointer
work (gpointer data)
{
  MsnetWorker *worker = data;

  msnet_lock_take (&worker->lock);
  while (!worker->stopping) {
    gint filled;
    if (worker->running == NULL && worker->asked.length > 0) {
      worker->running = g_queue_pop_head (&worker->asked);
      worker->loaded = worker->dropped = FALSE;
    }
    filled = find_filled (worker, worker->running);
    if (filled >= 0)
      prepare (worker, filled);
    else if (worker->running != NULL)
      run (worker);
    else {
      msnet_signal_wait (&worker->changed, &worker->lock);
      continue;
    }
    msnet_signal_send (&worker->changed);
  }
  worker->stopped = TRUE;
  msnet_signal_send (&worker->changed);
  msnet_lock_give (&worker->lock);
  worker_unref (worker);
  return NULL;
}

MsnetWorker *
msnet_worker_new (MsnetEngine *engine)
{
  MsnetWorker *worker = g_new0 (MsnetWorker, 1);

  worker->references = 2;
  worker->engine = engine;
  worker->slots = g_new0 (Slot, engine->n_slots);
  msnet_frame_pool_init (&worker->pool);
  worker->done = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_job_free);
  g_queue_init (&worker->asked);
  msnet_lock_init (&worker->lock);
  msnet_signal_init (&worker->changed);
  worker->thread = g_thread_new ("msnet-worker", work, worker);
  return worker;
}

gboolean
msnet_worker_stop (MsnetWorker *worker, gint64 patience)
{
  gboolean in_time = TRUE, stopped;
  gint64 deadline;

  msnet_lock_take (&worker->lock);
  deadline = g_get_monotonic_time () + (worker->given_up ? 0 : patience);
  worker->stopping = TRUE;
  msnet_signal_send (&worker->changed);
  while (!worker->stopped && in_time)
    in_time = msnet_signal_wait_until (&worker->changed, &worker->lock, deadline);
  stopped = worker->stopped;
  msnet_lock_give (&worker->lock);
  if (stopped)
    g_thread_join (worker->thread);
  else
    g_thread_unref (worker->thread);
  worker_unref (worker);
  return stopped;
}

void
msnet_worker_interrupt (MsnetWorker *worker, gboolean interrupt)
{
  msnet_lock_take (&worker->lock);
  worker->interrupted = interrupt;
  msnet_signal_send (&worker->changed);
  msnet_lock_give (&worker->lock);
}

static gboolean
is_asked_for (const MsnetWorker *worker, guint slot)
{
  if (worker->running != NULL && !worker->loaded && msnet_job_needs (worker->running, slot))
    return TRUE;
  return msnet_job_queue_needs (&worker->asked, slot);
}

/* What the device is at, or must not miss. */
static gboolean
is_in_use (const MsnetWorker *worker, guint slot)
{
  SlotState state = worker->slots[slot].state;

  return state == SLOT_PREPARING || (state == SLOT_FILLED && worker->engine->is_stream);
}

static gboolean
is_free (const MsnetWorker *worker, const gboolean *needed, guint slot)
{
  return !needed[slot] && !is_in_use (worker, slot) && !is_asked_for (worker, slot);
}

static gint
find_free (const MsnetWorker *worker, const gboolean *needed)
{
  for (guint i = 0; i < worker->engine->n_slots; i++)
    if (is_free (worker, needed, i))
      return i;
  return -1;
}

/* Nobody will look at the frame that was put into slot @index.  @excess: takes what is to be freed, without
 * the lock */
static void
empty (MsnetWorker *worker, guint index, GPtrArray *excess)
{
  g_ptr_array_add (excess, give_pixels (worker, index));
  worker->slots[index].state = SLOT_EMPTY;
}

/* Frames that were kept in case that they had to stand in, and need not any more. */
static void
empty_unneeded (MsnetWorker *worker, const gboolean *needed, GPtrArray *excess)
{
  for (guint i = 0; i < worker->engine->n_slots; i++)
    if (worker->slots[i].state == SLOT_FILLED && is_free (worker, needed, i))
      empty (worker, i, excess);
}

/* Whoever can wait for a slot waits until no more frames than are kept wait for the device, too. */
static gint
find_room (MsnetWorker *worker, const gboolean *needed, gboolean wait, GPtrArray *excess)
{
  empty_unneeded (worker, needed, excess);
  return wait && worker->pool.n_used >= MSNET_FRAMES_KEPT ? -1 : find_free (worker, needed);
}

gint
msnet_worker_acquire (MsnetWorker *worker, const gboolean *needed, gboolean wait)
{
  g_autoptr (GPtrArray) excess = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_frame_copy_free);
  gint slot;

  msnet_lock_take (&worker->lock);
  slot = find_room (worker, needed, wait, excess);
  while (slot < 0 && wait && !worker->interrupted) {
    msnet_signal_wait (&worker->changed, &worker->lock);
    slot = find_room (worker, needed, wait, excess);
  }
  if (slot >= 0) {
    worker->slots[slot].state = SLOT_FILLING;
    worker->slots[slot].pixels = msnet_frame_pool_take (&worker->pool);
  }
  msnet_lock_give (&worker->lock);
  return slot;
}

gsize
msnet_worker_put (MsnetWorker *worker, guint index, const MsnetFrame *frame, gboolean expected)
{
  Slot *slot = &worker->slots[index];
  MsnetFrameCopy *pixels = slot->pixels;
  gsize copied;
  guint first, end;

  worker->engine->get_rows (worker->engine, frame, &first, &end);
  msnet_frame_copy_assign (pixels, frame, first, end);
  copied = pixels->copied;
  msnet_lock_take (&worker->lock);
  slot->state = SLOT_FILLED;
  slot->expected = expected || worker->engine->is_stream;
  slot->order = worker->n_put++;
  msnet_signal_send (&worker->changed);
  msnet_lock_give (&worker->lock);
  return copied;
}

/* Jobs that did not start and that @job (nullable) replaces are forgotten.  Returns: how many windows that
 * leaves unseen */
static guint64
forget_asked (MsnetWorker *worker, const MsnetJob *job, GArray *spans)
{
  return msnet_job_queue_forget (&worker->asked, job, worker->engine->is_stream, spans);
}

void
msnet_worker_ask (MsnetWorker *worker, MsnetJob *job, GArray *skipped)
{
  msnet_lock_take (&worker->lock);
  if (skipped != NULL)
    job->recognition->skipped += forget_asked (worker, job, skipped);
  if (worker->failed)
    msnet_job_free (job);
  else
    g_queue_push_tail (&worker->asked, job);
  msnet_signal_send (&worker->changed);
  msnet_lock_give (&worker->lock);
}

/* Whether there is something left to wait for. */
static gboolean
is_busy (const MsnetWorker *worker)
{
  return worker->error == NULL && !worker->interrupted
         && (worker->asked.length > 0 || (worker->running != NULL && !worker->dropped));
}

gboolean
msnet_worker_collect (MsnetWorker *worker, gint64 deadline, GPtrArray *done, GError **error)
{
  gboolean in_time = deadline > 0, good = TRUE;

  msnet_lock_take (&worker->lock);
  while (is_busy (worker) && in_time)
    in_time = msnet_signal_wait_until (&worker->changed, &worker->lock, deadline);
  worker->given_up |= deadline > 0 && !in_time && worker->busy;
  if (worker->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&worker->error));
    forget_asked (worker, NULL, NULL);
    g_ptr_array_set_size (worker->done, 0);
    good = FALSE;
  } else if (worker->interrupted && deadline > 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    good = FALSE;
  } else
    while (worker->done->len > 0)
      g_ptr_array_add (done, g_ptr_array_steal_index (worker->done, 0));
  msnet_lock_give (&worker->lock);
  return good;
}

void
msnet_worker_drop (MsnetWorker *worker, GArray *dropped)
{
  g_autoptr (GPtrArray) excess = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_frame_copy_free);

  msnet_lock_take (&worker->lock);
  if (worker->running != NULL && !worker->dropped) {
    worker->dropped = TRUE;
    msnet_job_add_span (worker->running, dropped);
  }
  forget_asked (worker, NULL, dropped);
  for (guint i = 0; i < worker->done->len; i++)
    msnet_job_add_span (g_ptr_array_index (worker->done, i), dropped);
  g_ptr_array_set_size (worker->done, 0);
  worker->failed = FALSE;
  worker->outdated = worker->engine->is_stream;
  for (guint i = 0; i < worker->engine->n_slots; i++)
    if (worker->slots[i].state == SLOT_FILLED)
      empty (worker, i, excess);
  msnet_lock_give (&worker->lock);
}

MsnetEngine *
msnet_worker_get_engine (MsnetWorker *worker)
{
  return worker->engine;
}
