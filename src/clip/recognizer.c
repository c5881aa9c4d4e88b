#include "recognizer.h"

#include "windows.h"

#include <string.h>

struct _MsnetRecognizer
{
  MsnetEngine *engine;
  MsnetSampler sampler;
  MsnetWindows windows;
  gboolean motion;
  guint64 index;          /* of the next window */
  guint64 n_sampled;      /* frames, over resets too */
  MsnetDecision decision; /* on the frame offered last */
  MsnetPoint last;        /* the frame sampled last */
  MsnetPoint offered;
  gdouble region[4];
};

void
msnet_recognition_free (MsnetRecognition *recognition)
{
  if (!recognition)
    return;
  if (recognition->field)
    g_free (recognition->field->cells);
  g_free (recognition->field);
  g_free (recognition->probabilities);
  g_free (recognition);
}

MsnetRecognizer *
msnet_recognizer_new (MsnetEngine *engine, guint64 window, guint64 hop)
{
  MsnetRecognizer *recognizer = g_new0 (MsnetRecognizer, 1);
  MsnetGrid grid;

  g_assert (engine->n_slots > engine->n_frames);
  recognizer->engine = engine;
  recognizer->motion = TRUE;
  msnet_grid_init (&grid, engine->n_frames, window, hop);
  msnet_sampler_init (&recognizer->sampler, &grid);
  msnet_windows_init (&recognizer->windows, &grid);
  return recognizer;
}

void
msnet_recognizer_free (MsnetRecognizer *recognizer)
{
  if (!recognizer)
    return;
  msnet_windows_clear (&recognizer->windows);
  msnet_engine_free (recognizer->engine);
  g_free (recognizer);
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
  MsnetEngine *engine = recognizer->engine;
  g_autofree guint *slots = g_new0 (guint, engine->n_frames);
  g_autofree gfloat *probabilities = g_new (gfloat, engine->n_classes);
  g_autofree gfloat *field = g_new (gfloat, engine->field_size * engine->field_size * 3);

  /* The first run pays for what drivers put off until it. */
  for (guint run = 0; run < 2; run++) {
    gint64 begin = g_get_monotonic_time ();
    if (!engine->infer (engine, slots, probabilities, error))
      return FALSE;
    if (field && engine->n_frames > 1 && !engine->read_motion (engine, engine->n_frames - 1, field, error))
      return FALSE;
    *duration = (guint64)(g_get_monotonic_time () - begin) * 1000;
  }
  return TRUE;
}

void
msnet_recognizer_set_range (MsnetRecognizer *recognizer, guint64 start, guint64 stop)
{
  recognizer->sampler.start = start;
  recognizer->sampler.stop = stop;
}

void
msnet_recognizer_set_motion (MsnetRecognizer *recognizer, gboolean motion)
{
  recognizer->motion = motion;
}

void
msnet_recognizer_reset (MsnetRecognizer *recognizer)
{
  msnet_sampler_reset (&recognizer->sampler);
  msnet_windows_reset (&recognizer->windows);
}

