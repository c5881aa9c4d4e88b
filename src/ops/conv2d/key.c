#include "key.h"

#include <stdio.h>

#define N_FIELDS 12
#define KEY                                                                                                  \
  "conv2d kernel %u stride %u, %ux%ux%ux%u to %u, shift %u, epilogue %u, previous %u, elements %u to %u"

gchar *
msnet_conv2d_make_key (gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  const MsnetShape *input = &params->input->shape, *output = &params->output->shape;

  return g_strdup_printf (KEY, params->kernel, MAX (params->stride, 1), input->frames, input->height,
      input->width, input->channels, output->channels, params->shift, params->epilogue,
      params->previous != NULL, input->data_type, output->data_type);
}

gboolean
msnet_conv2d_parse_key (const gchar *key, MsnetConv2dSizes *sizes)
{
  guint shift, epilogue, has_previous, input_type, output_type;

  if (sscanf (key, KEY, &sizes->kernel, &sizes->stride, &sizes->frames, &sizes->height, &sizes->width,
          &sizes->inputs, &sizes->outputs, &shift, &epilogue, &has_previous, &input_type, &output_type)
      != N_FIELDS)
    return FALSE;
  sizes->shift = shift;
  sizes->epilogue = epilogue;
  sizes->has_previous = has_previous;
  sizes->input_type = input_type;
  sizes->output_type = output_type;
  return TRUE;
}
