/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "candidate.h"

#include "base/fork.h"
#include "private.h"

static void
candidate_free (MsnetCandidate *candidate)
{
  g_free (candidate->platform);
  g_free (candidate->name);
  g_free (candidate);
}

static void
add_device (
    GPtrArray *candidates, cl_platform_id platform, guint platform_index, cl_device_id id, guint index)
{
  MsnetCandidate *candidate = g_new0 (MsnetCandidate, 1);

  candidate->id = id;
  candidate->platform_index = platform_index;
  candidate->device_index = index;
  candidate->platform = msnet_platform_query_string (platform, CL_PLATFORM_NAME);
  candidate->name = msnet_device_query_string (id, CL_DEVICE_NAME);
  clGetDeviceInfo (id, CL_DEVICE_TYPE, sizeof candidate->type, &candidate->type, NULL);
  g_ptr_array_add (candidates, candidate);
}

static void
add_platform (GPtrArray *candidates, cl_platform_id platform, guint platform_index)
{
  cl_device_id ids[32];
  cl_uint n_ids = 0;

  if (clGetDeviceIDs (platform, CL_DEVICE_TYPE_ALL, G_N_ELEMENTS (ids), ids, &n_ids) != CL_SUCCESS)
    return;
  for (guint i = 0; i < MIN (n_ids, G_N_ELEMENTS (ids)); i++)
    add_device (candidates, platform, platform_index, ids[i], i);
}

GPtrArray *
msnet_candidates_find (void)
{
  GPtrArray *candidates = g_ptr_array_new_with_free_func ((GDestroyNotify)candidate_free);
  cl_platform_id platforms[32];
  cl_uint n_platforms = 0;

  if (clGetPlatformIDs (G_N_ELEMENTS (platforms), platforms, &n_platforms) != CL_SUCCESS)
    return candidates;
  /* To be asked for its devices is what makes PoCL start threads. */
  msnet_fork_watch ();
  for (guint i = 0; i < MIN (n_platforms, G_N_ELEMENTS (platforms)); i++)
    add_platform (candidates, platforms[i], i);
  return candidates;
}

static gboolean
contains_ignoring_case (const gchar *text, const gchar *part)
{
  g_autofree gchar *folded_text = g_utf8_casefold (text, -1);
  g_autofree gchar *folded_part = g_utf8_casefold (part, -1);

  return strstr (folded_text, folded_part) != NULL;
}

static gchar *
make_indices (const MsnetCandidate *candidate)
{
  return g_strdup_printf ("%u:%u", candidate->platform_index, candidate->device_index);
}

gboolean
msnet_candidate_fits (const MsnetCandidate *candidate, const gchar *selector)
{
  g_autofree gchar *indices = make_indices (candidate);

  if (g_ascii_strcasecmp (selector, "gpu") == 0)
    return (candidate->type & CL_DEVICE_TYPE_GPU) != 0;
  if (g_ascii_strcasecmp (selector, "cpu") == 0)
    return (candidate->type & CL_DEVICE_TYPE_CPU) != 0;
  return g_str_equal (selector, indices) || contains_ignoring_case (candidate->name, selector);
}

gboolean
msnet_candidates_have (GPtrArray *candidates, const gchar *selector)
{
  for (guint i = 0; i < candidates->len; i++)
    if (msnet_candidate_fits (candidates->pdata[i], selector))
      return TRUE;
  return FALSE;
}

gchar *
msnet_candidate_make_selector (const MsnetCandidate *candidate)
{
  return msnet_candidate_fits (candidate, "cpu") ? g_strdup ("cpu") : make_indices (candidate);
}

static gboolean
is_cpu (GPtrArray *candidates, cl_device_id id)
{
  for (guint i = 0; i < candidates->len; i++) {
    const MsnetCandidate *candidate = candidates->pdata[i];

    if (candidate->id == id)
      return msnet_candidate_fits (candidate, "cpu");
  }
  return FALSE;
}

/* Returns: (nullable): a CPU rather than another one */
static const MsnetCandidate *
find_other (GPtrArray *candidates, cl_device_id failed)
{
  const MsnetCandidate *other = NULL;

  for (guint i = 0; i < candidates->len; i++) {
    const MsnetCandidate *candidate = candidates->pdata[i];

    if (candidate->id != failed && (other == NULL || !msnet_candidate_fits (other, "cpu")))
      other = candidate;
  }
  return other;
}

gchar *
msnet_candidates_advise (GPtrArray *candidates, cl_device_id failed)
{
  const MsnetCandidate *other = find_other (candidates, failed);
  g_autofree gchar *selector = NULL;

  if (other == NULL)
    return g_strconcat ("there is no other device; ",
        is_cpu (candidates, failed) ? "install a newer version of its driver, or the driver of a GPU"
                                    : MSNET_INSTALL_HINT,
        NULL);
  /* Of two CPUs, "cpu" may be the one that failed. */
  selector = is_cpu (candidates, failed) ? make_indices (other) : msnet_candidate_make_selector (other);
  return g_strdup_printf ("set the property \"device\" to another one, such as %s", selector);
}

static const gchar *
get_type_name (cl_device_type type)
{
  if (type & CL_DEVICE_TYPE_GPU)
    return "GPU";
  return type & CL_DEVICE_TYPE_CPU ? "CPU" : "accelerator";
}

gchar *
msnet_candidates_describe (GPtrArray *candidates)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < candidates->len; i++) {
    const MsnetCandidate *candidate = candidates->pdata[i];
    g_string_append_printf (lines, "%s%u:%u %s: %s (%s)", i > 0 ? "\n" : "", candidate->platform_index,
        candidate->device_index, candidate->platform, candidate->name, get_type_name (candidate->type));
  }
  return g_string_free (lines, FALSE);
}
