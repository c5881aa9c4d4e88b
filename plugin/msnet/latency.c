/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "latency.h"

gboolean
msnet_pad_is_live (GstPad *sink_pad)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (sink_pad, query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  return live;
}

gboolean
msnet_answer_latency (GstPad *sink_pad, GstQuery *query, GstClockTime own)
{
  GstClockTime shortest, longest;
  gboolean live;

  if (!gst_pad_peer_query (sink_pad, query))
    return FALSE;
  gst_query_parse_latency (query, &live, &shortest, &longest);
  if (GST_CLOCK_TIME_IS_VALID (longest))
    longest += own;
  gst_query_set_latency (query, live, shortest + own, longest);
  return TRUE;
}
