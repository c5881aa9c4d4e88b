/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "msnet_harness.h"

#include <stdlib.h>

gchar *
msnet_test_model (const gchar *name)
{
  g_autofree gchar *file = g_strconcat (name, ".safetensors", NULL);

  return g_build_filename (g_getenv ("MSNET_TEST_MODELS"), file, NULL);
}

GstElement *
msnet_test_element (void)
{
  GstElement *element = gst_element_factory_make ("msnet", "msnet");
  g_autofree gchar *model = msnet_test_model ("tiny-four");

  fail_unless (element != NULL);
  g_object_set (element, "model", model, NULL);
  return element;
}

void
msnet_test_require_device (void)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autoptr (GstElement) element = gst_object_ref_sink (gst_element_factory_make ("msnet", NULL));
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (element, "model", model, NULL);
  gst_element_set_bus (element, bus);
  if (gst_element_set_state (element, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE) {
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    gst_message_parse_error (message, &error, NULL);
    g_printerr ("skipped: %s\n", error->message);
    exit (77);
  }
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
}

MsnetHarness
msnet_harness_new (GstElement *element, const gchar *caps)
{
  MsnetHarness result = { .element = gst_object_ref_sink (element), .bus = gst_bus_new () };

  gst_element_set_bus (element, result.bus);
  result.harness = gst_harness_new_with_element (element, "sink", "src");
  gst_harness_set_live (result.harness, FALSE);
  if (caps != NULL)
    gst_harness_set_src_caps_str (result.harness, caps);
  return result;
}

void
msnet_harness_clear (MsnetHarness *harness)
{
  gst_harness_teardown (harness->harness);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (harness->element);
  gst_object_unref (harness->bus);
}

static GstPadProbeReturn
answer_duration (GstPad *pad, GstPadProbeInfo *info, gpointer duration)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_DURATION)
    return GST_PAD_PROBE_OK;
  gst_query_set_duration (query, GST_FORMAT_TIME, *(GstClockTime *)duration);
  return GST_PAD_PROBE_HANDLED;
}

void
msnet_harness_set_duration (MsnetHarness *harness, GstClockTime duration)
{
  gst_pad_add_probe (harness->harness->srcpad, GST_PAD_PROBE_TYPE_QUERY_UPSTREAM | GST_PAD_PROBE_TYPE_PUSH,
      answer_duration, g_memdup2 (&duration, sizeof duration), g_free);
}

GstBuffer *
msnet_harness_make_frame (MsnetHarness *harness, GstClockTime pts, GstClockTime duration)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->harness->srcpad);
  g_autoptr (GRand) random = g_rand_new_with_seed (pts / GST_MSECOND);
  GstVideoInfo info;
  GstBuffer *buffer;
  GstMapInfo map;

  fail_unless (gst_video_info_from_caps (&info, caps));
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = g_rand_int_range (random, 0, 256);
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  return buffer;
}

void
msnet_harness_push (MsnetHarness *harness, guint from, guint to, guint step)
{
  for (guint pts = from; pts <= to; pts += step)
    fail_unless_equals_int (gst_harness_push (harness->harness,
                                msnet_harness_make_frame (harness, pts * GST_MSECOND, step * GST_MSECOND)),
        GST_FLOW_OK);
}

static void
describe_result (GString *text, const GstStructure *structure)
{
  g_auto (MsnetResult) result = { 0 };

  fail_unless (msnet_result_read (&result, structure));
  g_string_append_printf (text, "(%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT,
      result.index, result.start / GST_MSECOND, result.end / GST_MSECOND);
  if (result.gaps)
    g_string_append_printf (text, " %dg", result.gaps);
  if (result.age)
    g_string_append_printf (text, " +%" G_GUINT64_FORMAT, result.age / GST_MSECOND);
  g_string_append (text, result.partial ? " p)" : ")");
}

gchar *
msnet_harness_describe (MsnetHarness *harness)
{
  GString *text = g_string_new (NULL);
  GstBuffer *buffer;
  GstEvent *event;

  while ((buffer = gst_harness_try_pull (harness->harness)) != NULL) {
    gpointer state = NULL;
    const GstStructure *structure;
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, text->len ? " " : "",
        (gint64)GST_BUFFER_PTS (buffer) / (gint64)GST_MSECOND);
    while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)) != NULL)
      describe_result (text, structure);
    gst_buffer_unref (buffer);
  }
  while ((event = gst_harness_try_pull_event (harness->harness)) != NULL) {
    if (gst_event_has_name (event, MSNET_RESULT_NAME)) {
      g_string_append (text, " event");
      describe_result (text, gst_event_get_structure (event));
    }
    if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
      g_string_append (text, " eos");
    gst_event_unref (event);
  }
  return g_string_free (text, FALSE);
}

void
msnet_harness_assert (MsnetHarness *harness, const gchar *expected)
{
  g_autofree gchar *found = msnet_harness_describe (harness);

  fail_unless_equals_string (found, expected);
}

GstMessage *
msnet_harness_pop (MsnetHarness *harness, GstMessageType types)
{
  return gst_bus_pop_filtered (harness->bus, types);
}

void
msnet_harness_expect (MsnetHarness *harness, GstMessageType type, const gchar *part)
{
  g_autoptr (GstMessage) message = msnet_harness_pop (harness, type);
  g_autoptr (GError) error = NULL;

  fail_unless (message != NULL, "no message about \"%s\"", part);
  if (type == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else if (type == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  else
    gst_message_parse_info (message, &error, NULL);
  fail_unless (g_utf8_validate (error->message, -1, NULL), "not UTF-8: %s", error->message);
  fail_unless (strstr (error->message, part) != NULL, "\"%s\" is not in \"%s\"", part, error->message);
}

gchar *
msnet_harness_find_advice (MsnetHarness *harness, const gchar *part)
{
  g_autoptr (GstMessage) message = msnet_harness_pop (harness, GST_MESSAGE_WARNING);
  g_autoptr (GError) warning = NULL;
  g_auto (GStrv) quoted = NULL;

  fail_unless (message != NULL, "no warning about \"%s\"", part);
  gst_message_parse_warning (message, &warning, NULL);
  fail_unless (strstr (warning->message, part) != NULL, "\"%s\" is not in \"%s\"", part, warning->message);
  fail_if (msnet_harness_pop (harness, GST_MESSAGE_WARNING));
  quoted = g_strsplit (warning->message, "\"", -1);
  fail_unless (g_strv_length (quoted) == 3, "no advice in \"%s\"", warning->message);
  return g_strdup (quoted[1]);
}
