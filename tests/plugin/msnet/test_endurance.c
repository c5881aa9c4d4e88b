/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* States again and again: what `msnet` takes it gives back.
 *
 * With MSNET_TEST_LONG ten times as many rounds. */
#include "common/msnet_harness.h"
#include "fake_device.h"

#include <stdlib.h>
#include <string.h>

#define WARM_UP 60 /* rounds before memory is measured: caches of GLib and of the driver fill */

static guint
count_rounds (guint usual)
{
  return g_getenv ("MSNET_TEST_LONG") != NULL ? 10 * usual : usual;
}

static guint
count_entries (const gchar *folder)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

/* Resident memory in KiB. */
static guint
get_memory (void)
{
  g_autofree gchar *text = NULL;
  gchar *line;

  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  line = strstr (text, "VmRSS:");
  return atoi (line + strlen ("VmRSS:"));
}

/* What the harness received and would keep. */
static void
drain (MsnetHarness *harness)
{
  while (gst_harness_buffers_in_queue (harness->harness) > 0)
    gst_buffer_unref (gst_harness_pull (harness->harness));
  while (gst_harness_events_in_queue (harness->harness) > 0)
    gst_event_unref (gst_harness_pull_event (harness->harness));
  gst_bus_set_flushing (harness->bus, TRUE);
  gst_bus_set_flushing (harness->bus, FALSE);
}

/* Goes to @low and back to PLAYING, with a second of video in each round. */
static void
go_round (GstState low)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  guint rounds = count_rounds (100), threads = 0, files = 0, memory = 0;

  for (guint i = 0; i < rounds + WARM_UP; i++) {
    if (i == WARM_UP) {
      threads = count_entries ("/proc/self/task");
      files = count_entries ("/proc/self/fd");
      memory = get_memory ();
    }
    fail_unless (gst_element_set_state (harness.element, low) != GST_STATE_CHANGE_FAILURE);
    fail_unless (gst_element_set_state (harness.element, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
    gst_harness_set_src_caps_str (harness.harness, SMALL_CAPS);
    msnet_harness_push (&harness, 0, 1000, 250);
    drain (&harness);
  }
  fail_unless_equals_int (count_entries ("/proc/self/task"), threads);
  fail_unless_equals_int (count_entries ("/proc/self/fd"), files);
  /* Less than half a KiB a round: allocators keep some, a leak of one event would be more. */
  fail_unless (get_memory () < memory + rounds / 2 + 512, "%u KiB, then %u", memory, get_memory ());
}

GST_START_TEST (test_null_and_back)
{
  go_round (GST_STATE_NULL);
}
GST_END_TEST;

GST_START_TEST (test_ready_and_back)
{
  go_round (GST_STATE_READY);
}
GST_END_TEST;

static Suite *
msnet_endurance_suite (void)
{
  Suite *suite = suite_create ("msnet_endurance");
  TCase *tests = tcase_create ("endurance");

  fake_device_register_elements ();
  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_set_timeout (tests, 600);
  tcase_add_test (tests, test_null_and_back);
  tcase_add_test (tests, test_ready_and_back);
  return suite;
}

GST_CHECK_MAIN (msnet_endurance);
