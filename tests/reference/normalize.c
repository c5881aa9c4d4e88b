/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "normalize.h"

#include <math.h>

void
reference_normalize (gfloat *output, const gfloat *input, gsize pixels, guint channels)
{
  for (gsize pixel = 0; pixel < pixels; pixel++, output += channels, input += channels) {
    gdouble sum = 0.0;
    for (guint channel = 0; channel < channels; channel++)
      sum += (gdouble)input[channel] * input[channel];
    for (guint channel = 0; channel < channels; channel++)
      output[channel] = input[channel] / sqrt (sum + 1e-6);
  }
}
