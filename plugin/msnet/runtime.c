/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "runtime.h"

#include "base/error.h"
#include "base/fork.h"
#include "machine/instructions.h"
#include "model/network.h"
#include "opencl/open.h"
#include "ops/operations.h"

GST_DEBUG_CATEGORY_EXTERN (msnet_debug);
#define GST_CAT_DEFAULT msnet_debug

#define DEFAULT_MODEL "motion"

/* Which of GStreamer's kinds of error one of the library's is. */
static GQuark
get_domain (const GError *error, gint *code)
{
  *code = GST_RESOURCE_ERROR_FAILED;
  if (g_error_matches (error, MSNET_ERROR, MSNET_ERROR_NO_DEVICE)
      || g_error_matches (error, MSNET_ERROR, MSNET_ERROR_FILE))
    *code = GST_RESOURCE_ERROR_NOT_FOUND;
  if (g_error_matches (error, MSNET_ERROR, MSNET_ERROR_MODEL))
    *code = GST_RESOURCE_ERROR_READ;
  if (!g_error_matches (error, MSNET_ERROR, MSNET_ERROR_SHAPE))
    return GST_RESOURCE_ERROR;
  *code = GST_STREAM_ERROR_FORMAT;
  return GST_STREAM_ERROR;
}

void
msnet_post_error (GstElement *element, const GError *error)
{
  gint code;
  GQuark domain = get_domain (error, &code);

  gst_element_message_full (element, GST_MESSAGE_ERROR, domain, code, g_strdup (error->message), NULL,
      __FILE__, G_STRFUNC, __LINE__);
}

static gboolean
open_model (MsnetRuntime *runtime, const MsnetSettings *settings, GError **error)
{
  const gchar *name = settings->model != NULL ? settings->model : DEFAULT_MODEL;
  g_autofree gchar *path = msnet_model_find (name, MSNET_MODEL_FOLDER, error);

  runtime->model = path != NULL ? msnet_model_load (path, error) : NULL;
  return runtime->model != NULL;
}

static gboolean
open_device (MsnetRuntime *runtime, const MsnetSettings *settings, GError **error)
{
  if (!msnet_operations_check_plan (error))
    return FALSE;
  runtime->device = msnet_device_open (settings->device, error);
  return runtime->device != NULL;
}

/* What the user asks for, if the device has units for it. */
static void
choose_precision (MsnetRuntime *runtime, const MsnetSettings *settings, GstElement *element)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (runtime->device);
  const gboolean is_asked = settings->precision != MSNET_PRECISION_F32;
  /* Known once it was searched for, which is done only if it is asked for. */
  const gboolean has_units = is_asked && (info->has_bf16 || info->has_amx);

  runtime->precision = has_units ? MSNET_BFLOAT16 : MSNET_FLOAT32;
  if (is_asked && !has_units)
    GST_ELEMENT_WARNING (element, LIBRARY, SETTINGS,
        ("precision=bf16: %s has no units for bfloat16 that are faster than those for float32; f32 is used",
            info->name),
        (NULL));
}

static void
tell_unused (MsnetRuntime *runtime, GstElement *element)
{
  const gchar *unused = msnet_model_get_unused (runtime->model);

  if (unused != NULL)
    GST_ELEMENT_INFO (element, RESOURCE, READ,
        ("Tensors of %s that the network does not use: %s", msnet_model_get_path (runtime->model), unused),
        (NULL));
}

/* Whether another device might do better. */
static gboolean
is_of_device (const GError *error)
{
  return g_error_matches (error, MSNET_ERROR, MSNET_ERROR_DEVICE)
         || g_error_matches (error, MSNET_ERROR, MSNET_ERROR_BUILD);
}

/* `auto` goes on with another device.  Returns: FALSE if there is none, @error then says what to do */
static gboolean
fall_back (MsnetRuntime *runtime, GError **error)
{
  g_autoptr (MsnetDevice) failed = g_steal_pointer (&runtime->device);
  g_autoptr (GError) reason = g_steal_pointer (error);

  if (is_of_device (reason))
    runtime->device = msnet_device_open_next (failed, reason, error);
  else
    *error = g_steal_pointer (&reason);
  return runtime->device != NULL;
}

/* The device was opened: looks whether it does what is asked for, and goes on with another one if it
 * hangs. */
static gboolean
accept_device (MsnetRuntime *runtime, const MsnetSettings *settings, GstElement *element, GError **error)
{
  const gchar *warning;

  while (
      settings->precision != MSNET_PRECISION_F32 && !msnet_start_find_instructions (runtime->device, error))
    if (!fall_back (runtime, error))
      return FALSE;
  warning = msnet_device_get_warning (runtime->device);
  if (warning != NULL)
    GST_ELEMENT_WARNING (element, RESOURCE, NOT_FOUND, ("%s", warning), (NULL));
  choose_precision (runtime, settings, element);
  return TRUE;
}

