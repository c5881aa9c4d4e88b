/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "events.h"

static gboolean
accept_segment (MsnetStream *stream, GstEvent *event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  return msnet_stream_set_segment (stream, segment);
}

gboolean
msnet_events_look (GstEvent *event, MsnetStream *stream, MsnetShared *shared)
{
  const gchar *id;
  GstTagList *tags;

  if (GST_EVENT_IS_SERIALIZED (event))
    msnet_shared_update (shared, &stream->reporting);
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
    gst_event_parse_stream_start (event, &id);
    msnet_stream_set_id (stream, id);
    return TRUE;
  case GST_EVENT_SEGMENT:
    return accept_segment (stream, event);
  case GST_EVENT_FLUSH_START:
    msnet_shared_interrupt (shared, TRUE);
    return TRUE;
  case GST_EVENT_FLUSH_STOP:
    msnet_shared_interrupt (shared, FALSE);
    msnet_stream_reset (stream, "flush");
    return TRUE;
  case GST_EVENT_TAG:
    gst_event_parse_tag (event, &tags);
    msnet_stream_set_tags (stream, tags);
    return TRUE;
  case GST_EVENT_SEGMENT_DONE: /* a loop by segment seeks: the next segment is another pass */
  case GST_EVENT_EOS:
    msnet_stream_finish (stream);
    msnet_stream_push_delayed (stream);
    return TRUE;
  default:
    return TRUE;
  }
}
