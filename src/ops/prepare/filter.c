/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "filter.h"

#include <math.h>

void
msnet_filter_tables_init (MsnetFilterTables *tables)
{
  tables->windows = g_array_new (FALSE, FALSE, sizeof (MsnetFilterWindow));
  tables->weights = g_array_new (FALSE, TRUE, sizeof (gfloat));
}

void
msnet_filter_tables_clear (MsnetFilterTables *tables)
{
  g_clear_pointer (&tables->windows, g_array_unref);
  g_clear_pointer (&tables->weights, g_array_unref);
}

/* Whether the triangle of an output ends at the centres of its neighbours. */
static gboolean
grows (const MsnetFilterAxis *axis)
{
  return axis->antialias && axis->extent >= axis->resized;
}

static gdouble
get_support (const MsnetFilterAxis *axis)
{
  return grows (axis) ? axis->extent / axis->resized : 1.0;
}

static gdouble
get_center (const MsnetFilterAxis *axis, gint output)
{
  return (output + 0.5 + axis->skipped) * axis->extent / axis->resized;
}

static gint
round_to_sample (const MsnetFilterAxis *axis, gdouble position)
{
  return CLAMP (floor (position + 0.5), 0.0, (gdouble)axis->samples);
}

/* The samples of @output, [first, end): at least one. */
static void
get_samples (const MsnetFilterAxis *axis, gint output, gint *first, gint *end)
{
  gdouble center = get_center (axis, output);

  *first = MIN (round_to_sample (axis, center - get_support (axis)), (gint)axis->samples - 1);
  *end = MAX (round_to_sample (axis, center + get_support (axis)), *first + 1);
}

static gdouble
get_weight (const MsnetFilterAxis *axis, gint output, gint sample)
{
  return MAX (1.0 - fabs (sample + 0.5 - get_center (axis, output)) / get_support (axis), 0.0);
}

void
msnet_filter_get_range (const MsnetFilterAxis *axis, gint output, gint n, gint *first, gint *end)
{
  gint ignored;

  get_samples (axis, output, first, &ignored);
  get_samples (axis, output + n - 1, &ignored, end);
}

/* A window over [first, end), all of whose weights are 0. */
static MsnetFilterWindow
append_window (MsnetFilterTables *tables, gint first, gint end, guint lanes)
{
  MsnetFilterWindow window = { first, end - first, tables->weights->len };

  g_array_append_val (tables->windows, window);
  g_array_set_size (tables->weights, tables->weights->len + window.count * lanes);
  return window;
}

/* Of @output, the weights of the samples in @window. */
static void
fill_lane (MsnetFilterTables *tables, const MsnetFilterWindow *window, guint lanes, guint lane,
    const MsnetFilterAxis *axis, gint output)
{
  gfloat *weights = &g_array_index (tables->weights, gfloat, window->weights);
  gdouble sum = 0.0;
  gint first, end;

  get_samples (axis, output, &first, &end);
  for (gint i = first; i < end; i++)
    sum += get_weight (axis, output, i);
  for (gint i = 0; i < window->count; i++)
    weights[i * lanes + lane] = get_weight (axis, output, window->first + i) / sum;
}

gint
msnet_filter_append (MsnetFilterTables *tables, const MsnetFilterAxis *axis)
{
  gint filter = tables->windows->len;

  for (guint output = 0; output < axis->size; output++) {
    MsnetFilterWindow window;
    gint first, end;

    get_samples (axis, output, &first, &end);
    window = append_window (tables, first, end, 1);
    fill_lane (tables, &window, 1, 0, axis, output);
  }
  return filter;
}

static void
append_step (MsnetFilterTables *tables, const MsnetFilterAxis *axis, gint output)
{
  gboolean shared = grows (axis);
  gint size = axis->size;
  gint first = 0, end = 0;
  MsnetFilterWindow window;

  if (shared) {
    first = round_to_sample (axis, get_center (axis, output - 1));
    end = round_to_sample (axis, get_center (axis, output));
  } else if (output < size) {
    get_samples (axis, output, &first, &end);
  }
  window = append_window (tables, first, end, 2);
  if (shared && output > 0)
    fill_lane (tables, &window, 2, 0, axis, output - 1);
  if (output < size)
    fill_lane (tables, &window, 2, 1, axis, output);
}

gint
msnet_filter_append_steps (MsnetFilterTables *tables, const MsnetFilterAxis *axis)
{
  gint filter = tables->windows->len;

  for (guint output = 0; output <= axis->size; output++)
    append_step (tables, axis, output);
  return filter;
}
