#include "plan.h"

#include <string.h>

#include "conv2d_candidate.h"
#include "opencl/error.h"

static const gchar *
get_plan (void)
{
  const gchar *plan = g_getenv ("MSNET_PLAN");

  return plan != NULL ? plan : "";
}

gboolean
msnet_plan_is_plain (void)
{
  return g_str_equal (get_plan (), "plain");
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

/* Returns: (transfer full): the names of all candidates, for messages */
static gchar *
list_candidates (void)
{
  GString *list = g_string_new (NULL);
  guint n_candidates;
  const MsnetConv2dCandidate *candidates = msnet_conv2d_get_candidates (&n_candidates);

  for (guint i = 0; i < n_candidates; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", candidates[i].name);
  return g_string_free (list, FALSE);
}

gboolean
msnet_plan_check (GError **error)
{
  g_autofree gchar *names = NULL;
  g_autofree gchar *found = NULL;
  guint n_candidates;
  const MsnetConv2dCandidate *candidates = msnet_conv2d_get_candidates (&n_candidates);

  if (msnet_plan_is_free () || msnet_plan_is_plain () || msnet_plan_is_fixed ()
      || msnet_plan_get_width () > 0)
    return TRUE;
  for (guint i = 0; i < n_candidates; i++)
    if (msnet_plan_names (candidates[i].name))
      return TRUE;
  names = list_candidates ();
  found = g_utf8_make_valid (get_plan (), -1);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED,
      "the environment's MSNET_PLAN: expected plain, fixed, width-8, width-16, or the first words of one of "
      "%s; "
      "found \"%s\"; unset it for the fastest kernels",
      names, found);
  return FALSE;
}