gboolean
msnet_recognizer_offer (MsnetRecognizer *recognizer, const MsnetFrameTime *time, MsnetDecision *decision)
{
  *decision = recognizer->decision = msnet_sampler_decide (&recognizer->sampler, time);
  if (decision->reset)
    msnet_windows_reset (&recognizer->windows);
  /* Sampled frames follow each other in the slots: T + 1 of them hold those of T points and one more. */
  recognizer->offered = (MsnetPoint){
    .pts = decision->pts,
    .wall = time->wall,
    .slot = recognizer->n_sampled % recognizer->engine->n_slots,
  };
  return decision->taken > 0;
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

/* From cells between two frames to fractions of the frame per second. */
static void
scale_field (MsnetField *field, guint reach)
{
  gdouble seconds = (field->end - field->start) / 1e9;
  gdouble scale[2];

  for (guint axis = 0; axis < 2; axis++) {
    scale[axis] = field->region[2 + axis] / field->size / seconds;
    field->limit[axis] = reach * scale[axis];
  }
  for (guint i = 0; i < field->size * field->size; i++)
    for (guint axis = 0; axis < 2; axis++)
      field->cells[3 * i + axis] *= scale[axis];
}

static gboolean
read_field (
    MsnetRecognizer *recognizer, const MsnetWindow *window, MsnetRecognition *recognition, GError **error)
{
  MsnetEngine *engine = recognizer->engine;
  guint newer = find_pair (window, engine->n_frames);
  MsnetField *field;

  if (!recognizer->motion || engine->field_size == 0 || newer == 0)
    return TRUE;
  field = recognition->field = g_new0 (MsnetField, 1);
  field->size = engine->field_size;
  field->cells = g_new0 (gfloat, field->size * field->size * 3);
  field->start = window->points[newer - 1].pts;
  field->end = window->points[newer].pts;
  memcpy (field->region, recognizer->region, sizeof field->region);
  if (!engine->read_motion (engine, newer, field->cells, error))
    return FALSE;
  scale_field (field, engine->field_reach);
  return TRUE;
}

static MsnetRecognition *
recognition_new (const MsnetWindow *window, guint n_frames, guint n_classes)
{
  MsnetRecognition *recognition = g_new0 (MsnetRecognition, 1);

  recognition->start = window->points[0].pts;
  recognition->end = window->points[n_frames - 1].pts;
  recognition->wall = window->points[n_frames - 1].wall;
  recognition->frames = window->frames;
  recognition->gaps = window->gaps;
  recognition->partial = window->partial;
  recognition->n_classes = n_classes;
  recognition->probabilities = g_new (gfloat, n_classes);
  return recognition;
}

static gboolean
infer (MsnetRecognizer *recognizer, const MsnetWindow *window, GPtrArray *results, GError **error)
{
  MsnetEngine *engine = recognizer->engine;
  g_autoptr (MsnetRecognition) recognition = recognition_new (window, engine->n_frames, engine->n_classes);
  g_autofree guint *slots = g_new (guint, engine->n_frames);
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < engine->n_frames; i++)
    slots[i] = window->points[i].slot;
  if (!engine->infer (engine, slots, recognition->probabilities, error)
      || !read_field (recognizer, window, recognition, error))
    return FALSE;
  recognition->inference = (guint64)(g_get_monotonic_time () - begin) * 1000;
  recognition->index = recognizer->index++;
  g_ptr_array_add (results, g_steal_pointer (&recognition));
  return TRUE;
}

/* @n points take @point; those windows that are due with them are inferred. */
static gboolean
add_points (MsnetRecognizer *recognizer, MsnetPoint *point, guint n, GPtrArray *results, GError **error)
{
  for (guint i = 0; i < n; i++) {
    const MsnetWindow *window = msnet_windows_add (&recognizer->windows, point);
    if (window && !infer (recognizer, window, results, error))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
msnet_recognizer_take (MsnetRecognizer *recognizer, const MsnetFrame *frame, GError **error)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_recognition_free);
  MsnetEngine *engine = recognizer->engine;
  MsnetPoint stand_in = recognizer->last;

  stand_in.gap = TRUE;
  engine->get_region (engine, frame, recognizer->region);
  if (!engine->prepare (engine, recognizer->offered.slot, frame, error))
    return NULL;
  recognizer->n_sampled++;
  recognizer->last = recognizer->offered;
  if (!add_points (recognizer, &stand_in, recognizer->decision.gaps, results, error)
      || !add_points (recognizer, &recognizer->last, recognizer->decision.taken, results, error))
    return NULL;
  return g_steal_pointer (&results);
}

GPtrArray *
msnet_recognizer_finish (MsnetRecognizer *recognizer, GError **error)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_recognition_free);
  const MsnetWindow *window = msnet_windows_finish (&recognizer->windows);
  gboolean done = !window || infer (recognizer, window, results, error);

  msnet_recognizer_reset (recognizer);
  return done ? g_steal_pointer (&results) : NULL;
}
