/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recognizer.h"

#include "windows.h"
#include "worker.h"

#include <gio/gio.h>

struct _MsnetRecognizer
{
  MsnetEngine *engine; /* the worker's: shapes and geometry may be read */
  MsnetWorker *worker;
  MsnetSampler sampler;
  MsnetWindows windows;
  gboolean *needed; /* for each slot */
  gboolean latest;
  gboolean motion;
  guint64 index;          /* of the next recognition */
  gint64 due;             /* when the frame at hand came */
  guint64 n_due;          /* windows that are yet to become due on the frame at hand */
  MsnetDecision decision; /* on the frame offered last */
  MsnetSampler before;    /* it was offered */
  MsnetPoint last;        /* the frame sampled last */
  gdouble region[4];      /* of the upright picture */
  gdouble aspect;         /* of the upright picture as it is displayed */
  MsnetTurn turn;
  GArray *skipped; /* MsnetSpan */
  MsnetEffort effort;
};

guint
msnet_recognizer_count_slots (const MsnetGrid *grid)
{
  /* A window that waits for the device, the points since, a frame that the device prepares, and the one
   * that comes. */
  return grid->n_frames + MIN (grid->hop - 1, grid->n_frames) + 2;
}

MsnetRecognizer *
msnet_recognizer_new (MsnetEngine *engine, const MsnetGrid *grid)
{
  MsnetRecognizer *recognizer = g_new0 (MsnetRecognizer, 1);

  g_assert (engine->n_frames == grid->n_frames);
  g_assert (engine->n_slots >= engine->n_frames + 2);
  recognizer->engine = engine;
  recognizer->worker = msnet_worker_new (engine);
  recognizer->needed = g_new0 (gboolean, engine->n_slots);
  recognizer->motion = TRUE;
  recognizer->skipped = g_array_new (FALSE, FALSE, sizeof (MsnetSpan));
  msnet_sampler_init (&recognizer->sampler, grid);
  msnet_windows_init (&recognizer->windows, &recognizer->sampler.grid);
  return recognizer;
}

gboolean
msnet_recognizer_free (MsnetRecognizer *recognizer)
{
  gboolean returned;

  if (recognizer == NULL)
    return TRUE;
  returned = msnet_worker_stop (recognizer->worker, MSNET_PATIENCE);
  msnet_windows_clear (&recognizer->windows);
  g_array_unref (recognizer->skipped);
  g_free (recognizer->needed);
  g_free (recognizer);
  return returned;
}

const MsnetEngine *
msnet_recognizer_get_engine (MsnetRecognizer *recognizer)
{
  return recognizer->engine;
}

guint64
msnet_recognizer_get_index (MsnetRecognizer *recognizer)
{
  return recognizer->index;
}

void
msnet_recognizer_set_index (MsnetRecognizer *recognizer, guint64 index)
{
  recognizer->index = index;
}

gboolean
msnet_recognizer_warm_up (MsnetRecognizer *recognizer, guint64 *duration, GError **error)
{
  MsnetEngine *engine = msnet_worker_get_engine (recognizer->worker);
  g_autofree guint *slots = g_new0 (guint, engine->n_frames);
  g_autofree gfloat *probabilities = g_new (gfloat, engine->n_classes);
  g_autofree gfloat *field = g_new (gfloat, engine->field_size * engine->field_size * 3);
  g_autofree gfloat *map = g_new (gfloat, engine->activation_size * engine->activation_size);
  gdouble bias;
  gint64 begin = g_get_monotonic_time ();

  if (!engine->compute (engine, 0, error) || !engine->load (engine, slots, error)
      || !engine->run (engine, probabilities, error))
    return FALSE;
  if (field != NULL && engine->n_frames > 1
      && !engine->read_motion (engine, engine->n_frames - 1, field, error))
    return FALSE;
  if (map != NULL && !engine->read_activation (engine, 0, map, &bias, error))
    return FALSE;
  *duration = (guint64)(g_get_monotonic_time () - begin) * 1000;
  return !engine->is_stream || engine->reset (engine, error);
}

void
msnet_recognizer_set_latest (MsnetRecognizer *recognizer, gboolean latest)
{
  recognizer->latest = latest;
}

void
msnet_recognizer_set_range (MsnetRecognizer *recognizer, guint64 start, guint64 stop)
{
  recognizer->sampler.start = start;
  recognizer->sampler.stop = stop;
}

