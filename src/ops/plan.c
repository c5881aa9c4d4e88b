/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan.h"

#include <string.h>

static const gchar *
get_plan (void)
{
  const gchar *plan = g_getenv ("MSNET_PLAN");

  return plan != NULL ? plan : "";
}

gboolean
msnet_plan_is_fixed (void)
{
  return g_str_equal (get_plan (), "fixed");
}

gboolean
msnet_plan_is_free (void)
{
  return *get_plan () == '\0';
}

guint
msnet_plan_get_width (void)
{
  const gchar *plan = get_plan ();

  return g_str_equal (plan, "width-8") ? 8 : g_str_equal (plan, "width-16") ? 16 : 0;
}

gboolean
msnet_plan_names (const gchar *name)
{
  const gchar *plan = get_plan ();
  const gsize length = strlen (plan);

  return length > 0 && strncmp (name, plan, length) == 0 && (name[length] == '\0' || name[length] == '-');
}
