/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "correlation.h"

#include <math.h>
#include <stdlib.h>

static gboolean
is_inside (gint row, gint column, gint height, gint width)
{
  return row >= 0 && row < height && column >= 0 && column < width;
}

static gfloat
correlate (const gfloat *a, const gfloat *b, guint channels)
{
  gdouble sum = 0.0;

  for (guint channel = 0; channel < channels; channel++)
    sum += (gdouble)a[channel] * b[channel];
  return MAX (sum, 0.0);
}

/* Which frame pair @pair starts from, and which it searches. */
static void
get_pair (MsnetDirection direction, gint frames, gint pair, gint *from, gint *searched)
{
  const gboolean backward = direction == MSNET_DIRECTION_BOTH && pair >= frames - 1;

  *from = backward ? pair - (frames - 1) + 1 : pair;
  *searched = direction == MSNET_DIRECTION_PAST ? MAX (pair - 1, 0) : backward ? *from - 1 : *from + 1;
}

void
reference_correlation (gfloat *scores, const gfloat *features, const MsnetShape *shape, guint patch,
    guint dilation, MsnetDirection direction)
{
  const gint height = shape->height;
  const gint width = shape->width;
  const gint radius = patch / 2;
  const gint pairs = msnet_direction_get_pairs (direction, shape->frames);

  for (gint i = 0; i < pairs * height * width; i++)
    for (gint p = 0; p < (gint)(patch * patch); p++) {
      gint from, searched;
      gint row = i / width % height + (gint)dilation * (p / (gint)patch - radius);
      gint column = i % width + (gint)dilation * (p % (gint)patch - radius);

      get_pair (direction, shape->frames, i / (height * width), &from, &searched);
      const gfloat *here = features + (from * height * width + i % (height * width)) * (gint)shape->channels;
      const gfloat *there = features + ((searched * height + row) * width + column) * (gint)shape->channels;

      *scores++ = is_inside (row, column, height, width) ? correlate (here, there, shape->channels) : 0.0f;
    }
}

static void
displace (gfloat *displacement, const gfloat *scores, const ReferenceDisplacement *sizes)
{
  const gint patch = sizes->patch;
  gint best = 0;
  gdouble sums[3] = { 0.0 };

  for (gint p = 0; p < patch * patch; p++)
    if (scores[p] > scores[best])
      best = p;
  for (gint p = 0; p < patch * patch; p++) {
    gdouble y = p / patch - best / patch;
    gdouble x = p % patch - best % patch;
    gdouble gauss = exp (-(y * y + x * x) / (2.0 * sizes->sigma * sizes->sigma));
    gdouble weight = exp ((scores[p] * gauss - scores[best]) / sizes->temperature);

    sums[0] += weight * (p % patch - patch / 2);
    sums[1] += weight * (p / patch - patch / 2);
    sums[2] += weight;
  }
  displacement[0] = sums[0] / sums[2] / (patch / 2);
  displacement[1] = sums[1] / sums[2] / (patch / 2);
  if (sizes->channels == 3)
    displacement[2] = scores[best];
}

void
reference_displacement (gfloat *displacement, const gfloat *scores, const ReferenceDisplacement *sizes)
{
  gsize cells = (gsize)sizes->height * sizes->width;

  for (guint frame = 0; frame < sizes->frames; frame++)
    for (gsize cell = 0; cell < cells; cell++)
      displace (displacement + (frame * cells + cell) * sizes->channels,
          scores + (MIN (frame, sizes->pairs - 1) * cells + cell) * sizes->patch * sizes->patch, sizes);
}

static gint
compare_floats (gconstpointer a, gconstpointer b)
{
  gfloat x = *(const gfloat *)a;
  gfloat y = *(const gfloat *)b;

  return (x > y) - (x < y);
}

static gfloat
measure_flatness (
    const gfloat *scores, gint row, gint column, const MsnetShape *map, gint patch, gint dilation)
{
  g_autofree gfloat *inside = g_new (gfloat, patch * patch);
  gsize n = 0;

  for (gint p = 0; p < patch * patch; p++)
    if (is_inside (row + dilation * (p / patch - patch / 2), column + dilation * (p % patch - patch / 2),
            map->height, map->width))
      inside[n++] = scores[p];
  qsort (inside, n, sizeof *inside, compare_floats);
  return inside[n - 1] - inside[(n - 1) / 2];
}

void
reference_flatness (gfloat *flatness, const gfloat *scores, guint pairs, guint height, guint width,
    guint patch, guint dilation)
{
  const MsnetShape map = { .height = height, .width = width };

  for (guint i = 0; i < pairs * height * width; i++)
    flatness[i] = measure_flatness (
        scores + (gsize)i * patch * patch, i / width % height, i % width, &map, patch, dilation);
}
