/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "linear.h"

void
reference_linear (gfloat *output, const gfloat *input, const gfloat *weights, const gfloat *bias,
    guint frames, guint channels, guint classes)
{
  for (guint frame = 0; frame < frames; frame++)
    for (guint i = 0; i < classes; i++) {
      gdouble sum = bias[i];
      for (guint channel = 0; channel < channels; channel++)
        sum += (gdouble)weights[i * channels + channel] * input[frame * channels + channel];
      output[frame * classes + i] = sum;
    }
}

void
reference_consensus (gfloat *output, const gfloat *input, guint frames, guint classes)
{
  for (guint i = 0; i < classes; i++) {
    gdouble sum = 0.0;
    for (guint frame = 0; frame < frames; frame++)
      sum += input[frame * classes + i];
    output[i] = sum / frames;
  }
}
