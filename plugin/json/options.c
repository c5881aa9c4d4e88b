/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

GType
msnet_json_lines_get_type (void)
{
  static gsize type = 0;
  static const GFlagsValue values[] = {
    { MSNET_JSON_LINES_RESULTS, "One line for each result", "results" },
    { MSNET_JSON_LINES_ACTIONS, "One line when an action starts, one when it ends", "actions" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("MsnetJsonLines", values));
  return type;
}

GType
msnet_json_measured_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MSNET_JSON_MEASURED_AUTO, "In results of live pipelines", "auto" },
    { MSNET_JSON_MEASURED_ALWAYS, "In every result", "always" },
    { MSNET_JSON_MEASURED_NEVER, "Never", "never" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("MsnetJsonMeasured", values));
  return type;
}

#define OPTION(member) G_STRUCT_OFFSET (MsnetJsonOptions, member)
#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

void
msnet_json_options_install (GObjectClass *klass)
{
  const MsnetProperty properties[] = {
    {
        OPTION (lines),
        g_param_spec_flags ("lines", "Lines", "What makes a line", MSNET_TYPE_JSON_LINES,
            MSNET_JSON_LINES_RESULTS | MSNET_JSON_LINES_ACTIONS, FLAGS),
    },
    {
        OPTION (measured),
        g_param_spec_enum ("measured", "Measured",
            "Which results also have inference and wall, which differ from run to run",
            MSNET_TYPE_JSON_MEASURED, MSNET_JSON_MEASURED_AUTO, FLAGS),
    },
    {
        OPTION (motion),
        g_param_spec_boolean (
            "motion", "Motion", "Whether results also have what the camera does, as numbers", FALSE, FLAGS),
    },
  };

  msnet_properties_install (klass, 1, properties, G_N_ELEMENTS (properties));
  gst_type_mark_as_plugin_api (MSNET_TYPE_JSON_LINES, 0);
  gst_type_mark_as_plugin_api (MSNET_TYPE_JSON_MEASURED, 0);
}
