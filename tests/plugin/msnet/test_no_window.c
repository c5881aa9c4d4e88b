/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams that give no window: `msnet` says so once, and what it says is a cure.
 *
 * The window is one second of four points, at 0, 250, 500 and 750 ms. */
#include "common/msnet_harness.h"

static MsnetHarness
default_harness (void)
{
  return msnet_harness_new (msnet_test_element (), SMALL_CAPS);
}

/* What an upstream sends that no window comes of. */
typedef void (*Feed) (MsnetHarness *harness);

#define N_FRAMES 40

static void
push_frame (MsnetHarness *harness, GstClockTime pts)
{
  GstBuffer *buffer = msnet_harness_make_frame (harness, pts, 100 * GST_MSECOND);

  fail_unless_equals_int (gst_harness_push (harness->harness, buffer), GST_FLOW_OK);
}

static void
push_segment (MsnetHarness *harness, GstClockTime start, GstClockTime stop, GstClockTime base)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = start;
  segment.stop = stop;
  segment.base = base;
  fail_unless (gst_harness_push_event (harness->harness, gst_event_new_segment (&segment)));
}

/* An application that numbers none of its frames. */
static void
feed_standing (MsnetHarness *harness)
{
  for (guint i = 0; i < N_FRAMES; i++)
    push_frame (harness, 0);
}

/* A file that is played over and over behind one segment. */
static void
feed_in_circles (MsnetHarness *harness)
{
  for (guint i = 0; i < N_FRAMES; i++)
    push_frame (harness, i % 5 * 100 * GST_MSECOND);
}

/* A source that counts from its own start, behind a segment that begins at the time of day. */
static void
feed_outside (MsnetHarness *harness)
{
  push_segment (harness, 3600 * GST_SECOND, GST_CLOCK_TIME_NONE, 0);
  for (guint i = 0; i < N_FRAMES; i++)
    push_frame (harness, i * 100 * GST_MSECOND);
}

/* A decoder that times its first frame only, in a segment that is over by then. */
static void
feed_untimed_outside (MsnetHarness *harness)
{
  push_segment (harness, 0, 100 * GST_MSECOND, 0);
  for (guint i = 0; i < N_FRAMES; i++)
    push_frame (harness, i == 0 ? 0 : GST_CLOCK_TIME_NONE);
}

/* A camera that chooses its size by the bandwidth, a dump of pictures that are not of one size. */
static void
feed_sizes (MsnetHarness *harness)
{
  const gchar *caps[]
      = { SMALL_CAPS, "video/x-raw, format = I420, width = 80, height = 48, framerate = 10/1" };

  for (guint i = 0; i < N_FRAMES; i++) {
    gst_harness_set_src_caps_str (harness->harness, caps[i % 2]);
    push_frame (harness, i * 100 * GST_MSECOND);
  }
}

/* An application that sends a segment with each sample. */
static void
feed_segments (MsnetHarness *harness)
{
  for (guint i = 0; i < N_FRAMES; i++) {
    push_segment (harness, 0, GST_CLOCK_TIME_NONE, i * 100 * GST_MSECOND);
    push_frame (harness, 0);
  }
}

/* The same with @advice before `msnet`. */
static void
check_cured (const gchar *advice, Feed feed)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *description = g_strdup_printf ("%s ! msnet model=\"%s\"", advice, model);
  GstElement *bin = gst_parse_bin_from_description (description, TRUE, &error);
  g_auto (MsnetHarness) harness = { 0 };

  fail_unless (bin != NULL, "\"%s\": %s", description, error ? error->message : "");
  harness = msnet_harness_new (bin, SMALL_CAPS);
  feed (&harness);
  text = msnet_harness_describe (&harness);
  fail_unless (strstr (text, "(3:3000-3800)") != NULL, "%s", text);
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_WARNING));
}

static const struct
{
  Feed feed;
  const gchar *message;
} cures[] = {
  { feed_standing, "have the same timestamp" },
  { feed_in_circles, "go back again and again" },
  { feed_outside, "25 buffers in a row have timestamps outside of their segment, now 0:00:02.4" },
  { feed_untimed_outside, "25 buffers in a row have timestamps outside of their segment, now 0:00:00.1" },
  { feed_sizes, "The picture changes again and again, now to I420 of 80x48" },
  { feed_segments, "Another segment comes again and again" },
};