void
msnet_recognizer_set_end (MsnetRecognizer *recognizer, guint64 end)
{
  recognizer->sampler.end = end;
}

const MsnetGrid *
msnet_recognizer_get_grid (MsnetRecognizer *recognizer)
{
  return &recognizer->sampler.grid;
}

void
msnet_recognizer_set_motion (MsnetRecognizer *recognizer, gboolean motion)
{
  recognizer->motion = motion;
}

void
msnet_recognizer_reset (MsnetRecognizer *recognizer)
{
  msnet_worker_drop (recognizer->worker, NULL);
  msnet_sampler_reset (&recognizer->sampler);
  msnet_windows_reset (&recognizer->windows);
}

void
msnet_recognizer_interrupt (MsnetRecognizer *recognizer, gboolean interrupt)
{
  msnet_worker_interrupt (recognizer->worker, interrupt);
}

static void
begin_grid (MsnetRecognizer *recognizer)
{
  msnet_worker_drop (recognizer->worker, NULL);
  msnet_windows_reset (&recognizer->windows);
}

gboolean
msnet_recognizer_offer (MsnetRecognizer *recognizer, const MsnetFrameTime *time, MsnetDecision *decision)
{
  g_array_set_size (recognizer->skipped, 0);
  recognizer->before = recognizer->sampler;
  *decision = recognizer->decision = msnet_sampler_decide (&recognizer->sampler, time);
  if (decision->taken > 0)
    return TRUE;
  /* The first frame of a grid is no point of its own if points lie at centres. */
  if (decision->reset)
    begin_grid (recognizer);
  return FALSE;
}

void
msnet_recognizer_pass (MsnetRecognizer *recognizer)
{
  recognizer->sampler = recognizer->before;
}

/* Position of the newer of the last two different frames, 0 if all are the same. */
static guint
find_pair (const MsnetWindow *window, guint n_frames)
{
  guint newer = n_frames - 1;

  while (newer > 0 && window->points[newer].pts == window->points[newer - 1].pts)
    newer--;
  return newer;
}

/* Returns: (transfer full): @window, for the device */
static MsnetJob *
make_job (MsnetRecognizer *recognizer, const MsnetWindow *window)
{
  MsnetEngine *engine = recognizer->engine;
  MsnetRecognition *recognition = msnet_recognition_new (engine->n_classes);
  MsnetJob *job = msnet_job_new (engine->n_frames, recognition);
  const MsnetPoint *points = window->points;

  recognition->start = points[0].pts;
  recognition->end = points[engine->n_frames - 1].pts;
  recognition->wall = points[engine->n_frames - 1].wall;
  recognition->frames = window->frames;
  recognition->gaps = window->gaps;
  recognition->partial = window->partial;
  for (guint i = 0; i < engine->n_frames; i++)
    job->slots[i] = points[i].slot;
  job->due = recognizer->due;
  if (recognizer->motion && engine->field_size > 0)
    job->newer = find_pair (window, engine->n_frames);
  if (job->newer > 0) {
    recognition->field = msnet_field_new (
        engine->field_size, recognizer->region, points[job->newer - 1].pts, points[job->newer].pts);
    recognition->field->aspect = recognizer->aspect;
    recognition->field->turn = recognizer->turn;
  }
  if (engine->activation_size > 0) {
    recognition->activation = msnet_activation_map_new (engine->activation_size, recognizer->region);
    recognition->activation->turn = recognizer->turn;
  }
  return job;
}

/* Asks for @window; where the stream never waits only for the newest of those that are due on the frame at
 * hand: nobody waits for the others. */
static void
ask (MsnetRecognizer *recognizer, const MsnetWindow *window)
{
  recognizer->n_due--;
  if (!recognizer->latest)
    msnet_worker_ask (recognizer->worker, make_job (recognizer, window), NULL);
  else if (recognizer->n_due == 0)
    msnet_worker_ask (recognizer->worker, make_job (recognizer, window), recognizer->skipped);
}

/* @n points take @point. */
static void
add_points (MsnetRecognizer *recognizer, const MsnetPoint *point, guint n)
{
  for (guint i = 0; i < n; i++) {
    const MsnetWindow *window = msnet_windows_add (&recognizer->windows, point);
    if (window != NULL)
      ask (recognizer, window);
  }
}