gboolean
msnet_runtime_open (MsnetRuntime *runtime, const MsnetSettings *settings, GstElement *element)
{
  g_autoptr (GError) error = NULL;

  if (!msnet_fork_check (&error)) {
    msnet_post_error (element, error);
    return FALSE;
  }
  if (runtime->model != NULL && runtime->device != NULL)
    return TRUE;
  msnet_runtime_close (runtime);
  if (open_model (runtime, settings, &error) && open_device (runtime, settings, &error)
      && accept_device (runtime, settings, element, &error)) {
    tell_unused (runtime, element);
    return TRUE;
  }
  msnet_post_error (element, error);
  msnet_runtime_close (runtime);
  return FALSE;
}

const gchar *
msnet_runtime_get_mode (const MsnetRuntime *runtime)
{
  return msnet_network_can_stream (msnet_model_get_network (runtime->model)) ? "stream" : "clip";
}

const gchar *
msnet_runtime_get_precision (const MsnetRuntime *runtime)
{
  return runtime->precision == MSNET_BFLOAT16 ? "bf16" : "f32";
}

/* What the user asks for, else what the model asks for. */
static gboolean
choose_times (MsnetRuntime *runtime, const MsnetSettings *settings, GstElement *element)
{
  guint n_frames = msnet_model_get_frames (runtime->model);
  GstClockTime shortest = n_frames * MSNET_SHORTEST_INTERVAL;
  GstClockTime window = settings->window ? settings->window : msnet_model_get_window (runtime->model);
  GstClockTime hop = settings->hop ? settings->hop : msnet_model_get_hop (runtime->model);

  /* A clip's own length counts, once it is known. */
  if (settings->span == MSNET_SPAN_CLIP)
    window = hop = msnet_model_get_window (runtime->model);
  if (window >= shortest && window <= MSNET_LONGEST_WINDOW) {
    msnet_grid_init (&runtime->grid, n_frames, window, hop);
    runtime->grid.at_centre = msnet_model_is_at_centre (runtime->model);
    return TRUE;
  }
  GST_ELEMENT_ERROR (element, LIBRARY, SETTINGS,
      ("A window of %" G_GUINT64_FORMAT " ns does not fit the model \"%s\": expected from %" G_GUINT64_FORMAT
       " ns (its %u frames, 1 ms each) to one hour; set the property \"window\"",
          window, msnet_model_get_name (runtime->model), shortest, n_frames),
      (NULL));
  return FALSE;
}

static void
tell_mode (const MsnetRuntime *runtime, GstElement *element)
{
  const MsnetEngine *engine = msnet_recognizer_get_engine (runtime->recognizer);

  if (engine->is_stream)
    GST_INFO_OBJECT (element,
        "runs as a stream: each sampled frame is computed once; %" G_GSIZE_FORMAT
        " bytes are kept from frame to frame",
        engine->state_size);
  else
    GST_INFO_OBJECT (element, "runs by clips: the network looks ahead; %u frames a window", engine->n_frames);
}

static gboolean
start (MsnetRuntime *runtime, const MsnetSettings *settings, GError **error)
{
  const MsnetStart start = {
    .model = runtime->model,
    .device = runtime->device,
    .precision = runtime->precision,
    .activation = settings->activation,
    .grid = runtime->grid,
  };

  runtime->recognizer = msnet_start_run (&start, &runtime->latency, error);
  return runtime->recognizer != NULL;
}

gboolean
msnet_runtime_build (MsnetRuntime *runtime, const MsnetSettings *settings, GstElement *element)
{
  g_autoptr (GError) error = NULL;

  if (!choose_times (runtime, settings, element))
    return FALSE;
  while (!start (runtime, settings, &error))
    if (!fall_back (runtime, &error) || !accept_device (runtime, settings, element, &error)) {
      msnet_post_error (element, error);
      return FALSE;
    }
  tell_mode (runtime, element);
  msnet_recognizer_set_index (runtime->recognizer, runtime->index);
  return TRUE;
}

/* Nothing of them can be waited for, or freed, in this process. */
static gboolean
leave_to_parent (MsnetRuntime *runtime)
{
  if (!msnet_fork_happened ())
    return FALSE;
  runtime->recognizer = NULL;
  runtime->device = NULL;
  return TRUE;
}

gboolean
msnet_runtime_stop (MsnetRuntime *runtime)
{
  if (leave_to_parent (runtime))
    return TRUE;
  if (runtime->recognizer != NULL)
    runtime->index = msnet_recognizer_get_index (runtime->recognizer);
  if (msnet_recognizer_free (g_steal_pointer (&runtime->recognizer)))
    return TRUE;
  /* The worker that was left behind has the handle's queue for itself. */
  msnet_device_give_up (runtime->device);
  g_clear_pointer (&runtime->device, msnet_device_unref);
  return FALSE;
}

void
msnet_runtime_close (MsnetRuntime *runtime)
{
  msnet_runtime_stop (runtime);
  g_clear_pointer (&runtime->device, msnet_device_unref);
  g_clear_pointer (&runtime->model, msnet_model_unref);
}
