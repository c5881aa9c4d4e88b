/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "activation.h"

void
reference_activation (gfloat *output, const gfloat *input, const gfloat *weights, const MsnetShape *shape)
{
  const gsize cells = (gsize)shape->height * shape->width, channels = shape->channels;

  for (gsize cell = 0; cell < cells; cell++) {
    gdouble sum = 0.0;

    for (gsize t = 0; t < shape->frames; t++)
      for (gsize c = 0; c < channels; c++)
        sum += weights[t * channels + c] * (gdouble)input[(t * cells + cell) * channels + c];
    output[cell] = sum;
  }
}