/* Returns: a slot for the frame at hand; -1: none is free */
static gint
acquire (MsnetRecognizer *recognizer)
{
  gboolean first = recognizer->windows.n_points == 0;

  msnet_windows_mark (&recognizer->windows, recognizer->needed, recognizer->engine->n_slots);
  /* The first frame of a grid cannot be a gap: nothing could stand in. */
  return msnet_worker_acquire (recognizer->worker, recognizer->needed, first || !recognizer->latest);
}

/* @n points too early for the frame at hand: the last one stands in. */
static void
add_gaps (MsnetRecognizer *recognizer, guint n)
{
  MsnetPoint stand_in = recognizer->last;

  stand_in.gap = TRUE;
  recognizer->effort.gaps += n;
  add_points (recognizer, &stand_in, n);
}

static void
put (MsnetRecognizer *recognizer, guint slot, const MsnetFrame *frame, guint64 wall)
{
  gboolean expected = msnet_windows_expect (&recognizer->windows, recognizer->decision.taken);

  recognizer->engine->get_region (recognizer->engine, frame, recognizer->region);
  recognizer->aspect = msnet_frame_get_aspect (frame);
  recognizer->turn = frame->turn;
  recognizer->effort.copied += msnet_worker_put (recognizer->worker, slot, frame, expected);
  recognizer->effort.frames++;
  recognizer->last = (MsnetPoint){ .pts = recognizer->decision.pts, .wall = wall, .slot = slot };
}

gboolean
msnet_recognizer_take (MsnetRecognizer *recognizer, const MsnetFrame *frame, guint64 wall, GError **error)
{
  const MsnetDecision *decision = &recognizer->decision;
  gint slot;

  recognizer->due = g_get_monotonic_time ();
  if (!msnet_frame_check (frame, error))
    return FALSE;
  if (decision->reset)
    begin_grid (recognizer);
  recognizer->n_due = msnet_windows_count_due (&recognizer->windows, decision->gaps + decision->taken);
  slot = acquire (recognizer);
  if (slot < 0 && (!recognizer->latest || recognizer->windows.n_points == 0)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    return FALSE;
  }
  /* Windows that end in gaps do not know the frame at hand: they are asked for before it is put
   * (worker.h). */
  add_gaps (recognizer, decision->gaps + (slot < 0 ? decision->taken : 0));
  if (slot < 0)
    return TRUE;
  put (recognizer, slot, frame, wall);
  add_points (recognizer, &recognizer->last, decision->taken);
  return TRUE;
}

/* Returns: (transfer full): what is recognised by @deadline */
static GPtrArray *
collect_until (MsnetRecognizer *recognizer, gint64 deadline, GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_job_free);
  GPtrArray *results;

  if (!msnet_worker_collect (recognizer->worker, deadline, jobs, error))
    return NULL;
  results = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_recognition_free);
  for (guint i = 0; i < jobs->len; i++) {
    MsnetJob *job = g_ptr_array_index (jobs, i);
    job->recognition->index = recognizer->index++;
    g_ptr_array_add (results, g_steal_pointer (&job->recognition));
  }
  return results;
}

GPtrArray *
msnet_recognizer_collect (MsnetRecognizer *recognizer, GError **error)
{
  return collect_until (recognizer, recognizer->latest ? 0 : G_MAXINT64, error);
}

GPtrArray *
msnet_recognizer_finish (MsnetRecognizer *recognizer, gboolean complete, GError **error)
{
  const MsnetWindow *window = complete ? msnet_windows_finish (&recognizer->windows) : NULL;
  gint64 deadline = recognizer->latest ? g_get_monotonic_time () + MSNET_PATIENCE : G_MAXINT64;
  GPtrArray *results;

  g_array_set_size (recognizer->skipped, 0);
  recognizer->due = g_get_monotonic_time ();
  if (window != NULL)
    msnet_worker_ask (recognizer->worker, make_job (recognizer, window), NULL);
  results = collect_until (recognizer, deadline, error);
  msnet_worker_drop (recognizer->worker, results != NULL ? recognizer->skipped : NULL);
  msnet_recognizer_reset (recognizer);
  return results;
}

const GArray *
msnet_recognizer_get_skipped (MsnetRecognizer *recognizer)
{
  return recognizer->skipped;
}

const MsnetEffort *
msnet_recognizer_get_effort (MsnetRecognizer *recognizer)
{
  return &recognizer->effort;
}
