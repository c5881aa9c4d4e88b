/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "start.h"

#include "base/attempt.h"
#include "machine/instructions.h"
#include "network_engine.h"

/* @allowance: milliseconds of silence beyond the patience; atomic */
typedef struct
{
  MsnetStart start;
  gint allowance;
  MsnetVigil vigil; /* of the thread that waits */
} Starting;

typedef struct
{
  MsnetRecognizer *recognizer;
  guint64 duration;
} Started;

static Starting *
starting_new (const MsnetStart *start)
{
  Starting *starting = g_new0 (Starting, 1);

  starting->start = *start;
  msnet_model_ref (start->model);
  msnet_device_ref (start->device);
  return starting;
}

static void
starting_free (Starting *starting)
{
  msnet_model_unref (starting->start.model);
  msnet_device_unref (starting->start.device);
  g_free (starting);
}

static void
started_free (Started *started)
{
  msnet_recognizer_free (started->recognizer);
  g_free (started);
}

static MsnetRecognizer *
make_recognizer (const MsnetStart *start, GError **error)
{
  const MsnetEngineOptions options = {
    .precision = start->precision,
    .n_slots = msnet_recognizer_count_slots (&start->grid),
    .activation = start->activation,
  };
  MsnetEngine *engine = msnet_network_engine_new (start->model, start->device, &options, error);

  return engine != NULL ? msnet_recognizer_new (engine, &start->grid) : NULL;
}

/* To wait for each command by itself costs time: the run that is measured may take as long as the watched
 * one before it, without a sign. */
static void
stop_watching (Starting *starting, guint64 duration)
{
  g_atomic_int_set (&starting->allowance, MIN (duration / 1000000, G_MAXINT));
  msnet_device_set_watched (starting->start.device, FALSE);
}

static MsnetRecognizer *
start_recognizer (Starting *starting, guint64 *duration, GError **error)
{
  g_autoptr (MsnetRecognizer) recognizer = NULL;

  msnet_device_set_watched (starting->start.device, TRUE);
  recognizer = make_recognizer (&starting->start, error);
  if (recognizer == NULL || !msnet_recognizer_warm_up (recognizer, duration, error))
    return NULL;
  stop_watching (starting, *duration);
  return msnet_recognizer_warm_up (recognizer, duration, error) ? g_steal_pointer (&recognizer) : NULL;
}

static gpointer
run (gpointer starting, GError **error)
{
  guint64 duration = 0;
  MsnetRecognizer *recognizer = start_recognizer (starting, &duration, error);
  Started *started;

  if (recognizer == NULL)
    return NULL;
  started = g_new (Started, 1);
  *started = (Started){ recognizer, duration };
  return started;
}

static gboolean
has_hung (gpointer data, GError **error)
{
  Starting *starting = data;
  const gint64 allowance = g_atomic_int_get (&starting->allowance) * G_TIME_SPAN_MILLISECOND;

  return msnet_device_has_hung (starting->start.device, &starting->vigil, allowance, error);
}

typedef struct
{
  MsnetDevice *device;
  MsnetVigil vigil; /* of the thread that waits */
} Search;

static void
search_free (Search *search)
{
  msnet_device_unref (search->device);
  g_free (search);
}

static gpointer
search_instructions (gpointer data, GError **error)
{
  Search *search = data;

  msnet_instructions_find (search->device);
  return msnet_device_ref (search->device);
}

static gboolean
search_has_hung (gpointer data, GError **error)
{
  Search *search = data;

  return msnet_device_has_hung (search->device, &search->vigil, 0, error);
}

gboolean
msnet_start_find_instructions (MsnetDevice *device, GError **error)
{
  static const MsnetAttempt attempt = {
    .name = "msnet-search",
    .run = search_instructions,
    .has_hung = search_has_hung,
    .free_result = (GDestroyNotify)msnet_device_unref,
    .free_data = (GDestroyNotify)search_free,
  };
  Search *search = g_new0 (Search, 1);
  g_autoptr (MsnetDevice) searched = NULL;

  search->device = msnet_device_ref (device);
  searched = msnet_attempt_run (&attempt, search, error);
  return searched != NULL;
}

MsnetRecognizer *
msnet_start_run (const MsnetStart *start, guint64 *duration, GError **error)
{
  static const MsnetAttempt attempt = {
    .name = "msnet-start",
    .run = run,
    .has_hung = has_hung,
    .free_result = (GDestroyNotify)started_free,
    .free_data = (GDestroyNotify)starting_free,
  };
  g_autofree Started *started = msnet_attempt_run (&attempt, starting_new (start), error);

  if (started == NULL)
    return NULL;
  *duration = started->duration;
  return started->recognizer;
}
