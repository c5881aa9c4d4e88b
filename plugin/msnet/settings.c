#include "settings.h"

/* What is refused does not notify. */
#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)
#define FLAGS_READY (FLAGS | GST_PARAM_MUTABLE_READY)
#define FLAGS_PLAYING (FLAGS | GST_PARAM_MUTABLE_PLAYING)

#define DEFAULT_SMOOTHING (500 * GST_MSECOND)
#define DEFAULT_ENTER 0.6
#define DEFAULT_LEAVE 0.4

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

static void
install_fixed (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, MSNET_SETTING_MODEL,
      g_param_spec_string ("model", "Model",
          "Path of a model file, or the name of one in MSNET_MODEL_PATH or among the installed ones "
          "(unset: motion)",
          NULL, FLAGS_READY));
  g_object_class_install_property (object_class, MSNET_SETTING_DEVICE,
      g_param_spec_string ("device", "Device",
          "OpenCL device: auto, gpu, cpu, PLATFORM:DEVICE by index, or part of its name (unset: "
          "MSNET_DEVICE, "
          "else auto)",
          NULL, FLAGS_READY));
  g_object_class_install_property (object_class, MSNET_SETTING_PRECISION,
      g_param_spec_enum ("precision", "Precision",
          "What the network computes with; bf16 is faster and less exact, if the device has units for it",
          MSNET_TYPE_PRECISION, MSNET_PRECISION_F32, FLAGS_READY));
  g_object_class_install_property (object_class, MSNET_SETTING_WINDOW,
      g_param_spec_uint64 ("window", "Window",
          "How much media time a result is about, in ns (0: as the model was trained)", 0,
          MSNET_LONGEST_WINDOW, 0, FLAGS_READY));
  g_object_class_install_property (object_class, MSNET_SETTING_HOP,
      g_param_spec_uint64 ("hop", "Hop", "Media time from window to window, in ns (0: the model's own)", 0,
          MSNET_LONGEST_WINDOW, 0, FLAGS_READY));
  g_object_class_install_property (object_class, MSNET_SETTING_ORIENTATION,
      g_param_spec_enum ("orientation", "Orientation",
          "How the picture is turned before the network sees it (auto: as the stream's image-orientation "
          "tag says)",
          GST_TYPE_VIDEO_ORIENTATION_METHOD, GST_VIDEO_ORIENTATION_AUTO, FLAGS_READY));
  g_object_class_install_property (object_class, MSNET_SETTING_POLICY,
      g_param_spec_enum ("policy", "Policy", "What happens if the device is slower than the stream",
          MSNET_TYPE_POLICY, MSNET_POLICY_AUTO, FLAGS_READY));
}

static void
install_reporting (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, MSNET_SETTING_EOS,
      g_param_spec_enum ("eos", "EOS",
          "What happens to the window that is still open at the end of the stream", MSNET_TYPE_EOS,
          MSNET_EOS_REPEAT_LAST, FLAGS_PLAYING));
  g_object_class_install_property (object_class, MSNET_SETTING_TOP_K,
      g_param_spec_uint (
          "top-k", "Top k", "How many labels a result lists, best first", 1, G_MAXINT, 5, FLAGS_PLAYING));
  g_object_class_install_property (object_class, MSNET_SETTING_THRESHOLD,
      g_param_spec_double ("threshold", "Threshold",
          "Results whose best score is lower are neither attached nor posted", 0, 1, 0, FLAGS_PLAYING));
  g_object_class_install_property (object_class, MSNET_SETTING_EXPIRE,
      g_param_spec_uint64 ("expire", "Expire",
          "Until what age, in ns, later frames repeat a result (0: two windows)", 0, G_MAXUINT64, 0,
          FLAGS_PLAYING));
  g_object_class_install_property (object_class, MSNET_SETTING_MOTION,
      g_param_spec_boolean (
          "motion", "Motion", "Attach the motion field, if the model has one", TRUE, FLAGS_PLAYING));
  g_object_class_install_property (object_class, MSNET_SETTING_POST_MESSAGES,
      g_param_spec_enum ("post-messages", "Post messages", "Which results are posted as element messages",
          MSNET_TYPE_POST_MESSAGES, MSNET_POST_CHANGES, FLAGS_PLAYING));
}

static void
install_actions (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, MSNET_SETTING_SMOOTHING,
      g_param_spec_uint64 ("smoothing", "Smoothing",
          "Actions: time constant of the exponential mean of each class's score, in ns of media time (0: "
          "none)",
          0, G_MAXUINT64, DEFAULT_SMOOTHING, FLAGS_PLAYING));
  g_object_class_install_property (object_class, MSNET_SETTING_ENTER,
      g_param_spec_double ("enter", "Enter",
          "An action starts when the mean score of its class is this or higher; not below leave", 0, 1,
          DEFAULT_ENTER, FLAGS_PLAYING));
  g_object_class_install_property (object_class, MSNET_SETTING_LEAVE,
      g_param_spec_double ("leave", "Leave",
          "An action ends when the mean score of its class is lower than this; not above enter", 0, 1,
          DEFAULT_LEAVE, FLAGS_PLAYING));
  g_object_class_install_property (object_class, MSNET_SETTING_MIN_DURATION,
      g_param_spec_uint64 ("min-duration", "Minimum duration",
          "An action is reported once it has lasted this long, in ns of media time", 0, G_MAXUINT64, 0,
          FLAGS_PLAYING));
}

