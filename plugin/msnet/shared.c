/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared.h"

#include "base/fork.h"

GST_DEBUG_CATEGORY_EXTERN (msnet_debug);
#define GST_CAT_DEFAULT msnet_debug

void
msnet_shared_init (MsnetShared *shared, GstElement *element)
{
  shared->element = element;
  msnet_lock_init (&shared->lock);
  msnet_properties_init (G_OBJECT_GET_CLASS (element), &shared->settings);
}

void
msnet_shared_clear (MsnetShared *shared)
{
  msnet_shared_set_names (shared, NULL, NULL, NULL, NULL);
  msnet_settings_clear (&shared->settings);
  msnet_lock_clear (&shared->lock);
}

static gboolean
is_running (MsnetShared *shared)
{
  gboolean running;

  GST_OBJECT_LOCK (shared->element);
  running = GST_STATE (shared->element) >= GST_STATE_PAUSED
            || GST_STATE_NEXT (shared->element) >= GST_STATE_PAUSED;
  GST_OBJECT_UNLOCK (shared->element);
  return running;
}

/* Says on the bus that property @spec stays as it is: who sets one need not read logs. */
static void
refuse (MsnetShared *shared, const GParamSpec *spec)
{
  GST_ELEMENT_WARNING (shared->element, LIBRARY, SETTINGS,
      ("\"%s\" can change in NULL and READY only and stays as it is; set the element to READY before",
          spec->name),
      (NULL));
}

void
msnet_shared_set (MsnetShared *shared, const GValue *value, GParamSpec *spec)
{
  if (spec->flags & GST_PARAM_MUTABLE_READY && is_running (shared))
    return refuse (shared, spec);
  msnet_lock_take (&shared->lock);
  msnet_property_set (spec, &shared->settings, value);
  shared->outdated |= msnet_property_has (spec, MSNET_PROPERTY_REOPENS);
  msnet_lock_give (&shared->lock);
  g_atomic_int_set (&shared->changed, TRUE);
  g_object_notify_by_pspec (G_OBJECT (shared->element), spec);
}

void
msnet_shared_get (MsnetShared *shared, GParamSpec *spec, GValue *value)
{
  msnet_lock_take (&shared->lock);
  msnet_property_get (spec, &shared->settings, value);
  msnet_lock_give (&shared->lock);
}

GstStructure *
msnet_shared_get_stats (MsnetShared *shared)
{
  GstStructure *stats = gst_structure_new_empty ("msnet-stats");

  msnet_lock_take (&shared->lock);
  if (shared->device_name != NULL)
    gst_structure_set (stats, "device", G_TYPE_STRING, shared->device_name, "model", G_TYPE_STRING,
        shared->model_name, "mode", G_TYPE_STRING, shared->mode, "precision", G_TYPE_STRING,
        shared->precision, NULL);
  msnet_lock_give (&shared->lock);
  msnet_stats_write (&shared->stats, stats);
  return stats;
}

gboolean
msnet_shared_copy_settings (MsnetShared *shared, MsnetSettings *settings)
{
  gboolean outdated;

  msnet_lock_take (&shared->lock);
  msnet_settings_copy (&shared->settings, settings);
  outdated = shared->outdated;
  shared->outdated = FALSE;
  msnet_lock_give (&shared->lock);
  return outdated;
}

void
msnet_shared_set_names (
    MsnetShared *shared, const gchar *device, const gchar *model, const gchar *mode, const gchar *precision)
{
  msnet_lock_take (&shared->lock);
  g_free (shared->device_name);
  g_free (shared->model_name);
  shared->device_name = g_strdup (device);
  shared->model_name = g_strdup (model);
  shared->mode = mode;
  shared->precision = precision;
  msnet_lock_give (&shared->lock);
}

void
msnet_shared_update (MsnetShared *shared, MsnetReporting *reporting)
{
  if (!g_atomic_int_compare_and_exchange (&shared->changed, TRUE, FALSE))
    return;
  msnet_lock_take (&shared->lock);
  *reporting = shared->settings.reporting;
  msnet_lock_give (&shared->lock);
}

void
msnet_shared_start (MsnetShared *shared, MsnetRecognizer *recognizer, GstClockTime latency)
{
  msnet_stats_reset (&shared->stats);
  msnet_lock_take (&shared->lock);
  shared->latency = latency;
  shared->interruptible = recognizer;
  shared->ending = FALSE;
  g_atomic_int_set (&shared->latest, shared->settings.policy == MSNET_POLICY_LATEST);
  msnet_lock_give (&shared->lock);
}

void
msnet_shared_stop (MsnetShared *shared)
{
  msnet_lock_take (&shared->lock);
  shared->interruptible = NULL;
  msnet_lock_give (&shared->lock);
}

void
msnet_shared_interrupt (MsnetShared *shared, gboolean interrupt)
{
  msnet_lock_take (&shared->lock);
  if (shared->interruptible != NULL && !msnet_fork_happened ())
    msnet_recognizer_interrupt (shared->interruptible, interrupt || shared->ending);
  msnet_lock_give (&shared->lock);
}

void
msnet_shared_end (MsnetShared *shared)
{
  msnet_lock_take (&shared->lock);
  shared->ending = TRUE;
  msnet_lock_give (&shared->lock);
  msnet_shared_interrupt (shared, TRUE);
}

static void
post_latency (MsnetShared *shared)
{
  gst_element_post_message (shared->element, gst_message_new_latency (GST_OBJECT (shared->element)));
}

gboolean
msnet_shared_choose_policy (MsnetShared *shared, gboolean live)
{
  MsnetPolicy policy;
  gboolean latest;

  msnet_lock_take (&shared->lock);
  policy = shared->settings.policy;
  msnet_lock_give (&shared->lock);
  latest = policy == MSNET_POLICY_LATEST || (policy == MSNET_POLICY_AUTO && live);
  if (g_atomic_int_compare_and_exchange (&shared->latest, !latest, latest))
    post_latency (shared);
  return latest;
}

gboolean
msnet_shared_is_latest (MsnetShared *shared)
{
  return g_atomic_int_get (&shared->latest);
}

GstClockTime
msnet_shared_get_latency (MsnetShared *shared)
{
  GstClockTime latency;

  msnet_lock_take (&shared->lock);
  latency = msnet_shared_is_latest (shared) ? 0 : shared->latency;
  msnet_lock_give (&shared->lock);
  return latency;
}

void
msnet_shared_raise_latency (MsnetShared *shared, GstClockTime latency)
{
  gboolean slower;

  if (msnet_shared_is_latest (shared))
    return;
  msnet_lock_take (&shared->lock);
  slower = latency > shared->latency;
  shared->latency = MAX (shared->latency, latency);
  msnet_lock_give (&shared->lock);
  if (!slower)
    return;
  GST_DEBUG_OBJECT (shared->element, "latency grows to %" GST_TIME_FORMAT, GST_TIME_ARGS (latency));
  post_latency (shared);
}
