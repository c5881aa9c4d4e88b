/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "width.h"

#include "opencl/command_list.h"
#include "tuning.h"

#define KEY "vector width"
#define WIDE "16"
#define NARROW "8"

#define CLEAR_GAIN 1.1

#define TURNS 75000
#define ROUNDS 8
#define TIMES 2 /* in a row, so that waiting does not count */

/* The kernel of cpu/small/widths.cl, ready to run. */
typedef struct
{
  MsnetBuffer *output;
  MsnetCommandList *list;
} Trial;

static void
trial_clear (Trial *trial)
{
  msnet_command_list_free (trial->list);
  msnet_buffer_unref (trial->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

/* Returns: seconds; G_MAXDOUBLE: it cannot run */
static gdouble
run (const Trial *trial, gboolean is_narrow)
{
  const gint64 start = g_get_monotonic_time ();

  if (!msnet_command_list_run_times (trial->list, is_narrow, is_narrow + 1, TIMES, NULL))
    return G_MAXDOUBLE;
  return (g_get_monotonic_time () - start) / 1e6;
}

/* Command 0 of the list has wide vectors, command 1 narrow ones. */
static gboolean
trial_init (Trial *trial, MsnetDevice *device)
{
  const guint items = msnet_device_get_info (device)->compute_units;
  gboolean can_run;

  trial->list = msnet_command_list_new (device);
  trial->output = msnet_buffer_new (device, items * sizeof (gfloat), NULL);
  can_run = trial->output != NULL;
  for (gint is_narrow = 0; can_run && is_narrow < 2; is_narrow++)
    can_run = msnet_command_list_append (trial->list,
        &(MsnetLaunch){ .file = "cpu/small/widths.cl",
            .kernel = "multiply_add",
            MSNET_ARGUMENTS (MSNET_BUFFER (trial->output), MSNET_INT (TURNS), MSNET_INT (is_narrow)),
            .global = { items } },
        NULL);
  return can_run;
}

guint
msnet_width_decide (const gdouble *wide, const gdouble *narrow, guint n)
{
  guint n_narrow = 0;

  for (guint i = 0; i < n; i++)
    n_narrow += wide[i] > narrow[i] * CLEAR_GAIN;
  if (n_narrow == n)
    return 8;
  return n_narrow <= n / 4 ? 16 : 0;
}

/* In turn, so that both see the same neighbours on the machine; the first run is the one for which the driver
 * compiles. */
static guint
measure (MsnetDevice *device)
{
  g_auto (Trial) trial = { NULL };
  gdouble wide[ROUNDS], narrow[ROUNDS];

  if (!trial_init (&trial, device) || run (&trial, FALSE) == G_MAXDOUBLE)
    return 16;
  for (guint i = 0; i < ROUNDS; i++) {
    wide[i] = run (&trial, FALSE);
    narrow[i] = run (&trial, TRUE);
  }
  return msnet_width_decide (wide, narrow, ROUNDS);
}

static void
remember (MsnetDevice *device, guint width)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);

  msnet_tuning_set (info, KEY, width == 8 ? NARROW : WIDE);
  if (width != 0)
    msnet_tuning_save (info);
}

guint
msnet_width_get (MsnetDevice *device)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  g_autofree gchar *found = NULL;

  if (!info->is_cpu || info->vector_width < 16)
    return info->vector_width;
  found = msnet_tuning_find (info, KEY);
  if (g_strcmp0 (found, WIDE) != 0 && g_strcmp0 (found, NARROW) != 0) {
    remember (device, measure (device));
    g_free (found);
    found = msnet_tuning_find (info, KEY);
  }
  return g_strcmp0 (found, NARROW) == 0 ? 8 : 16;
}
