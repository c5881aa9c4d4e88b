#include "plan.h"

gboolean
msnet_plan_is_plain (void)
{
  return g_strcmp0 (g_getenv ("MSNET_PLAN"), "plain") == 0;
}

gboolean
msnet_plan_is_fixed (void)
{
  return g_strcmp0 (g_getenv ("MSNET_PLAN"), "fixed") == 0;
}