/* What cannot give a window says so, once, and what it says is a cure. */
GST_START_TEST (test_no_window_and_its_cure)
{
  g_auto (MsnetHarness) harness = default_harness ();
  g_autofree gchar *advice = NULL;
  g_autofree gchar *text = NULL;

  cures[__i__].feed (&harness);
  text = msnet_harness_describe (&harness);
  fail_unless (strchr (text, '(') == NULL, "%s", text);
  advice = msnet_harness_find_advice (&harness, cures[__i__].message);
  check_cured (advice, cures[__i__].feed);
}
GST_END_TEST;

/* Two jumps back and a hole, then a stream that goes on: nothing that comes again and again. */
GST_START_TEST (test_some_of_each_is_no_habit)
{
  g_auto (MsnetHarness) harness = default_harness ();
  const guint times[] = { 500, 0, 500, 0, 2000, 2250, 2500, 2750 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    push_frame (&harness, times[i] * GST_MSECOND);
  msnet_harness_assert (&harness, "500 0 500 0 2000 2250 2500 2750(0:2000-2750)");
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_WARNING));
}
GST_END_TEST;

/* A camera that is switched to one picture every eight seconds after a pause: the pause is not how far apart
 * its pictures come. */
GST_START_TEST (test_a_pause_is_not_how_far_apart_frames_come)
{
  g_auto (MsnetHarness) harness = default_harness ();
  const guint times[] = { 0, 250, 500, 750, 600000, 608000, 616000, 624000, 632000 };
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    push_frame (&harness, times[i] * GST_MSECOND);
  text = msnet_harness_describe (&harness);
  fail_unless (strstr (text, "(0:0-750)") != NULL, "%s", text);
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING, "Frames come up to 8 s apart");
}
GST_END_TEST;

/* Points at centres: the first frame of each grid is none, and nothing else comes in it. */
GST_START_TEST (test_grids_without_a_point)
{
  g_autofree gchar *model = msnet_test_model ("tiny-centre");
  GstElement *element = msnet_test_element ();
  g_auto (MsnetHarness) harness = { 0 };

  g_object_set (element, "model", model, NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  for (guint i = 0; i < 6; i++)
    push_frame (&harness, i * 8 * GST_SECOND);
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING, "Frames come up to 8 s apart");
}
GST_END_TEST;

/* A damaged frame after two holes: its time is not believed either. */
GST_START_TEST (test_the_time_of_a_damaged_frame_is_no_hole)
{
  g_auto (MsnetHarness) harness = default_harness ();
  GstBuffer *damaged = gst_buffer_new ();
  const guint times[] = { 0, 2000, 4000, 4250, 4500, 4750 };

  GST_BUFFER_PTS (damaged) = 6000 * GST_MSECOND;
  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    push_frame (&harness, times[i] * GST_MSECOND);
    if (times[i] == 4000)
      fail_unless_equals_int (gst_harness_push (harness.harness, damaged), GST_FLOW_OK);
  }
  msnet_harness_assert (&harness, "0 2000 4000 6000 4250 4500 4750(0:4000-4750)");
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING, "too short");
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_WARNING));
}
GST_END_TEST;

/* An application that seeks to one picture again and again, as a user does who steps. */
GST_START_TEST (test_the_same_time_after_each_flush)
{
  g_auto (MsnetHarness) harness = default_harness ();
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (guint i = 0; i < 40; i++) {
    msnet_harness_push (&harness, 0, 0, 250);
    gst_harness_push_event (harness.harness, gst_event_new_flush_start ());
    gst_harness_push_event (harness.harness, gst_event_new_flush_stop (TRUE));
    gst_harness_push_event (harness.harness, gst_event_new_segment (&segment));
  }
  fail_if (msnet_harness_pop (&harness, GST_MESSAGE_WARNING));
}
GST_END_TEST;

static Suite *
msnet_no_window_suite (void)
{
  Suite *suite = suite_create ("msnet_no_window");
  TCase *times = tcase_create ("times");

  msnet_test_require_device ();
  suite_add_tcase (suite, times);
  tcase_add_loop_test (times, test_no_window_and_its_cure, 0, G_N_ELEMENTS (cures));
  tcase_add_test (times, test_some_of_each_is_no_habit);
  tcase_add_test (times, test_a_pause_is_not_how_far_apart_frames_come);
  tcase_add_test (times, test_grids_without_a_point);
  tcase_add_test (times, test_the_time_of_a_damaged_frame_is_no_hole);
  tcase_add_test (times, test_the_same_time_after_each_flush);
  return suite;
}

GST_CHECK_MAIN (msnet_no_window)
