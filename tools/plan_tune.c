/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan_tune.h"

#include "base/error.h"
#include "machine/instructions.h"
#include "machine/tuning.h"
#include "ops/operations.h"
#include "ops/plan.h"
#include "ops/tuner/tuner.h"

#include <stdio.h>

#define BAR_WIDTH 30
#define MAX_FORMS 2

/* Candidates that are compared must have had their turns, however short the time. */
#define LEAST_ROUNDS 3

/* Of the time, until when it finds out which candidates compute rightly, and builds plans of them, for
 * which the driver compiles: layers and candidates that are not reached stay as they are. */
#define CHECK_SHARE 0.4
#define BUILD_SHARE 0.75

typedef struct
{
  MsnetModel *model;
  MsnetDevice *device;
  MsnetTuner *tuner;
  MsnetNetworkOptions forms[MAX_FORMS]; /* in which the model is run */
  guint ends[MAX_FORMS];                /* of the layers of each */
  guint n_forms;
  GPtrArray *networks; /* every form with every trial's candidates */
  gint64 start;        /* in time of g_get_monotonic_time() */
  guint seconds;
} Tune;

static void
tune_clear (Tune *tune)
{
  g_ptr_array_unref (tune->networks);
  msnet_tuner_free (tune->tuner);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tune, tune_clear)

static gdouble
get_share_of_time (const Tune *tune)
{
  return (g_get_monotonic_time () - tune->start) / 1e6 / tune->seconds;
}

static void
show_progress (const Tune *tune, const gchar *what)
{
  const gint done = MIN (get_share_of_time (tune), 1.0) * BAR_WIDTH;

  fprintf (
      stderr, "\r[%.*s%*s] %-40.40s", done, "##############################", BAR_WIDTH - done, "", what);
}

static void
end_progress (void)
{
  fprintf (stderr, "\r%*s\r", BAR_WIDTH + 43, "");
}

/* Clips, and what is run frame by frame: a stream, or what overlapping clips share. */
static void
list_forms (Tune *tune, const MsnetNetworkOptions *clip)
{
  MsnetNetworkOptions *frame = &tune->forms[1];

  tune->n_forms = MAX_FORMS;
  tune->forms[0] = *clip;
  *frame = (MsnetNetworkOptions){ .frames = 1, .precision = clip->precision };
  if (msnet_network_can_stream (msnet_model_get_network (tune->model)))
    frame->stream = TRUE;
  else
    frame->part = MSNET_PART_STEM;
}

static gboolean
collect_layers (Tune *tune, GError **error)
{
  for (guint i = 0; i < tune->n_forms; i++) {
    g_autoptr (MsnetNetwork) network = NULL;

    show_progress (tune, "looking at the layers");
    network = msnet_network_new (tune->model, tune->device, &tune->forms[i], error);
    if (network == NULL)
      return FALSE;
    msnet_tuner_add (tune->tuner, msnet_network_get_plan (network));
    tune->ends[i] = msnet_tuner_get_layers (tune->tuner)->len;
  }
  return TRUE;
}

