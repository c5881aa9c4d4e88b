/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "temporal_shift.h"

gint
reference_temporal_shift_get_frame (MsnetShift shift, guint n_channels, guint frame, guint channel)
{
  switch (shift) {
  case MSNET_SHIFT_NONE:
    return frame;
  case MSNET_SHIFT_BIDIRECTIONAL:
    return channel < n_channels ? (gint)frame + 1 : channel < 2 * n_channels ? (gint)frame - 1 : (gint)frame;
  case MSNET_SHIFT_CAUSAL:
    return channel < n_channels ? (gint)frame - 1 : (gint)frame;
  }
  g_return_val_if_reached (-1);
}

void
reference_temporal_shift (gfloat *output, const gfloat *input, const gfloat *previous, guint frames,
    guint pixels, guint channels, MsnetShift shift, guint n_channels)
{
  for (guint frame = 0; frame < frames; frame++)
    for (guint pixel = 0; pixel < pixels; pixel++)
      for (guint c = 0; c < channels; c++) {
        const gint source = reference_temporal_shift_get_frame (shift, n_channels, frame, c);
        gfloat value = 0.0f;

        if (source >= 0 && source < (gint)frames)
          value = input[((gsize)source * pixels + pixel) * channels + c];
        else if (source < 0 && previous != NULL)
          value = previous[(gsize)pixel * n_channels + c];
        output[((gsize)frame * pixels + pixel) * channels + c] = value;
      }
}
