/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sizes.h"

#include <stdio.h>

#define N_FIELDS 12
#define SIZES "%ux%ux%ux%u elements %u to %ux%ux%ux%u elements %u, extent %u, variant %u"

gchar *
msnet_sizes_print (const MsnetTensor *input, const MsnetTensor *output, guint extent, guint variant)
{
  const MsnetShape *in = &input->shape, *out = &output->shape;

  return g_strdup_printf (SIZES, in->frames, in->height, in->width, in->channels, in->data_type, out->frames,
      out->height, out->width, out->channels, out->data_type, extent, variant);
}

gboolean
msnet_sizes_parse (const gchar *text, MsnetSizes *sizes)
{
  MsnetShape in = { 0 }, out = { 0 };
  guint input_type, output_type;

  if (sscanf (text, SIZES, &in.frames, &in.height, &in.width, &in.channels, &input_type, &out.frames,
          &out.height, &out.width, &out.channels, &output_type, &sizes->extent, &sizes->variant)
      != N_FIELDS)
    return FALSE;
  in.data_type = input_type;
  out.data_type = output_type;
  sizes->input = in;
  sizes->output = out;
  return TRUE;
}
