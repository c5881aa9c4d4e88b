/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings.h"

/* What is refused does not notify. */
#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)
#define FLAGS_READY (FLAGS | GST_PARAM_MUTABLE_READY)
#define FLAGS_PLAYING (FLAGS | GST_PARAM_MUTABLE_PLAYING)

/* Where neither the user nor the model says anything. */
#define USUAL_SMOOTHING (500 * GST_MSECOND)
#define USUAL_ENTER 0.6
#define USUAL_LEAVE 0.4

GType
msnet_policy_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MSNET_POLICY_EVERY, "Every due window is recognised, the stream waits", "every" },
    { MSNET_POLICY_LATEST, "The stream never waits, a busy device skips windows", "latest" },
    { MSNET_POLICY_AUTO, "latest if the source is live, else every", "auto" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("MsnetPolicy", values));
  return type;
}

GType
msnet_precision_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MSNET_PRECISION_F32, "float32", "f32" },
    { MSNET_PRECISION_BF16, "bfloat16 if the device has units for it, else float32", "bf16" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("MsnetPrecision", values));
  return type;
}

GType
msnet_window_span_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MSNET_SPAN_WINDOW, "window long, one every hop", "window" },
    { MSNET_SPAN_CLIP, "The whole clip, from its first frame to the end of the stream or segment", "clip" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("MsnetWindowSpan", values));
  return type;
}

GType
msnet_eos_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MSNET_EOS_REPEAT_LAST, "The last frame completes the window", "repeat-last" },
    { MSNET_EOS_DROP, "The window is dropped", "drop" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("MsnetEos", values));
  return type;
}

GType
msnet_post_messages_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MSNET_POST_NONE, "No result", "none" },
    { MSNET_POST_CHANGES, "Results with another label than the last one posted, and the first after a seek",
        "changes" },
    { MSNET_POST_ALL, "All results", "all" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("MsnetPostMessages", values));
  return type;
}

#define SETTING(member) G_STRUCT_OFFSET (MsnetSettings, member)
#define REPORTING(member) G_STRUCT_OFFSET (MsnetSettings, reporting.member)

static void
mark_types (void)
{
  gst_type_mark_as_plugin_api (MSNET_TYPE_PRECISION, 0);
  gst_type_mark_as_plugin_api (MSNET_TYPE_POLICY, 0);
  gst_type_mark_as_plugin_api (MSNET_TYPE_WINDOW_SPAN, 0);
  gst_type_mark_as_plugin_api (MSNET_TYPE_EOS, 0);
  gst_type_mark_as_plugin_api (MSNET_TYPE_POST_MESSAGES, 0);
}

/* What a recognizer is made of. */
static guint
install_settings (GObjectClass *klass, guint first)
{
  const MsnetProperty properties[] = {
    {
        SETTING (model),
        g_param_spec_string ("model", "Model",
            "Path of a model file, or name of a model in the folders of MSNET_MODEL_PATH or among "
            "the installed ones (unset: motion)",
            NULL, FLAGS_READY),
        MSNET_PROPERTY_REOPENS,
    },
    {
        SETTING (device),
        g_param_spec_string ("device", "Device",
            "OpenCL device: auto, gpu, cpu, PLATFORM:DEVICE by index, or part of a device's name "
            "(unset: MSNET_DEVICE, else auto)",
            NULL, FLAGS_READY),
        MSNET_PROPERTY_REOPENS,
    },
    {
        SETTING (precision),
        g_param_spec_enum ("precision", "Precision",
            "What the network computes with: bf16 is faster and less exact, if the device has units "
            "for it",
            MSNET_TYPE_PRECISION, MSNET_PRECISION_F32, FLAGS_READY),
        MSNET_PROPERTY_REOPENS,
    },
    {
        SETTING (span),
        g_param_spec_enum ("span", "Span",
            "What a result is about: windows that follow each other, or a clip whose length is known",
            MSNET_TYPE_WINDOW_SPAN, MSNET_SPAN_WINDOW, FLAGS_READY),
    },
    {
        SETTING (window),
        g_param_spec_uint64 ("window", "Window",
            "How much media time a result is about, in ns, unless it is a clip (0: as the model was trained)",
            0, MSNET_LONGEST_WINDOW, 0, FLAGS_READY),
    },
    {
        SETTING (hop),
        g_param_spec_uint64 ("hop", "Hop",
            "Media time from one window to the next, in ns, unless they are clips (0: the model's own)", 0,
            MSNET_LONGEST_WINDOW, 0, FLAGS_READY),
    },
    {
        SETTING (orientation),
        g_param_spec_enum ("orientation", "Orientation",
            "How the picture is turned before the network sees it (auto: as the stream's "
            "image-orientation tag says)",
            GST_TYPE_VIDEO_ORIENTATION_METHOD, GST_VIDEO_ORIENTATION_AUTO, FLAGS_READY),
    },
    {
        SETTING (activation),
        g_param_spec_boolean ("activation", "Activation",
            "Attach the activation map: where in the frames the best class's score comes from", FALSE,
            FLAGS_READY),
    },
    {
        SETTING (policy),
        g_param_spec_enum ("policy", "Policy", "What happens if the device is slower than the stream",
            MSNET_TYPE_POLICY, MSNET_POLICY_AUTO, FLAGS_READY),
    },
  };

  return msnet_properties_install (klass, first, properties, G_N_ELEMENTS (properties));
}

