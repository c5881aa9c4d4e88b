/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peak.h"

#include "arguments/chains.h"

#define TURNS 1000000

struct _MsnetPeak
{
  MsnetCommandList *list;
  gdouble work;
};

MsnetPeak *
msnet_peak_new (MsnetDevice *device, guint vector_width, GError **error)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  const guint width = vector_width > 0 ? vector_width : info->vector_width >= 16 ? 16 : 8;
  const guint items = info->compute_units;
  g_autofree gchar *options = g_strdup_printf ("-DVECTOR_WIDTH=%u", width);
  g_autoptr (MsnetPeak) peak = g_new0 (MsnetPeak, 1);
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, items * width * sizeof (gfloat), error);

  peak->list = msnet_command_list_new (device);
  peak->work = (gdouble)TURNS * MSNET_CHAINS * width * items;
  if (buffer == NULL
      || !msnet_command_list_append (peak->list,
          &(MsnetLaunch){ .file = "cpu/peak.cl",
              .kernel = "peak",
              .options = options,
              MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (TURNS)),
              .global = { items } },
          error))
    return NULL;
  return g_steal_pointer (&peak);
}

void
msnet_peak_free (MsnetPeak *peak)
{
  if (peak == NULL)
    return;
  msnet_command_list_free (peak->list);
  g_free (peak);
}

gdouble
msnet_peak_get_work (MsnetPeak *peak)
{
  return peak->work;
}

gboolean
msnet_peak_run (MsnetPeak *peak, GError **error)
{
  return msnet_command_list_run (peak->list, error);
}
