/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "refusal.h"

static GstFlowReturn
look_at_pads (GstPad *src_pad, GstPad *sink_pad)
{
  if (sink_pad == NULL)
    return GST_FLOW_NOT_LINKED;
  if (GST_PAD_IS_FLUSHING (src_pad) || GST_PAD_IS_FLUSHING (sink_pad))
    return GST_FLOW_FLUSHING;
  if (GST_PAD_IS_EOS (src_pad) || GST_PAD_IS_EOS (sink_pad))
    return GST_FLOW_EOS;
  return GST_FLOW_OK;
}

/* The last flow return of the source pads behind @sink_pad that is no success: a queue's thread meets a
 * refusal before its sink pad learns of it. */
static GstFlowReturn
look_behind (GstPad *sink_pad)
{
  g_autoptr (GstIterator) pads = gst_pad_iterate_internal_links (sink_pad);
  GstFlowReturn flow = GST_FLOW_OK;
  GValue item = G_VALUE_INIT;

  while (pads != NULL && flow == GST_FLOW_OK && gst_iterator_next (pads, &item) == GST_ITERATOR_OK) {
    GstPad *pad = g_value_get_object (&item);
    flow = gst_pad_get_last_flow_return (pad);
    if (flow == GST_FLOW_OK)
      flow = msnet_find_refusal (pad);
    g_value_reset (&item);
  }
  if (G_IS_VALUE (&item))
    g_value_unset (&item);
  return flow;
}

GstFlowReturn
msnet_find_refusal (GstPad *src_pad)
{
  g_autoptr (GstPad) sink_pad = gst_pad_get_peer (src_pad);
  GstFlowReturn flow = look_at_pads (src_pad, sink_pad);

  return flow == GST_FLOW_OK ? look_behind (sink_pad) : flow;
}
