#include "news.h"

#include "line.h"

static void
add_camera (GString *line, const MsnetMotion *motion)
{
  msnet_json_line_open (line, "motion");
  msnet_json_line_add_score (line, "pan", motion->pan);
  msnet_json_line_add_score (line, "tilt", motion->tilt);
  msnet_json_line_add_score (line, "zoom", motion->zoom);
  msnet_json_line_add_score (line, "roll", motion->roll);
  msnet_json_line_add_score (line, "agreement", motion->agreement);
  msnet_json_line_close (line);
}

gchar *
msnet_json_news_from_result (const MsnetResult *result, const MsnetMotion *motion, gboolean measured)
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
  if (motion)
    add_camera (line, motion);
  if (measured)
    msnet_json_line_add_seconds (line, "inference", result->inference);
  if (measured && GST_CLOCK_TIME_IS_VALID (result->wall))
    msnet_json_line_add_wall_clock (line, "wall", result->wall);
  return msnet_json_line_finish (line);
}

gchar *
msnet_json_news_from_action (const GstStructure *structure)
{
  g_auto (MsnetAction) action = { 0 };
  GString *line;

  if (!msnet_action_read (&action, structure))
    return NULL;
  line = msnet_json_line_new (action.ended ? "action-end" : "action-begin");
  msnet_json_line_add_string (line, "element", action.element);
  msnet_json_line_add_string (line, "label", action.label);
  msnet_json_line_add_integer (line, "class", action.class_index);
  msnet_json_line_add_score (line, "score", action.score);
  msnet_json_line_add_seconds (line, "start", action.start);
  msnet_json_line_add_seconds (line, "stream-start", action.stream_start);
  if (action.ended) {
    msnet_json_line_add_seconds (line, "end", action.end);
    msnet_json_line_add_seconds (line, "stream-end", action.stream_end);
  }
  return msnet_json_line_finish (line);
}
