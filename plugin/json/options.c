#include "options.h"

GType
msnet_json_lines_get_type (void)
{
  static gsize type = 0;
  static const GFlagsValue values[] = {
    { MSNET_JSON_LINES_RESULTS, "One line for each result", "results" },
    { MSNET_JSON_LINES_ACTIONS, "One line for each start of an action, one for each end", "actions" },
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
