#include "prepare_filter.h"

#include <math.h>

static gdouble
get_support (const MsnetFilterAxis *axis)
{
  return MAX (axis->extent / axis->resized, 1.0);
}

guint
msnet_filter_get_pitch (const MsnetFilterAxis *axis)
{
  guint taps = MIN ((gdouble)axis->samples, 2.0 * ceil (get_support (axis)) + 1.0);

  return (taps + 3) / 4 * 4;
}

static void
fill_window (const MsnetFilterAxis *axis, gdouble center, gint32 window[2], gfloat *weights)
{
  gdouble support = get_support (axis);
  gint first = MAX (floor (center - support + 0.5), 0.0);
  gint end = MIN (floor (center + support + 0.5), (gdouble)axis->samples);
  gdouble sum = 0.0;

  first = MIN (first, (gint)axis->samples - 1);
  end = MAX (end, first + 1);
  for (gint i = first; i < end; i++)
    sum += MAX (1.0 - fabs (i + 0.5 - center) / support, 0.0);
  for (gint i = first; i < end; i++)
    weights[i - first] = MAX (1.0 - fabs (i + 0.5 - center) / support, 0.0) / sum;
  window[0] = first;
  window[1] = end - first;
}

void
msnet_filter_fill (const MsnetFilterAxis *axis, guint size, guint pitch, gint32 *windows, gfloat *weights)
{
  for (guint i = 0; i < size; i++)
    fill_window (axis, (i + 0.5 + axis->skipped) * axis->extent / axis->resized, windows + 2 * i,
        weights + (gsize)i * pitch);
}
