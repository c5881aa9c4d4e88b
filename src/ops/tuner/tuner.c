/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tuner.h"

#include "check.h"
#include "machine/peak.h"
#include "machine/tuning.h"

/* As benches do: cores that other programs slow down do so for seconds at a time. */
#define FULL_SPEED 0.8
#define BLOCK_SECONDS 0.02

/* Less is noise. */
#define LEAST_GAIN 1.03

struct _MsnetTuner
{
  MsnetDevice *device;
  const MsnetOperation *const *operations;
  MsnetPeak *peak;
  GPtrArray *layers; /* of MsnetTunedLayer */
  GArray *samples;   /* of Sample */
};

/* One run of one layer.  @peak: multiply-adds a second, the least of before and after */
typedef struct
{
  const MsnetTunedLayer *layer;
  const gchar *kernel;
  gdouble seconds;
  gdouble peak;
} Sample;

static void
layer_free (MsnetTunedLayer *layer)
{
  g_free (layer->name);
  g_free (layer->key);
  g_ptr_array_unref (layer->candidates);
  g_free (layer);
}

MsnetTuner *
msnet_tuner_new (MsnetDevice *device, const MsnetOperation *const *operations, GError **error)
{
  g_autoptr (MsnetTuner) tuner = g_new0 (MsnetTuner, 1);

  tuner->device = msnet_device_ref (device);
  tuner->operations = operations;
  tuner->layers = g_ptr_array_new_with_free_func ((GDestroyNotify)layer_free);
  tuner->samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  tuner->peak = msnet_peak_new (device, 0, error);
  return tuner->peak != NULL ? g_steal_pointer (&tuner) : NULL;
}

void
msnet_tuner_free (MsnetTuner *tuner)
{
  if (tuner == NULL)
    return;
  msnet_tuning_forget (msnet_device_get_info (tuner->device));
  msnet_peak_free (tuner->peak);
  g_ptr_array_unref (tuner->layers);
  g_array_unref (tuner->samples);
  msnet_device_unref (tuner->device);
  g_free (tuner);
}

/* Returns: (nullable): the layer of that key */
static MsnetTunedLayer *
find_layer (MsnetTuner *tuner, const gchar *key)
{
  for (guint i = 0; key != NULL && i < tuner->layers->len; i++) {
    MsnetTunedLayer *layer = tuner->layers->pdata[i];

    if (g_str_equal (layer->key, key))
      return layer;
  }
  return NULL;
}

/* Returns: (nullable): the operation of that key, if it has kernels to choose from */
static const MsnetOperation *
find_operation (MsnetTuner *tuner, const gchar *key)
{
  for (guint i = 0; key != NULL && tuner->operations[i] != NULL; i++)
    if (tuner->operations[i]->n_kernels > 2 && msnet_operation_has_key (tuner->operations[i], key))
      return tuner->operations[i];
  return NULL;
}

static MsnetTunedLayer *
add_layer (MsnetTuner *tuner, const MsnetOperation *operation, const MsnetStep *step)
{
  MsnetTunedLayer *layer = g_new0 (MsnetTunedLayer, 1);

  layer->operation = operation;
  layer->name = g_strdup (step->name);
  layer->key = g_strdup (step->key);
  layer->candidates = g_ptr_array_new ();
  g_ptr_array_add (tuner->layers, layer);
  return layer;
}

void
msnet_tuner_add (MsnetTuner *tuner, MsnetCommandList *plan)
{
  guint n_steps;
  const MsnetStep *steps = msnet_command_list_get_steps (plan, &n_steps);

  for (guint i = 0; i < n_steps; i++) {
    const MsnetOperation *operation = find_operation (tuner, steps[i].key);
    MsnetTunedLayer *layer = find_layer (tuner, steps[i].key);

    if (layer == NULL && operation != NULL)
      layer = add_layer (tuner, operation, &steps[i]);
    if (layer != NULL)
      layer->count++;
  }
}

const GPtrArray *
msnet_tuner_get_layers (MsnetTuner *tuner)
{
  return tuner->layers;
}

gboolean
msnet_tuner_check (MsnetTuner *tuner, MsnetTunedLayer *layer, GError **error)
{
  return msnet_tuner_check_layer (tuner->device, layer, error);
}

guint
msnet_tuner_count_trials (MsnetTuner *tuner)
{
  guint n_trials = 0;

  for (guint i = 0; i < tuner->layers->len; i++)
    n_trials = MAX (n_trials, ((MsnetTunedLayer *)tuner->layers->pdata[i])->candidates->len);
  return n_trials;
}

static void
choose (MsnetTuner *tuner, const MsnetTunedLayer *layer, const MsnetKernel *candidate)
{
  const gchar *name = candidate != layer->rules ? candidate->name : NULL;

  msnet_tuning_set (msnet_device_get_info (tuner->device), layer->key, name);
}