/* What becomes of its results. */
static guint
install_reporting (GObjectClass *klass, guint first)
{
  const MsnetProperty properties[] = {
    {
        REPORTING (eos),
        g_param_spec_enum ("eos", "EOS",
            "What happens to the window that is still open at the end of the stream", MSNET_TYPE_EOS,
            MSNET_EOS_REPEAT_LAST, FLAGS_PLAYING),
    },
    {
        REPORTING (top_k),
        g_param_spec_uint (
            "top-k", "Top k", "How many labels a result lists, best first", 1, G_MAXINT, 5, FLAGS_PLAYING),
    },
    {
        REPORTING (threshold),
        g_param_spec_double ("threshold", "Threshold",
            "Results whose best score is lower are neither attached nor posted; actions still count them", 0,
            1, 0, FLAGS_PLAYING),
    },
    {
        REPORTING (expire),
        g_param_spec_uint64 ("expire", "Expire",
            "Later frames repeat a result until the next one, or until it is older than this, in ns "
            "(0: two windows)",
            0, G_MAXUINT64, 0, FLAGS_PLAYING),
    },
    {
        REPORTING (motion),
        g_param_spec_boolean (
            "motion", "Motion", "Attach the motion field, if the model has one", TRUE, FLAGS_PLAYING),
    },
    {
        REPORTING (post_messages),
        g_param_spec_enum ("post-messages", "Post messages", "Which results are posted as element messages",
            MSNET_TYPE_POST_MESSAGES, MSNET_POST_CHANGES, FLAGS_PLAYING),
    },
    {
        REPORTING (smoothing),
        g_param_spec_int64 ("smoothing", "Smoothing",
            "Actions: time constant of the exponential mean of each class's score, in ns of media "
            "time (0: none; -1: as the model proposes, else 500 ms)",
            -1, G_MAXINT64, -1, FLAGS_PLAYING),
    },
    {
        REPORTING (enter),
        g_param_spec_double ("enter", "Enter",
            "An action starts when its class's mean score reaches this; not below leave (-1: as the model "
            "proposes, else 0.6)",
            -1, 1, -1, FLAGS_PLAYING),
    },
    {
        REPORTING (leave),
        g_param_spec_double ("leave", "Leave",
            "An action ends when its class's mean score falls below this; not above enter (-1: as the model "
            "proposes, else 0.4)",
            -1, 1, -1, FLAGS_PLAYING),
    },
    {
        REPORTING (min_duration),
        g_param_spec_uint64 ("min-duration", "Minimum duration",
            "An action is reported only once it has lasted this long, in ns of media time", 0, G_MAXUINT64, 0,
            FLAGS_PLAYING),
    },
  };

  return msnet_properties_install (klass, first, properties, G_N_ELEMENTS (properties));
}

