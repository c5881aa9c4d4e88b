/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "action_watch.h"

#define LEVEL_AT 8 /* which byte of a frame is its level */

static void
add_word (Watch *watch, const gchar *word)
{
  g_string_append_printf (watch->log, "%s%s", watch->log->len ? " " : "", word);
}

static void
add_action (Watch *watch, const GstStructure *structure, const gchar *mark)
{
  g_auto (MsnetAction) action = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);

  if (!msnet_action_read (&action, structure))
    return;
  g_string_append_printf (text, "%s%s(%d %" G_GUINT64_FORMAT, action.ended ? "end" : "begin", mark,
      action.class_index, action.start / GST_MSECOND);
  if (action.ended)
    g_string_append_printf (text, "-%" G_GUINT64_FORMAT, action.end / GST_MSECOND);
  g_string_append_c (text, ')');
  add_word (watch, text->str);
}

static void
add_buffer (Watch *watch, GstBuffer *buffer)
{
  gpointer state = NULL;
  gboolean told = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME) != NULL;
  g_autofree gchar *text
      = g_strdup_printf ("%" G_GUINT64_FORMAT "%s", GST_BUFFER_PTS (buffer) / GST_MSECOND, told ? "*" : "");

  add_word (watch, text);
}

static GstPadProbeReturn
see_data (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Watch *watch = data;
  GstEvent *event;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER) {
    add_buffer (watch, GST_PAD_PROBE_INFO_BUFFER (info));
    return GST_PAD_PROBE_OK;
  }
  event = GST_PAD_PROBE_INFO_EVENT (info);
  if (GST_EVENT_TYPE (event) != GST_EVENT_CUSTOM_DOWNSTREAM)
    add_word (watch, GST_EVENT_TYPE_NAME (event));
  else if (gst_event_has_name (event, MSNET_RESULT_NAME))
    add_word (watch, "result");
  else
    add_action (watch, gst_event_get_structure (event), "");
  return GST_PAD_PROBE_OK;
}

static GstBusSyncReply
see_message (GstBus *bus, GstMessage *message, gpointer data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
    add_action (data, gst_message_get_structure (message), "!");
  return GST_BUS_PASS;
}

Watch *
watch_new (GstElement *element)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->log = g_string_new (NULL);
  watch->harness = msnet_harness_new (element, SMALL_CAPS);
  watch->pad = gst_element_get_static_pad (element, "src");
  watch->probe = gst_pad_add_probe (
      watch->pad, GST_PAD_PROBE_TYPE_DATA_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH, see_data, watch, NULL);
  gst_bus_set_sync_handler (watch->harness.bus, see_message, watch, NULL);
  return watch;
}

void
watch_free (Watch *watch)
{
  gst_pad_remove_probe (watch->pad, watch->probe);
  gst_bus_set_sync_handler (watch->harness.bus, NULL, NULL, NULL);
  msnet_harness_clear (&watch->harness);
  gst_object_unref (watch->pad);
  g_string_free (watch->log, TRUE);
  g_free (watch);
}

GstElement *
watch_make_element (void)
{
  GstElement *element = msnet_test_element ();

  g_object_set (element, "hop", 250 * GST_MSECOND, "smoothing", G_GUINT64_CONSTANT (0), NULL);
  return element;
}

void
watch_push (Watch *watch, guint pts, gdouble level)
{
  GstBuffer *buffer = msnet_harness_make_frame (&watch->harness, pts * GST_MSECOND, 250 * GST_MSECOND);
  guint8 byte = level * 255 + 0.5;

  gst_buffer_fill (buffer, LEVEL_AT, &byte, 1);
  fail_unless_equals_int (gst_harness_push (watch->harness.harness, buffer), GST_FLOW_OK);
}

void
watch_push_begin (Watch *watch, guint from)
{
  for (guint i = 0; i < 3; i++)
    watch_push (watch, from + i * 250, 0);
  watch_push (watch, from + 750, 0.9);
}

void
watch_push_event (Watch *watch, GstEvent *event)
{
  fail_unless (gst_harness_push_event (watch->harness.harness, event));
}

void
watch_expect (Watch *watch, const gchar *expected)
{
  fail_unless_equals_string (watch->log->str, expected);
  g_string_truncate (watch->log, 0);
}
