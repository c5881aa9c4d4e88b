/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map.h"

#include "sizes.h"

gchar *
msnet_map_print_sizes (gconstpointer data)
{
  const MsnetMapParams *params = data;

  return msnet_sizes_print (params->input, params->output, 0, 0);
}

gboolean
msnet_map_fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetSizes sizes;
  MsnetMapParams params;

  if (!msnet_sizes_parse (text, &sizes))
    return FALSE;
  sizes.input.halo = 1;
  if ((params.input = msnet_case_add_tensor (self, &sizes.input, 0.0, 1.0, error)) == NULL
      || (params.output = msnet_case_add_tensor (self, &sizes.output, 0.0, 1.0, error)) == NULL)
    return FALSE;
  msnet_case_set_params (self, &params, sizeof params, params.output);
  return TRUE;
}
