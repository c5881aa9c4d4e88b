/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "change.h"

#include <math.h>

void
reference_change (
    gfloat *output, const gfloat *input, const gfloat *previous, guint frames, guint channels, gboolean keeps)
{
  for (guint frame = 0; frame < frames; frame++) {
    const gfloat *now = input + (gsize)frame * channels;

    for (guint c = 0; keeps && c < channels; c++)
      *output++ = now[c];
    for (guint c = 0; c < channels; c++)
      *output++ = previous != NULL ? fabsf (now[c] - previous[c]) : 0.0f;
    previous = now;
  }
}
