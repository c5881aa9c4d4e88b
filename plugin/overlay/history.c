/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "history.h"

struct _MsnetHistory
{
  GPtrArray *lanes;
  guint serial;
};

static void
span_clear (gpointer span)
{
  g_free (((MsnetLabelSpan *)span)->label);
}

static void
lane_free (gpointer data)
{
  MsnetLane *lane = data;

  g_array_unref (lane->spans);
  g_free (lane);
}

static MsnetLane *
lane_new (const MsnetResult *first)
{
  MsnetLane *lane = g_new0 (MsnetLane, 1);

  lane->element_id = first->element_id;
  lane->spans = g_array_new (FALSE, FALSE, sizeof (MsnetLabelSpan));
  g_array_set_clear_func (lane->spans, span_clear);
  return lane;
}

MsnetHistory *
msnet_history_new (void)
{
  MsnetHistory *history = g_new0 (MsnetHistory, 1);

  history->lanes = g_ptr_array_new_with_free_func (lane_free);
  return history;
}

void
msnet_history_free (MsnetHistory *history)
{
  if (history == NULL)
    return;
  g_ptr_array_unref (history->lanes);
  g_free (history);
}

static MsnetLane *
find_lane (MsnetHistory *history, guint64 element_id)
{
  for (guint i = 0; i < history->lanes->len; i++) {
    MsnetLane *lane = g_ptr_array_index (history->lanes, i);
    if (lane->element_id == element_id)
      return lane;
  }
  return NULL;
}

static void
lane_extend (MsnetLane *lane, const MsnetResult *result)
{
  guint n = lane->spans->len;
  MsnetLabelSpan *last = n > 0 ? &g_array_index (lane->spans, MsnetLabelSpan, n - 1) : NULL;
  MsnetLabelSpan span = { result->stream_start, result->stream_end, result->class_index, NULL };

  if (last != NULL)
    span.start = MAX (span.start, last->end);
  if (span.start >= span.end)
    return;
  if (last != NULL && span.start == last->end && span.class_index == last->class_index
      && g_str_equal (result->label, last->label)) {
    last->end = span.end;
    return;
  }
  span.label = g_strdup (result->label);
  g_array_append_val (lane->spans, span);
}

void
msnet_history_add (MsnetHistory *history, const MsnetResult *result)
{
  MsnetLane *lane = find_lane (history, result->element_id);

  if (!GST_CLOCK_TIME_IS_VALID (result->stream_start) || !GST_CLOCK_TIME_IS_VALID (result->stream_end)
      || (lane != NULL && result->index <= lane->index))
    return;
  if (lane == NULL) {
    lane = lane_new (result);
    g_ptr_array_add (history->lanes, lane);
  }
  lane->index = result->index;
  lane_extend (lane, result);
  history->serial++;
}

void
msnet_history_forget (MsnetHistory *history, GstClockTime time)
{
  for (guint i = 0; i < history->lanes->len; i++) {
    GArray *spans = ((MsnetLane *)g_ptr_array_index (history->lanes, i))->spans;
    guint n = 0;

    while (n < spans->len && g_array_index (spans, MsnetLabelSpan, n).end < time)
      n++;
    if (n > 0) {
      g_array_remove_range (spans, 0, n);
      history->serial++;
    }
  }
}

void
msnet_history_clear (MsnetHistory *history)
{
  g_ptr_array_set_size (history->lanes, 0);
  history->serial++;
}

gboolean
msnet_history_is_empty (MsnetHistory *history)
{
  for (guint i = 0; i < history->lanes->len; i++)
    if (((MsnetLane *)g_ptr_array_index (history->lanes, i))->spans->len > 0)
      return FALSE;
  return TRUE;
}

guint
msnet_history_get_n_lanes (MsnetHistory *history)
{
  return history->lanes->len;
}

const MsnetLane *
msnet_history_get_lane (MsnetHistory *history, guint n)
{
  return g_ptr_array_index (history->lanes, n);
}

guint
msnet_history_get_serial (MsnetHistory *history)
{
  return history->serial;
}
