#include "json_news.h"

#include "json_line.h"

gchar *
msnet_json_news_from_result (const MsnetResult *result, gboolean measured)
{
  GString *line = msnet_json_line_new ("result");

  msnet_json_line_add_integer (line, "index", result->index);
  msnet_json_line_add_string (line, "element", result->element);
  msnet_json_line_add_string (line, "model", result->model);
  msnet_json_line_add_string (line, "label", result->label);
  msnet_json_line_add_integer (line, "class", result->class_index);
  msnet_json_line_add_score (line, "score", result->score);
  msnet_json_line_add_strings (line, "labels", result->labels, result->n_labels);
  msnet_json_line_add_scores (line, "scores", result->scores, result->n_labels);
  msnet_json_line_add_seconds (line, "start", result->start);
  msnet_json_line_add_seconds (line, "end", result->end);
  msnet_json_line_add_seconds (line, "stream-start", result->stream_start);
  msnet_json_line_add_seconds (line, "stream-end", result->stream_end);
  msnet_json_line_add_integer (line, "frames", result->frames);
  msnet_json_line_add_integer (line, "gaps", result->gaps);
  msnet_json_line_add_boolean (line, "partial", result->partial);
  msnet_json_line_add_integer (line, "skipped", result->skipped);
  if (measured)
    msnet_json_line_add_seconds (line, "inference", result->inference);
  if (measured && GST_CLOCK_TIME_IS_VALID (result->wall))
    msnet_json_line_add_wall_clock (line, "wall", result->wall);
  return msnet_json_line_finish (line);
}

gchar *
msnet_json_news_from_action (const GstStructure *structure)
{
  gboolean ended = gst_structure_has_name (structure, MSNET_ACTION_END_NAME);
  g_autofree gchar *element = NULL;
  g_autofree gchar *label = NULL;
  gint class_index;
  gdouble score;
  GstClockTime start, stream_start, end, stream_end;
  GString *line;

  if (!ended && !gst_structure_has_name (structure, MSNET_ACTION_BEGIN_NAME))
    return NULL;
  if (!gst_structure_get (structure, "element", G_TYPE_STRING, &element, "label", G_TYPE_STRING, &label,
          "class", G_TYPE_INT, &class_index, "score", G_TYPE_DOUBLE, &score, "start", G_TYPE_UINT64, &start,
          "stream-start", G_TYPE_UINT64, &stream_start, NULL))
    return NULL;
  if (ended
      && !gst_structure_get (
          structure, "end", G_TYPE_UINT64, &end, "stream-end", G_TYPE_UINT64, &stream_end, NULL))
    return NULL;

  line = msnet_json_line_new (ended ? "action-end" : "action-begin");
  msnet_json_line_add_string (line, "element", element);
  msnet_json_line_add_string (line, "label", label);
  msnet_json_line_add_integer (line, "class", class_index);
  msnet_json_line_add_score (line, "score", score);
  msnet_json_line_add_seconds (line, "start", start);
  msnet_json_line_add_seconds (line, "stream-start", stream_start);
  if (ended) {
    msnet_json_line_add_seconds (line, "end", end);
    msnet_json_line_add_seconds (line, "stream-end", stream_end);
  }
  return msnet_json_line_finish (line);
}
