/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clip_end.h"

/* Inputs of an element: so many, and the last of them whose stream has @id. */
typedef struct
{
  const gchar *id;
  guint n;
  GstPad *found;
} Inputs;

static gboolean
look_at_input (const GValue *item, GValue *unused, gpointer data)
{
  Inputs *inputs = data;
  GstPad *input = g_value_get_object (item);
  g_autofree gchar *id = gst_pad_get_stream_id (input);

  inputs->n++;
  if (g_strcmp0 (id, inputs->id) == 0)
    gst_object_replace ((GstObject **)&inputs->found, GST_OBJECT (input));
  return TRUE;
}

/* @source_pad: of an element upstream, which may gain inputs at any time.  @n: (out): how many it has for
 * that pad
 *
 * Returns: (transfer full) (nullable): the last of them whose stream has @id */
static GstPad *
find_input (GstPad *source_pad, const gchar *id, guint *n)
{
  GstIterator *pads = gst_pad_iterate_internal_links (source_pad);
  Inputs inputs = { .id = id };

  while (pads != NULL && gst_iterator_fold (pads, look_at_input, NULL, &inputs) == GST_ITERATOR_RESYNC) {
    gst_iterator_resync (pads);
    gst_clear_object (&inputs.found);
    inputs.n = 0;
  }
  g_clear_pointer (&pads, gst_iterator_free);
  *n = inputs.n;
  return inputs.found;
}

/* An element that puts streams behind each other, or selects one of them, answers for any of them.
 *
 * Returns: (transfer full): the pad nearest to @sink_pad that has the stream for itself */
static GstPad *
find_own_pad (GstPad *sink_pad)
{
  g_autofree gchar *id = gst_pad_get_stream_id (sink_pad);
  GstPad *own = gst_object_ref (sink_pad), *pad = gst_object_ref (sink_pad);

  while (pad != NULL) {
    g_autoptr (GstPad) input = pad;
    g_autoptr (GstPad) source = gst_pad_get_peer (input);
    guint n;
    pad = source != NULL ? find_input (source, id, &n) : NULL;
    if (pad != NULL && n > 1)
      gst_object_replace ((GstObject **)&own, GST_OBJECT (pad));
  }
  return own;
}

/* Returns: PTS of the stream's end.  Sources that do not know their length may say that it is 0. */
static GstClockTime
find_duration (GstPad *sink_pad, const GstSegment *segment)
{
  g_autoptr (GstPad) pad = find_own_pad (sink_pad);
  gint64 duration;
  guint64 end;

  if (!gst_pad_peer_query_duration (pad, GST_FORMAT_TIME, &duration) || duration <= 0)
    return GST_CLOCK_TIME_NONE;
  if (gst_segment_position_from_stream_time_full (segment, GST_FORMAT_TIME, duration, &end) <= 0)
    return GST_CLOCK_TIME_NONE;
  return end;
}

GstClockTime
msnet_clip_find_end (GstPad *sink_pad, const GstSegment *segment)
{
  const GstClockTime end = find_duration (sink_pad, segment);

  return MIN (segment->stop, end);
}
