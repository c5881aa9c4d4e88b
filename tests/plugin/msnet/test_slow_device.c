/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A device that is too slow for the end of a live stream, as on a board that computes a window in three
 * seconds: what the warning advises helps. */
#include "common/msnet_harness.h"
#include "fake_device.h"

#define DELAY (3 * (gulong)G_USEC_PER_SEC)
#define ADVICE "windows are dropped; a smaller model or a longer hop would keep up"

/* Streams 2.25 s of video and ends, all at once.  The model has 4 frames and a window of a second.
 * @delay: of a window; @hop: ns, 0: the model's own
 *
 * Returns: whether there was a warning, which then is the advice */
static gboolean
is_warned (gulong delay, guint64 hop)
{
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { NULL };
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) warning = NULL;

  gst_util_set_object_arg (G_OBJECT (element), "policy", "latest");
  g_object_set (element, "hop", hop, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  fake_device_set_delay (delay);
  msnet_harness_push (&harness, 0, 2000, 250);
  fail_unless (gst_harness_push_event (harness.harness, gst_event_new_eos ()));
  fake_device_set_delay (0);
  message = gst_bus_pop_filtered (harness.bus, GST_MESSAGE_WARNING);
  if (message == NULL)
    return FALSE;
  gst_message_parse_warning (message, &warning, NULL);
  fail_unless (strstr (warning->message, ADVICE) != NULL, "%s", warning->message);
  return TRUE;
}

GST_START_TEST (test_windows_that_are_dropped_are_told)
{
  fail_unless (is_warned (DELAY, 0));
}
GST_END_TEST;

GST_START_TEST (test_a_smaller_model_keeps_up)
{
  fail_unless (!is_warned (DELAY / 20, 0));
}
GST_END_TEST;

GST_START_TEST (test_a_longer_hop_keeps_up)
{
  fail_unless (!is_warned (DELAY, 4 * GST_SECOND));
}
GST_END_TEST;

static Suite *
msnet_slow_device_suite (void)
{
  Suite *suite = suite_create ("msnet_slow_device");
  TCase *tests = tcase_create ("slow device");

  fake_device_register_elements ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_windows_that_are_dropped_are_told);
  tcase_add_test (tests, test_a_smaller_model_keeps_up);
  tcase_add_test (tests, test_a_longer_hop_keeps_up);
  return suite;
}

GST_CHECK_MAIN (msnet_slow_device)