void
msnet_settings_install (GObjectClass *object_class)
{
  install_fixed (object_class);
  install_reporting (object_class);
  install_actions (object_class);
  gst_type_mark_as_plugin_api (MSNET_TYPE_PRECISION, 0);
  gst_type_mark_as_plugin_api (MSNET_TYPE_POLICY, 0);
  gst_type_mark_as_plugin_api (MSNET_TYPE_EOS, 0);
  gst_type_mark_as_plugin_api (MSNET_TYPE_POST_MESSAGES, 0);
}

void
msnet_settings_init (MsnetSettings *settings)
{
  *settings = (MsnetSettings){
    .orientation = GST_VIDEO_ORIENTATION_AUTO,
    .policy = MSNET_POLICY_AUTO,
    .reporting = {
      .top_k = 5,
      .motion = TRUE,
      .post_messages = MSNET_POST_CHANGES,
      .smoothing = DEFAULT_SMOOTHING,
      .enter = DEFAULT_ENTER,
      .leave = DEFAULT_LEAVE,
    },
  };
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

gboolean
msnet_settings_check (const MsnetSettings *settings, GstElement *element)
{
  const MsnetReporting *reporting = &settings->reporting;

  if (reporting->leave <= reporting->enter)
    return TRUE;
  GST_ELEMENT_ERROR (element, LIBRARY, SETTINGS,
      ("\"leave\" is %g, above \"enter\", %g: actions would end before they begin; set leave to enter or "
       "lower",
          reporting->leave, reporting->enter),
      (NULL));
  return FALSE;
}

gboolean
msnet_settings_is_fixed (guint id)
{
  return id <= MSNET_SETTING_POLICY;
}

static void
set_string (gchar **string, const GValue *value)
{
  g_free (*string);
  *string = g_value_dup_string (value);
}

void
msnet_settings_set (MsnetSettings *settings, guint id, const GValue *value)
{
  MsnetReporting *reporting = &settings->reporting;

  switch (id) {
  case MSNET_SETTING_MODEL:
    return set_string (&settings->model, value);
  case MSNET_SETTING_DEVICE:
    return set_string (&settings->device, value);
  case MSNET_SETTING_PRECISION:
    settings->precision = g_value_get_enum (value);
    return;
  case MSNET_SETTING_WINDOW:
    settings->window = g_value_get_uint64 (value);
    return;
  case MSNET_SETTING_HOP:
    settings->hop = g_value_get_uint64 (value);
    return;
  case MSNET_SETTING_ORIENTATION:
    settings->orientation = g_value_get_enum (value);
    return;
  case MSNET_SETTING_POLICY:
    settings->policy = g_value_get_enum (value);
    return;
  case MSNET_SETTING_EOS:
    reporting->eos = g_value_get_enum (value);
    return;
  case MSNET_SETTING_TOP_K:
    reporting->top_k = g_value_get_uint (value);
    return;
  case MSNET_SETTING_THRESHOLD:
    reporting->threshold = g_value_get_double (value);
    return;
  case MSNET_SETTING_EXPIRE:
    reporting->expire = g_value_get_uint64 (value);
    return;
  case MSNET_SETTING_MOTION:
    reporting->motion = g_value_get_boolean (value);
    return;
  case MSNET_SETTING_POST_MESSAGES:
    reporting->post_messages = g_value_get_enum (value);
    return;
  case MSNET_SETTING_SMOOTHING:
    reporting->smoothing = g_value_get_uint64 (value);
    return;
  case MSNET_SETTING_ENTER:
    reporting->enter = g_value_get_double (value);
    return;
  case MSNET_SETTING_LEAVE:
    reporting->leave = g_value_get_double (value);
    return;
  case MSNET_SETTING_MIN_DURATION:
    reporting->min_duration = g_value_get_uint64 (value);
    return;
  }
}

void
msnet_settings_get (const MsnetSettings *settings, guint id, GValue *value)
{
  const MsnetReporting *reporting = &settings->reporting;

  switch (id) {
  case MSNET_SETTING_MODEL:
    return g_value_set_string (value, settings->model);
  case MSNET_SETTING_DEVICE:
    return g_value_set_string (value, settings->device);
  case MSNET_SETTING_PRECISION:
    return g_value_set_enum (value, settings->precision);
  case MSNET_SETTING_WINDOW:
    return g_value_set_uint64 (value, settings->window);
  case MSNET_SETTING_HOP:
    return g_value_set_uint64 (value, settings->hop);
  case MSNET_SETTING_ORIENTATION:
    return g_value_set_enum (value, settings->orientation);
  case MSNET_SETTING_POLICY:
    return g_value_set_enum (value, settings->policy);
  case MSNET_SETTING_EOS:
    return g_value_set_enum (value, reporting->eos);
  case MSNET_SETTING_TOP_K:
    return g_value_set_uint (value, reporting->top_k);
  case MSNET_SETTING_THRESHOLD:
    return g_value_set_double (value, reporting->threshold);
  case MSNET_SETTING_EXPIRE:
    return g_value_set_uint64 (value, reporting->expire);
  case MSNET_SETTING_MOTION:
    return g_value_set_boolean (value, reporting->motion);
  case MSNET_SETTING_POST_MESSAGES:
    return g_value_set_enum (value, reporting->post_messages);
  case MSNET_SETTING_SMOOTHING:
    return g_value_set_uint64 (value, reporting->smoothing);
  case MSNET_SETTING_ENTER:
    return g_value_set_double (value, reporting->enter);
  case MSNET_SETTING_LEAVE:
    return g_value_set_double (value, reporting->leave);
  case MSNET_SETTING_MIN_DURATION:
    return g_value_set_uint64 (value, reporting->min_duration);
  }
}
