/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "walk_text.h"

void
walk_text_add_time (GString *text, GstClockTime time)
{
  if (GST_CLOCK_TIME_IS_VALID (time))
    g_string_append_printf (text, "%" G_GUINT64_FORMAT, time);
  else
    g_string_append (text, "-");
}

static void
add_result (GString *text, const GstStructure *structure)
{
  g_auto (MsnetResult) r = { 0 };

  if (!msnet_result_read (&r, structure))
    g_error ("not a result");
  g_string_append_printf (text,
      " %" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%d,%d,%d,%" G_GUINT64_FORMAT
      ",%" G_GUINT64_FORMAT,
      r.index, r.start, r.end, r.frames, r.gaps, r.partial, r.age, r.skipped);
}

static void
add_motion (GString *text, const GstStructure *structure)
{
  g_auto (MsnetMotion) motion = { 0 };

  if (!msnet_motion_read (&motion, structure))
    g_error ("not a motion");
  g_string_append_printf (text, " motion:%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT,
      motion.index, motion.start, motion.end);
}

static void
add_action (GString *text, const gchar *kind, const GstStructure *structure)
{
  g_auto (MsnetAction) action = { 0 };

  if (!msnet_action_read (&action, structure))
    g_error ("not an action");
  g_string_append_printf (text, "%s %s,%d,%" G_GUINT64_FORMAT, kind, action.ended ? "end" : "begin",
      action.class_index, action.start);
  if (action.ended)
    g_string_append_printf (text, ",%" G_GUINT64_FORMAT, action.end);
  g_string_append (text, "\n");
}

static gboolean
is_action (const GstStructure *structure)
{
  return gst_structure_has_name (structure, MSNET_ACTION_BEGIN_NAME)
         || gst_structure_has_name (structure, MSNET_ACTION_END_NAME);
}

/* An event, or a message. */
static void
add_structure (GString *text, const gchar *kind, const gchar *action_kind, const GstStructure *structure)
{
  if (is_action (structure))
    add_action (text, action_kind, structure);
  else if (gst_structure_has_name (structure, MSNET_RESULT_NAME)) {
    g_string_append (text, kind);
    add_result (text, structure);
    g_string_append (text, "\n");
  }
}

void
walk_text_add_buffer (GString *text, guint64 number, GstBuffer *buffer)
{
  const GstStructure *structure;
  gpointer results = NULL, motions = NULL;

  g_string_append_printf (text, "buffer %" G_GUINT64_FORMAT " ", number);
  walk_text_add_time (text, GST_BUFFER_PTS (buffer));
  while ((structure = msnet_meta_iterate (buffer, &results, MSNET_RESULT_META_NAME)) != NULL)
    add_result (text, structure);
  while ((structure = msnet_meta_iterate (buffer, &motions, MSNET_MOTION_META_NAME)) != NULL)
    add_motion (text, structure);
  g_string_append (text, "\n");
}

void
walk_text_add_event (GString *text, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    g_string_append (text, "eos\n");
  if (GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM)
    add_structure (text, "event", "event-action", gst_event_get_structure (event));
}

void
walk_text_add_message (GString *text, GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  guint64 timestamp;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, &debug);
    if (debug != NULL)
      g_strdelimit (debug, "\n", ' ');
    g_string_append_printf (text, "error %s (%s)\n", error->message, debug);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_QOS) {
    gst_message_parse_qos (message, NULL, NULL, NULL, &timestamp, NULL);
    g_string_append_printf (text, "qos %" G_GUINT64_FORMAT "\n", timestamp);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
    add_structure (text, "message", "told-action", gst_message_get_structure (message));
}

void
walk_text_add_stats (GString *text, GstElement *element)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 windows, skipped, gaps;

  g_object_get (element, "stats", &stats, NULL);
  if (!gst_structure_get (stats, "windows", G_TYPE_UINT64, &windows, "skipped", G_TYPE_UINT64, &skipped,
          "gaps", G_TYPE_UINT64, &gaps, NULL))
    g_error ("no stats");
  g_string_append_printf (text, "stats %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
      windows, skipped, gaps);
}
