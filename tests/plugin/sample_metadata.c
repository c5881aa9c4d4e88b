#include "sample_metadata.h"

MsnetResult
sample_result (guint64 index, const gchar *element, const gchar *label, GstClockTime end)
{
  static gdouble scores[] = { 0.9312, 0.0688 };
  static gchar *labels[] = { NULL, "still", NULL };

  labels[0] = (gchar *)label;
  return (MsnetResult){ .index = index,
    .element = (gchar *)element,
    .model = "motion",
    .label = (gchar *)label,
    .class_index = 1,
    .score = scores[0],
    .labels = labels,
    .scores = scores,
    .n_labels = 2,
    .start = end > GST_SECOND ? end - GST_SECOND : 0,
    .end = end,
    .stream_start = end > GST_SECOND ? end - GST_SECOND : 0,
    .stream_end = end,
    .frames = 8,
    .inference = 12 * GST_MSECOND,
    .hop = 250 * GST_MSECOND,
    .wall = GST_CLOCK_TIME_NONE };
}
