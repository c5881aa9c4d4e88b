/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that fork: a daemon that goes into the background after its pipeline is READY, a server with a
 * process a camera, Python's multiprocessing.  The driver's threads stay in the parent. */
#include "common/msnet_harness.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIPPED 77
#define SECONDS 60 /* a child that takes longer hangs */

typedef void (*ChildFunc) (MsnetHarness *harness);

/* Runs @child in a process of its own.  Returns: its exit status; what it asserts fails the test */
static gint
run_child (ChildFunc child, MsnetHarness *harness)
{
  pid_t id = fork ();
  gint status = -1;

  if (id == 0) {
    signal (SIGALRM, SIG_DFL);
    alarm (SECONDS);
    child (harness);
    _exit (EXIT_SUCCESS);
  }
  fail_unless_equals_int (waitpid (id, &status, 0), id);
  fail_unless (!WIFSIGNALED (status) || WTERMSIG (status) != SIGALRM, "the child hangs");
  fail_unless (WIFEXITED (status), "the child ended with signal %d", WTERMSIG (status));
  return WEXITSTATUS (status);
}

static void
expect_child_to_succeed (ChildFunc child, MsnetHarness *harness)
{
  fail_unless_equals_int (run_child (child, harness), EXIT_SUCCESS);
}

/* GStreamer's checks would only note a failure, in a process that nobody asks. */
static void
require (gboolean condition, const gchar *what)
{
  if (condition)
    return;
  g_printerr ("in the child: %s\n", what);
  _exit (EXIT_FAILURE);
}

static void
require_error (GstBus *bus)
{
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  require (message != NULL, "no error is posted");
  gst_message_parse_error (message, &error, NULL);
  require (strstr (error->message, "forked after OpenCL was opened") != NULL, error->message);
  require (strstr (error->message, "only after the fork") != NULL, error->message);
}

static GstElement *
element_with_bus (GstBus *bus)
{
  GstElement *element = gst_object_ref_sink (msnet_test_element ());

  gst_element_set_bus (element, bus);
  return element;
}

static void
recognize (MsnetHarness *unused)
{
  GstElement *element = gst_object_ref_sink (msnet_test_element ());
  g_autofree gchar *text = NULL;
  MsnetHarness harness;

  if (gst_element_set_state (element, GST_STATE_READY) != GST_STATE_CHANGE_SUCCESS)
    _exit (SKIPPED);
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 750, 250);
  text = msnet_harness_describe (&harness);
  require (g_str_equal (text, "0 250 500 750(0:0-750)"), text);
  msnet_harness_clear (&harness);
}

/* What the message asks for.  The first test: nothing was opened yet in this process. */
GST_START_TEST (test_opened_after_the_fork)
{
  gint status = run_child (recognize, NULL);

  if (status == SKIPPED)
    exit (SKIPPED);
  fail_unless_equals_int (status, EXIT_SUCCESS);
  /* One child after the other, as servers do. */
  expect_child_to_succeed (recognize, NULL);
}
GST_END_TEST;

static void
go_on_from_ready (MsnetHarness *harness)
{
  require (
      gst_element_set_state (harness->element, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE, "PAUSED works");
  require_error (harness->bus);
  require (
      gst_element_set_state (harness->element, GST_STATE_NULL) == GST_STATE_CHANGE_SUCCESS, "NULL fails");
  require (
      gst_element_set_state (harness->element, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE, "READY works");
  require_error (harness->bus);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (harness->element);
}

/* daemon (3) between READY and PLAYING. */
GST_START_TEST (test_opened_before_the_fork)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstElement) element = element_with_bus (bus);
  MsnetHarness harness = { NULL, element, bus };

  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  expect_child_to_succeed (go_on_from_ready, &harness);
  /* The parent does not notice. */
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
}
GST_END_TEST;

static void
drop_ready (MsnetHarness *harness)
{
  gst_element_set_state (harness->element, GST_STATE_NULL);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (harness->element);
}

/* A child that has no use for it and cleans up. */
GST_START_TEST (test_torn_down_in_the_child)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstElement) element = element_with_bus (bus);
  MsnetHarness harness = { NULL, element, bus };

  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  expect_child_to_succeed (drop_ready, &harness);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  expect_child_to_succeed (drop_ready, &harness);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
}
GST_END_TEST;

static void
open_another (MsnetHarness *unused)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstElement *element = element_with_bus (bus);

  require (gst_element_set_state (element, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE, "READY works");
  require_error (bus);
  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
}

/* A worker process makes a pipeline of its own, where the parent once looked at another: the driver is as
 * dead. */
GST_START_TEST (test_another_element_in_the_child)
{
  GstElement *element = gst_object_ref_sink (msnet_test_element ());

  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
  expect_child_to_succeed (open_another, NULL);
}
GST_END_TEST;

static void
push_frames (MsnetHarness *harness)
{
  GstSegment segment;

  require (gst_harness_push (
               harness->harness, msnet_harness_make_frame (harness, 250 * GST_MSECOND, 250 * GST_MSECOND))
               == GST_FLOW_ERROR,
      "a frame passes");
  require_error (harness->bus);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness->harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness->harness, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (harness->harness, gst_event_new_segment (&segment));
  gst_harness_push_event (harness->harness, gst_event_new_eos ());
  msnet_harness_clear (harness);
}

/* A program that forks in its streaming thread, as from a pad probe. */
GST_START_TEST (test_frames_in_the_child)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;

  msnet_harness_push (&harness, 0, 0, 250);
  expect_child_to_succeed (push_frames, &harness);
  msnet_harness_push (&harness, 250, 750, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

static void
take_other_caps (MsnetHarness *harness)
{
  gst_harness_set_src_caps_str (
      harness->harness, "video/x-raw, format = I420, width = 80, height = 48, framerate = 10/1");
  require (gst_harness_push (
               harness->harness, msnet_harness_make_frame (harness, 250 * GST_MSECOND, 250 * GST_MSECOND))
               == GST_FLOW_ERROR,
      "a frame passes");
  require_error (harness->bus);
  msnet_harness_clear (harness);
}

/* The open window would wait for a worker that is not in this process. */
static void
end_stream (MsnetHarness *harness)
{
  require (gst_harness_push_event (harness->harness, gst_event_new_eos ()), "EOS does not pass");
  msnet_harness_clear (harness);
}

/* A pipeline that has its caps, and frames, when it is forked: it is taken down at once, or other caps come,
 * or the end. */
GST_START_TEST (test_running_before_the_fork)
{
  g_auto (MsnetHarness) harness = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autofree gchar *text = NULL;

  expect_child_to_succeed (msnet_harness_clear, &harness);
  expect_child_to_succeed (take_other_caps, &harness);
  msnet_harness_push (&harness, 0, 250, 250);
  expect_child_to_succeed (msnet_harness_clear, &harness);
  expect_child_to_succeed (take_other_caps, &harness);
  expect_child_to_succeed (end_stream, &harness);
  msnet_harness_push (&harness, 500, 750, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750)");
}
GST_END_TEST;

static Suite *
msnet_fork_suite (void)
{
  Suite *suite = suite_create ("msnet_fork");
  TCase *tests = tcase_create ("fork");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_opened_after_the_fork);
  tcase_add_test (tests, test_opened_before_the_fork);
  tcase_add_test (tests, test_torn_down_in_the_child);
  tcase_add_test (tests, test_another_element_in_the_child);
  tcase_add_test (tests, test_frames_in_the_child);
  tcase_add_test (tests, test_running_before_the_fork);
  return suite;
}

GST_CHECK_MAIN (msnet_fork)