static void
install_stats (GObjectClass *klass, guint first)
{
  const MsnetProperty properties[] = {
    {
        MSNET_PROPERTY_COMPUTED,
        g_param_spec_boxed ("stats", "Statistics",
            "device, model, mode (stream or clip), precision (f32 or bf16): strings, from READY on; "
            "windows, skipped, gaps, latency-p50, latency-p95, latency-p99: uint64, since PAUSED, "
            "latencies in ns",
            GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS),
    },
  };

  msnet_properties_install (klass, first, properties, G_N_ELEMENTS (properties));
}

void
msnet_settings_install (GObjectClass *klass)
{
  guint next = install_settings (klass, 1);

  next = install_reporting (klass, next);
  install_stats (klass, next);
  mark_types ();
}

void
msnet_settings_copy (const MsnetSettings *settings, MsnetSettings *copy)
{
  *copy = *settings;
  copy->model = g_strdup (settings->model);
  copy->device = g_strdup (settings->device);
}

void
msnet_settings_clear (MsnetSettings *settings)
{
  g_clear_pointer (&settings->model, g_free);
  g_clear_pointer (&settings->device, g_free);
}

/* GStreamer's list is one for all elements that turn pictures. */
static gboolean
check_orientation (const MsnetSettings *settings, GstElement *element)
{
  if (settings->orientation != GST_VIDEO_ORIENTATION_CUSTOM)
    return TRUE;
  GST_ELEMENT_ERROR (element, LIBRARY, SETTINGS,
      ("\"orientation\" is \"custom\": msnet turns the picture only in eight ways; set it to auto, or to one "
       "of the others, such as 90r"),
      (NULL));
  return FALSE;
}

/* They are as long as they are. */
static void
check_span (const MsnetSettings *settings, GstElement *element)
{
  if (settings->span == MSNET_SPAN_CLIP && (settings->window != 0 || settings->hop != 0))
    GST_ELEMENT_WARNING (element, LIBRARY, SETTINGS,
        ("\"window\" and \"hop\" do not count with span=clip, where a window is a whole clip; set them to 0, "
         "or "
         "set span=window"),
        (NULL));
}

void
msnet_reporting_get_actions (
    const MsnetReporting *reporting, const MsnetActionProposal *proposal, MsnetActionParams *params)
{
  *params = (MsnetActionParams){
    .enter = proposal->enter >= 0 ? proposal->enter : USUAL_ENTER,
    .leave = proposal->leave >= 0 ? proposal->leave : USUAL_LEAVE,
    .smoothing = proposal->smoothing != MSNET_NOT_PROPOSED ? proposal->smoothing : USUAL_SMOOTHING,
    .min_duration = reporting->min_duration,
  };
  if (reporting->enter >= 0)
    params->enter = reporting->enter;
  if (reporting->leave >= 0)
    params->leave = reporting->leave;
  if (reporting->smoothing >= 0)
    params->smoothing = reporting->smoothing;
}

/* Who says what a threshold is. */
static const gchar *
name_source (gdouble asked, gdouble proposed)
{
  if (asked >= 0)
    return "";
  return proposed >= 0 ? " (the model's)" : " (the default)";
}

gchar *
msnet_reporting_find_contradiction (const MsnetReporting *reporting, const MsnetActionProposal *proposal)
{
  MsnetActionParams params;

  msnet_reporting_get_actions (reporting, proposal, &params);
  if (params.leave <= params.enter)
    return NULL;
  return g_strdup_printf ("\"leave\" is %g%s, above \"enter\", %g%s", params.leave,
      name_source (reporting->leave, proposal->leave), params.enter,
      name_source (reporting->enter, proposal->enter));
}

gboolean
msnet_settings_check (const MsnetSettings *settings, const MsnetActionProposal *proposal, GstElement *element)
{
  g_autofree gchar *contradiction = msnet_reporting_find_contradiction (&settings->reporting, proposal);

  if (!check_orientation (settings, element))
    return FALSE;
  check_span (settings, element);
  if (contradiction == NULL)
    return TRUE;
  GST_ELEMENT_ERROR (element, LIBRARY, SETTINGS,
      ("%s: actions would end before they begin; set leave to enter or lower", contradiction), (NULL));
  return FALSE;
}
