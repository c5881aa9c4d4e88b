/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "operations.h"

#include "base/error.h"
#include "plan.h"

static const MsnetOperation *const operations[] = {
  &msnet_conv2d_operation,
  &msnet_depthwise_conv2d_operation,
  &msnet_inverted_residual_operation,
  &msnet_max_pool_operation,
  &msnet_average_pool_operation,
  &msnet_normalize_operation,
  &msnet_correlation_operation,
  &msnet_displacement_operation,
  &msnet_flatness_operation,
  &msnet_change_operation,
  &msnet_linear_operation,
  &msnet_consensus_operation,
  &msnet_activation_operation,
  &msnet_copy_channels_operation,
  &msnet_temporal_shift_operation,
  &msnet_border_operation,
  &msnet_prepare_operation,
  NULL,
};

const MsnetOperation *const *
msnet_operations_get (void)
{
  return operations;
}

/* Returns: (transfer container): the names of all kernels, each once */
static GPtrArray *
list_kernels (void)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; operations[i] != NULL; i++)
    for (guint k = 0; k < operations[i]->n_kernels; k++) {
      const gchar *name = operations[i]->kernels[k].name;

      if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, (gpointer)name);
    }
  return names;
}

gboolean
msnet_operations_check_plan (GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree gchar *allowed = NULL;
  g_autofree gchar *found = NULL;

  if (msnet_plan_is_free () || msnet_plan_is_fixed () || msnet_plan_get_width () > 0)
    return TRUE;
  names = list_kernels ();
  for (guint i = 0; i < names->len; i++)
    if (msnet_plan_names (names->pdata[i]))
      return TRUE;
  g_ptr_array_add (names, NULL);
  allowed = g_strjoinv (", ", (gchar **)names->pdata);
  found = g_utf8_make_valid (g_getenv ("MSNET_PLAN"), -1);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED,
      "the environment's MSNET_PLAN: expected plain, fixed, width-8, width-16, or the first words of one of "
      "%s; found \"%s\"; unset it for the fastest kernels",
      allowed, found);
  return FALSE;
}