void
msnet_tuner_try (MsnetTuner *tuner, guint trial)
{
  for (guint i = 0; i < tuner->layers->len; i++) {
    const MsnetTunedLayer *layer = tuner->layers->pdata[i];

    if (layer->candidates->len > 0)
      choose (tuner, layer, layer->candidates->pdata[trial % layer->candidates->len]);
  }
}

static gdouble
get_seconds (void)
{
  return g_get_monotonic_time () / 1e6;
}

/* @peak: multiply-adds a second */
static gboolean
measure_peak (MsnetTuner *tuner, gdouble *peak, GError **error)
{
  const gdouble start = get_seconds ();

  if (!msnet_peak_run (tuner->peak, error))
    return FALSE;
  *peak = msnet_peak_get_work (tuner->peak) / (get_seconds () - start);
  return TRUE;
}

/* Samples from @first on were taken between two peaks, the first of which is @peak, which becomes the
 * second. */
static gboolean
end_block (MsnetTuner *tuner, guint first, gdouble *peak, GError **error)
{
  gdouble after;

  if (!measure_peak (tuner, &after, error))
    return FALSE;
  for (guint i = first; i < tuner->samples->len; i++)
    g_array_index (tuner->samples, Sample, i).peak = MIN (*peak, after);
  *peak = after;
  return TRUE;
}

/* Steps that are not tuned run as well: they leave the caches as they do in a network. */
static gboolean
time_step (MsnetTuner *tuner, MsnetCommandList *plan, const MsnetStep *step, GError **error)
{
  const gdouble start = get_seconds ();
  Sample sample = { .layer = find_layer (tuner, step->key), .kernel = step->kernel };

  if (!msnet_command_list_run_range (plan, step->first, step->end, error))
    return FALSE;
  sample.seconds = get_seconds () - start;
  if (sample.layer != NULL)
    g_array_append_val (tuner->samples, sample);
  return TRUE;
}

gboolean
msnet_tuner_time (MsnetTuner *tuner, MsnetCommandList *plan, GError **error)
{
  guint n_steps, first = tuner->samples->len;
  const MsnetStep *steps = msnet_command_list_get_steps (plan, &n_steps);
  gdouble peak, start;

  if (!measure_peak (tuner, &peak, error))
    return FALSE;
  start = get_seconds ();
  for (guint i = 0; i < n_steps; i++) {
    if (!time_step (tuner, plan, &steps[i], error))
      return FALSE;
    if (get_seconds () - start < BLOCK_SECONDS)
      continue;
    if (!end_block (tuner, first, &peak, error))
      return FALSE;
    first = tuner->samples->len;
    start = get_seconds ();
  }
  return end_block (tuner, first, &peak, error);
}

static gdouble
get_best_peak (MsnetTuner *tuner)
{
  gdouble best = 0.0;

  for (guint i = 0; i < tuner->samples->len; i++)
    best = MAX (best, g_array_index (tuner->samples, Sample, i).peak);
  return best;
}

/* Returns: seconds; 0: none of its samples was taken at full speed */
static gdouble
get_best_seconds (MsnetTuner *tuner, const MsnetTunedLayer *layer, const MsnetKernel *candidate, gdouble peak)
{
  gdouble best = G_MAXDOUBLE;

  for (guint i = 0; i < tuner->samples->len; i++) {
    const Sample *sample = &g_array_index (tuner->samples, Sample, i);

    if (sample->layer == layer && g_str_equal (sample->kernel, candidate->name)
        && sample->peak >= FULL_SPEED * peak)
      best = MIN (best, sample->seconds);
  }
  return best < G_MAXDOUBLE ? best : 0.0;
}

static void
finish_layer (MsnetTuner *tuner, MsnetTunedLayer *layer, gdouble peak)
{
  layer->before = get_best_seconds (tuner, layer, layer->rules, peak);
  layer->choice = layer->candidates->pdata[0];
  layer->after = get_best_seconds (tuner, layer, layer->choice, peak);
  for (guint i = 1; i < layer->candidates->len; i++) {
    const MsnetKernel *candidate = layer->candidates->pdata[i];
    const gdouble seconds = get_best_seconds (tuner, layer, candidate, peak);

    if (seconds == 0.0 || seconds >= layer->after || seconds * LEAST_GAIN >= layer->before)
      continue;
    layer->choice = candidate;
    layer->after = seconds;
  }
  choose (tuner, layer, layer->choice);
}

void
msnet_tuner_finish (MsnetTuner *tuner)
{
  const gdouble peak = get_best_peak (tuner);

  for (guint i = 0; i < tuner->layers->len; i++) {
    MsnetTunedLayer *layer = tuner->layers->pdata[i];

    if (layer->candidates->len > 0)
      finish_layer (tuner, layer, peak);
  }
}