static gboolean
check_layers (Tune *tune, GError **error)
{
  const GPtrArray *layers = msnet_tuner_get_layers (tune->tuner);

  for (guint i = 0; i < layers->len && get_share_of_time (tune) < CHECK_SHARE; i++) {
    g_autofree gchar *what = g_strdup_printf ("checking layer %u of %u", i + 1, layers->len);

    show_progress (tune, what);
    if (!msnet_tuner_check (tune->tuner, layers->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

/* Each is run once, for which the driver compiles.  The first trial, by rules, is what the others are
 * compared with. */
static gboolean
build_networks (Tune *tune, GError **error)
{
  const guint n_networks = msnet_tuner_count_trials (tune->tuner) * tune->n_forms;

  for (guint i = 0; i < n_networks && (i < tune->n_forms || get_share_of_time (tune) < BUILD_SHARE); i++) {
    g_autofree gchar *what = g_strdup_printf ("building plan %u of %u", i + 1, n_networks);
    MsnetNetwork *network;

    show_progress (tune, what);
    msnet_tuner_try (tune->tuner, i / tune->n_forms);
    network = msnet_network_new (tune->model, tune->device, &tune->forms[i % tune->n_forms], error);
    if (network == NULL)
      return FALSE;
    g_ptr_array_add (tune->networks, network);
    if (!msnet_network_run (network, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
time_networks (Tune *tune, GError **error)
{
  gdouble began = get_share_of_time (tune), now = began;

  for (guint round = 0; round < LEAST_ROUNDS || now + (now - began) / round < 1.0; round++) {
    g_autofree gchar *what = g_strdup_printf ("timing, round %u", round + 1);

    for (guint i = 0; i < tune->networks->len; i++) {
      show_progress (tune, what);
      if (!msnet_tuner_time (tune->tuner, msnet_network_get_plan (tune->networks->pdata[i]), error))
        return FALSE;
    }
    now = get_share_of_time (tune);
  }
  return TRUE;
}

static void
print_layer (const MsnetTunedLayer *layer)
{
  printf ("%-26s x%-3u ", layer->name, layer->count);
  if (layer->choice == NULL || layer->before == 0.0) {
    printf ("not measured: give it more --seconds\n");
    return;
  }
  printf ("%-18s %9.0f  ", layer->rules->name, layer->before * 1e6);
  if (layer->choice == layer->rules)
    printf ("%-36s", "as it is");
  else
    printf ("%-18s %9.0f %6.1f%%", layer->choice->name, layer->after * 1e6,
        100 * (1 - layer->after / layer->before));
  printf (layer->rejected > 0 ? "  %u rejected\n" : "\n", layer->rejected);
}

static const gchar *
describe_form (const MsnetNetworkOptions *form)
{
  return form->stream                    ? "a frame of a stream"
         : form->part == MSNET_PART_STEM ? "the stem of a frame"
                                         : "a clip";
}

static void
print_form (const Tune *tune, guint form)
{
  const GPtrArray *layers = msnet_tuner_get_layers (tune->tuner);
  gdouble before = 0.0, after = 0.0;

  for (guint i = form > 0 ? tune->ends[form - 1] : 0; i < tune->ends[form]; i++) {
    const MsnetTunedLayer *layer = layers->pdata[i];

    print_layer (layer);
    before += layer->count * layer->before;
    after += layer->count * layer->after;
  }
  printf ("%-50s %9.0f  %-18s %9.0f %6.1f%%\n\n", describe_form (&tune->forms[form]), before * 1e6, "",
      after * 1e6, before > 0.0 ? 100 * (1 - after / before) : 0.0);
}

static void
print_forms (const Tune *tune)
{
  printf ("%-26s %-4s %-18s %9s  %-18s %9s %7s\n", "layer", "", "built in", "us", "tuned", "us", "gain");
  for (guint form = 0; form < tune->n_forms; form++)
    print_form (tune, form);
}

static gboolean
keep (const Tune *tune, GError **error)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (tune->device);
  g_autofree gchar *path = msnet_tuning_get_path (info);

  if (!msnet_tuning_save (info)) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_FILE,
        "%s cannot be written: expected a folder that only this user can write to; set MSNET_CACHE_DIR",
        path);
    return FALSE;
  }
  printf ("kept in %s; delete it to go back\n", path);
  return TRUE;
}

/* Elements fall back to float where the device has no such units. */
static gboolean
check_precision (MsnetDevice *device, MsnetDataType precision, GError **error)
{
  if (precision == MSNET_FLOAT32 || msnet_instructions_find (device))
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED,
      "--bf16: expected units for bfloat16 that are faster than those for float32, found none on %s; tune "
      "without it",
      msnet_device_get_info (device)->name);
  return FALSE;
}

static gboolean
check_environment (GError **error)
{
  if (msnet_plan_is_free ())
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED,
      "expected no MSNET_PLAN in the environment, found \"%s\": with it, nothing that is tuned is used",
      g_getenv ("MSNET_PLAN"));
  return FALSE;
}

gboolean
plan_tune (
    MsnetModel *model, MsnetDevice *device, const MsnetNetworkOptions *clip, guint seconds, GError **error)
{
  g_auto (Tune) tune = { .model = model,
    .device = device,
    .networks = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_network_free),
    .start = g_get_monotonic_time (),
    .seconds = seconds };
  gboolean tuned;

  if (!check_environment (error) || !check_precision (device, clip->precision, error))
    return FALSE;
  tune.tuner = msnet_tuner_new (device, msnet_operations_get (), error);
  if (tune.tuner == NULL)
    return FALSE;
  list_forms (&tune, clip);
  tuned = collect_layers (&tune, error) && check_layers (&tune, error) && build_networks (&tune, error)
          && time_networks (&tune, error);
  end_progress ();
  if (!tuned)
    return FALSE;
  msnet_tuner_finish (tune.tuner);
  print_forms (&tune);
  return keep (&tune, error);
}
