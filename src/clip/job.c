/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job.h"

#include "camera.h"

MsnetJob *
msnet_job_new (guint n_slots, MsnetRecognition *recognition)
{
  MsnetJob *job = g_new0 (MsnetJob, 1);

  job->slots = g_new0 (guint, n_slots);
  job->n_slots = n_slots;
  job->recognition = recognition;
  return job;
}

void
msnet_job_free (MsnetJob *job)
{
  if (job == NULL)
    return;
  msnet_recognition_free (job->recognition);
  g_free (job->slots);
  g_free (job);
}

gboolean
msnet_job_needs (const MsnetJob *job, guint slot)
{
  for (guint i = 0; i < job->n_slots; i++)
    if (job->slots[i] == slot)
      return TRUE;
  return FALSE;
}

guint
msnet_job_get_last (const MsnetJob *job)
{
  return job->slots[job->n_slots - 1];
}

void
msnet_job_add_span (const MsnetJob *job, GArray *spans)
{
  MsnetSpan span = { job->recognition->start, job->recognition->end };

  if (spans != NULL)
    g_array_append_val (spans, span);
}

static void
describe_field (MsnetField *field, const MsnetEngine *engine)
{
  field->of_newer = engine->field_of_newer;
  field->temperature = engine->field_temperature;
  field->step = engine->field_step;
  for (guint axis = 0; axis < 2; axis++)
    field->region[2 + axis] *= engine->field_cover;
}

static gboolean
read_motion (MsnetJob *job, MsnetEngine *engine, GError **error)
{
  MsnetRecognition *recognition = job->recognition;

  if (!engine->read_motion (engine, job->newer, recognition->field->cells, error))
    return FALSE;
  describe_field (recognition->field, engine);
  msnet_field_scale (recognition->field, engine->field_reach);
  msnet_field_clear_outside (recognition->field);
  msnet_camera_fit (recognition->field, &recognition->camera);
  msnet_field_turn_back (recognition->field);
  return TRUE;
}

static guint
find_best (const MsnetRecognition *recognition)
{
  guint best = 0;

  for (guint i = 1; i < recognition->n_classes; i++)
    if (recognition->probabilities[i] > recognition->probabilities[best])
      best = i;
  return best;
}

static gboolean
read_activation (MsnetRecognition *recognition, MsnetEngine *engine, GError **error)
{
  MsnetActivationMap *map = recognition->activation;

  map->class_index = find_best (recognition);
  if (!engine->read_activation (engine, map->class_index, map->cells, &map->bias, error))
    return FALSE;
  for (guint axis = 0; axis < 2; axis++) {
    map->region[axis] += engine->activation_origin * map->region[2 + axis];
    map->region[2 + axis] *= engine->activation_cover;
  }
  msnet_activation_map_turn_back (map);
  return TRUE;
}

gboolean
msnet_job_run (MsnetJob *job, MsnetEngine *engine, GError **error)
{
  MsnetRecognition *recognition = job->recognition;
  gint64 begin = g_get_monotonic_time (), end;

  if (!engine->run (engine, recognition->probabilities, error))
    return FALSE;
  if ((job->newer > 0 && !read_motion (job, engine, error))
      || (recognition->activation != NULL && !read_activation (recognition, engine, error)))
    return FALSE;
  end = g_get_monotonic_time ();
  recognition->inference += (guint64)(end - begin) * 1000;
  recognition->latency = (guint64)MAX (end - job->due, 0) * 1000;
  return TRUE;
}
