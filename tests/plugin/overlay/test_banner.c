/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The banners of actions: where they are, what they show, and that none stays for ever. */
#include "frames.h"

#include <gst/check/gstcheck.h>
#include <gst/video/video-overlay-composition.h>
#include <string.h>

#define WIDTH 640
#define HEIGHT 480

/* The ribbons of classes 2 and 3 over GROUND. */
#define SKY_BLUE 0x5ab2e1
#define GREEN 0x08976f

#define ON GST_CLOCK_TIME_NONE

#define PLAIN "video/x-raw,format=BGRx,width=640,height=480,framerate=25/1"
#define COMPOSED                                                                                             \
  "video/x-raw(memory:SystemMemory,meta:GstVideoOverlayComposition),format=BGRx,width=640,height=480,"       \
  "framerate=25/1"

static void
push_action (GstHarness *harness, gint class_index, guint start, GstClockTime end)
{
  gst_harness_push_event (harness, sample_action ("msnet0", "act", class_index, start * GST_MSECOND, end));
}

static OverlayPicture
push_frame (GstHarness *harness, guint n)
{
  return overlay_push (harness, WIDTH, HEIGHT, n, NULL, NULL);
}

/* How many pixels of frame @n have changed. */
static gint
count_changes (GstHarness *harness, guint n)
{
  g_auto (OverlayPicture) picture = push_frame (harness, n);
  OverlayArea area = overlay_picture_find_changes (&picture);

  return area.width * area.height;
}

GST_START_TEST (test_banner_is_in_the_corner_of_the_label)
{
  const gchar *corners[] = { "top-left", "top-right", "bottom-left", "bottom-right" };

  for (guint i = 0; i < G_N_ELEMENTS (corners); i++) {
    g_autofree gchar *launch = g_strdup_printf ("msnetoverlay timeline=false position=%s", corners[i]);
    GstHarness *harness = overlay_harness_new (launch, WIDTH, HEIGHT);
    OverlayArea area;

    push_action (harness, 2, 500, ON);
    g_auto (OverlayPicture) picture = push_frame (harness, 25);
    area = overlay_picture_find_changes (&picture);
    fail_unless (area.width > 150 && area.width < WIDTH / 2, "%s: %d wide", corners[i], area.width);
    fail_unless (area.height > 20 && area.height < HEIGHT / 8, "%s: %d high", corners[i], area.height);
    fail_unless (i % 2 == 0 ? area.x < 20 : area.x + area.width > WIDTH - 20, "%s", corners[i]);
    fail_unless (i / 2 == 0 ? area.y < 20 : area.y + area.height > HEIGHT - 20, "%s", corners[i]);
    fail_unless (overlay_picture_count (&picture, SKY_BLUE) > 2000, "not blue at %s", corners[i]);
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

/* The label and the time line look as they do without banners. */
GST_START_TEST (test_banners_keep_clear_of_label_and_timeline)
{
  const gchar *corners[] = { "top-left", "top-right", "bottom-left", "bottom-right" };
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);

  for (guint i = 0; i < G_N_ELEMENTS (corners); i++) {
    g_autofree gchar *launch = g_strdup_printf ("msnetoverlay position=%s", corners[i]);
    GstHarness *harness = overlay_harness_new (launch, WIDTH, HEIGHT);
    g_auto (OverlayPicture) before = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);
    g_auto (OverlayPicture) after = { 0 };

    for (gint action = 2; action < 6; action++)
      push_action (harness, action, 500, ON);
    after = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);
    fail_unless (overlay_picture_count (&after, SKY_BLUE) > 2000, "%s", corners[i]);
    for (gint y = 0; y < HEIGHT; y++)
      for (gint x = 0; x < WIDTH; x++) {
        guint was = overlay_picture_get (&before, x, y), is = overlay_picture_get (&after, x, y);
        fail_unless (
            was == is || was == (GROUND << 16 | GROUND << 8 | GROUND), "%s: %d, %d", corners[i], x, y);
      }
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

GST_START_TEST (test_banner_lies_on_the_timeline)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay position=bottom-left", WIDTH, HEIGHT);
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
  g_auto (OverlayPicture) picture = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);

  overlay_picture_clear (&picture);
  push_action (harness, 2, 500, ON);
  picture = push_frame (harness, 26);
  fail_unless (overlay_picture_count (&picture, SKY_BLUE) > 2000);
  for (gint y = HEIGHT * 9 / 10; y < HEIGHT; y++)
    for (gint x = 0; x < 250; x++)
      fail_if (overlay_picture_get (&picture, x, y) == SKY_BLUE, "over the time line: %d, %d", x, y);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_banners_are_stacked_up_to_four)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false", WIDTH, HEIGHT);
  gint last = 0;

  for (gint i = 0; i < 6; i++) {
    OverlayArea area;

    push_action (harness, 2 + i, 500, ON);
    g_auto (OverlayPicture) picture = push_frame (harness, 25);
    area = overlay_picture_find_changes (&picture);
    if (i < 4)
      fail_unless (area.height > last + 20, "%d banners: %d high, after %d", i + 1, area.height, last);
    else
      fail_unless_equals_int (area.height, last);
    last = area.height;
    /* The oldest, of class 2, gives way to the fifth. */
    fail_unless_equals_int (overlay_picture_count (&picture, SKY_BLUE) > 1000, i < 4);
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

static gboolean
look_the_same (const OverlayPicture *a, const OverlayPicture *b)
{
  return a->map.size == b->map.size && memcmp (a->map.data, b->map.data, a->map.size) == 0;
}

GST_START_TEST (test_duration_is_in_running_time)
{
  GstHarness *plain = overlay_harness_new ("msnetoverlay timeline=false", WIDTH, HEIGHT);
  GstHarness *moved = overlay_harness_new ("msnetoverlay timeline=false", WIDTH, HEIGHT);
  g_auto (OverlayPicture) early = { 0 };
  g_auto (OverlayPicture) late = { 0 };
  g_auto (OverlayPicture) same = { 0 };
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = 70 * GST_SECOND;
  segment.time = 1000 * GST_SECOND;
  gst_harness_push_event (moved, gst_event_new_segment (&segment));
  push_action (plain, 2, 500, ON);
  push_action (moved, 2, 70500, ON);
  early = push_frame (plain, 25);
  late = push_frame (plain, 50);
  same = push_frame (moved, 50);
  fail_if (look_the_same (&early, &late), "time stands still");
  fail_unless (look_the_same (&late, &same));
  gst_harness_teardown (plain);
  gst_harness_teardown (moved);
}
GST_END_TEST;

/* Frames at a hundredth of a second each. */
static GstVideoOverlayComposition *
get_drawings (GstHarness *harness, guint n)
{
  GstBuffer *buffer = overlay_frame_new (0, WIDTH * HEIGHT * 4);
  GstVideoOverlayComposition *drawings;

  GST_BUFFER_PTS (buffer) = n * 10 * GST_MSECOND;
  buffer = gst_harness_push_and_pull (harness, buffer);
  drawings = gst_buffer_get_video_overlay_composition_meta (buffer)->overlay;
  gst_video_overlay_composition_ref (drawings);
  gst_buffer_unref (buffer);
  return drawings;
}

static guint
count_drawings (GstHarness *harness, guint from, guint to)
{
  GstVideoOverlayComposition *last = NULL;
  guint n = 0;

  for (guint i = from; i < to; i++) {
    GstVideoOverlayComposition *drawings = get_drawings (harness, i);
    n += drawings != last;
    if (last != NULL)
      gst_video_overlay_composition_unref (last);
    last = drawings;
  }
  gst_video_overlay_composition_unref (last);
  return n;
}

GST_START_TEST (test_banner_is_drawn_when_it_changes)
{
  GstHarness *harness = gst_harness_new_parse ("msnetoverlay timeline=false");

  msnet_meta_register ();
  gst_harness_add_propose_allocation_meta (harness, GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
  gst_harness_set_sink_caps_str (harness, COMPOSED);
  gst_harness_set_src_caps_str (harness, PLAIN);
  push_action (harness, 2, 0, ON);
  fail_unless_equals_int (count_drawings (harness, 0, 100), 10);
  fail_unless_equals_int (count_drawings (harness, 6000, 6200), 2);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_what_has_ended_is_dark_for_a_second)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false", WIDTH, HEIGHT);

  push_action (harness, 2, 500, ON);
  fail_unless (count_changes (harness, 25) > 0);
  push_action (harness, 2, 500, 750 * GST_MSECOND);
  g_auto (OverlayPicture) picture = push_frame (harness, 26);
  fail_unless (overlay_picture_find_changes (&picture).width > 150);
  fail_unless (overlay_picture_count (&picture, SKY_BLUE) < 500, "still blue");
  fail_unless (count_changes (harness, 26 + 24) > 0);
  fail_unless_equals_int (count_changes (harness, 26 + 25), 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_events_go_on)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay", WIDTH, HEIGHT);
  GstEvent *events[]
      = { sample_action ("msnet0", "act", 2, 0, ON), sample_action ("msnet0", "act", 2, 0, GST_SECOND),
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty (MSNET_ACTION_END_NAME)),
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, NULL) };

  while (gst_harness_events_in_queue (harness) > 0)
    gst_event_unref (gst_harness_pull_event (harness));
  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    GstEvent *out;
    gst_harness_push_event (harness, gst_event_ref (events[i]));
    out = gst_harness_pull_event (harness);
    fail_unless (out == events[i], "event %u", i);
    gst_event_unref (out);
    gst_event_unref (events[i]);
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

static void
push_segment (GstHarness *harness, GstClockTime start, GstClockTime stop)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = start;
  segment.stop = stop;
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
}

GST_START_TEST (test_no_banner_stays_for_ever)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (PLAIN);
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false", WIDTH, HEIGHT);

  push_action (harness, 2, 0, ON);
  fail_unless (count_changes (harness, 25) > 0);
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  push_segment (harness, 0, GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (count_changes (harness, 25), 0);

  /* The end of what is on comes behind the flush. */
  push_action (harness, 2, 0, GST_SECOND);
  fail_unless_equals_int (count_changes (harness, 26), 0);

  push_action (harness, 2, 0, ON);
  push_segment (harness, 0, 1000 * GST_SECOND);
  fail_unless (count_changes (harness, 25) > 0, "the segment goes on");
  push_segment (harness, 10 * GST_MSECOND, 1000 * GST_SECOND);
  fail_unless_equals_int (count_changes (harness, 25), 0);

  push_action (harness, 2, 0, ON);
  fail_unless (count_changes (harness, 25) > 0);
  gst_harness_push_event (harness, gst_event_new_eos ());
  gst_harness_push_event (harness, gst_event_new_stream_start ("another"));
  gst_harness_push_event (harness, gst_event_new_caps (caps));
  push_segment (harness, 10 * GST_MSECOND, 1000 * GST_SECOND);
  fail_unless_equals_int (count_changes (harness, 25), 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

static void
assert_ignored (GstHarness *harness, GstStructure *structure)
{
  g_autofree gchar *text = gst_structure_to_string (structure);

  gst_harness_push_event (harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure));
  fail_unless (count_changes (harness, 25) == 0, "%s is drawn", text);
}

GST_START_TEST (test_half_an_action_is_ignored)
{
  const gchar *fields[] = { "element", "element-id", "label", "class", "score", "start", "stream-start" };
  const gchar *nothing[] = { NULL }; /* GStreamer 1.26 crashes where it prints a list that is NULL itself */
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false", WIDTH, HEIGHT);
  g_autoptr (GstEvent) whole = sample_action ("msnet0", "act", 2, 0, ON);
  GstStructure *structure;

  assert_ignored (harness, gst_structure_new_empty (MSNET_ACTION_BEGIN_NAME));
  assert_ignored (harness, gst_structure_new_empty (MSNET_ACTION_END_NAME));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    structure = gst_structure_copy (gst_event_get_structure (whole));
    gst_structure_remove_field (structure, fields[i]);
    assert_ignored (harness, gst_structure_copy (structure));
    gst_structure_set (structure, fields[i], G_TYPE_STRV, nothing, NULL);
    assert_ignored (harness, structure);
  }
  structure = gst_structure_copy (gst_event_get_structure (whole));
  gst_structure_set (structure, "label", G_TYPE_STRING, NULL, NULL);
  assert_ignored (harness, structure);
  structure = gst_structure_copy (gst_event_get_structure (whole));
  gst_structure_set (structure, "start", G_TYPE_UINT64, GST_CLOCK_TIME_NONE, NULL);
  assert_ignored (harness, structure);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_half_an_end)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false", WIDTH, HEIGHT);
  GstEvent *end = sample_action ("msnet0", "act", 2, 0, GST_SECOND);

  push_action (harness, 2, 0, ON);
  gst_structure_remove_field (gst_event_writable_structure (end), "end");
  gst_harness_push_event (harness, end);
  g_auto (OverlayPicture) picture = push_frame (harness, 100);
  fail_unless (overlay_picture_count (&picture, SKY_BLUE) > 2000, "half an event ended it");

  /* An end outside of all time. */
  end = sample_action ("msnet0", "act", 2, 0, GST_SECOND);
  gst_structure_set (gst_event_writable_structure (end), "end", G_TYPE_UINT64, GST_CLOCK_TIME_NONE, NULL);
  gst_harness_push_event (harness, end);
  fail_unless_equals_int (count_changes (harness, 101), 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_of_one_element)
{
  GstHarness *harness
      = overlay_harness_new ("msnetoverlay timeline=false element=two name=overlay", WIDTH, HEIGHT);
  g_autoptr (GstElement) overlay = gst_bin_get_by_name (GST_BIN (harness->element), "overlay");

  gst_harness_push_event (harness, sample_action ("one", "act", 3, 0, ON));
  fail_unless_equals_int (count_changes (harness, 25), 0);
  gst_harness_push_event (harness, sample_action ("two", "act", 2, 0, ON));
  g_auto (OverlayPicture) picture = push_frame (harness, 26);
  fail_unless (overlay_picture_count (&picture, SKY_BLUE) > 2000);
  fail_unless_equals_int (overlay_picture_count (&picture, GREEN), 0);
  overlay_picture_clear (&picture);
  /* What began before it was asked for. */
  g_object_set (overlay, "element", "one", NULL);
  picture = push_frame (harness, 27);
  fail_unless (overlay_picture_count (&picture, GREEN) > 2000);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_font_and_opacity_are_heeded)
{
  const gchar *launches[] = { "msnetoverlay", "msnetoverlay font=\"Sans 38\"", "msnetoverlay opacity=0" };
  gint heights[3];

  for (guint i = 0; i < G_N_ELEMENTS (launches); i++) {
    GstHarness *harness = overlay_harness_new (launches[i], WIDTH, HEIGHT);
    push_action (harness, 2, 0, ON);
    g_auto (OverlayPicture) picture = push_frame (harness, 25);
    heights[i] = overlay_picture_find_changes (&picture).height;
    gst_harness_teardown (harness);
  }
  fail_unless (heights[1] > heights[0] * 18 / 10, "%d, %d", heights[0], heights[1]);
  fail_unless_equals_int (heights[2], 0);
}
GST_END_TEST;

GST_START_TEST (test_any_size_and_label)
{
  const gint sizes[][2] = { { 1, 1 }, { 16, 16 }, { 1, 600 }, { 600, 1 }, { 64, 48 }, { 110, 200 },
    { 160, 120 }, { 123, 600 }, { 360, 640 } };
  g_autofree gchar *label = g_strnfill (256, 'w');

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    gint width = sizes[i][0], height = sizes[i][1];
    GstHarness *harness = overlay_harness_new ("msnetoverlay", width, height);
    MsnetResult result = sample_result (0, "msnet0", label, GST_SECOND);

    for (gint action = 0; action < 5; action++)
      gst_harness_push_event (harness, sample_action (action % 2 ? "msnet0" : label, label, action, 0, ON));
    g_auto (OverlayPicture) picture = overlay_push (harness, width, height, 4000000000, &result, NULL);
    if (width >= 120 && height >= 120) {
      OverlayArea area = overlay_picture_find_changes (&picture);
      fail_unless (area.x > 0 && area.x + area.width < width, "%d x %d", width, height);
      fail_unless (area.y > 0 && area.y + area.height < height, "%d x %d", width, height);
    }
    gst_harness_teardown (harness);
  }
}
GST_END_TEST;

static Suite *
overlay_banner_suite (void)
{
  Suite *suite = suite_create ("overlay_banner");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_banner_is_in_the_corner_of_the_label);
  tcase_add_test (tests, test_banners_keep_clear_of_label_and_timeline);
  tcase_add_test (tests, test_banner_lies_on_the_timeline);
  tcase_add_test (tests, test_banners_are_stacked_up_to_four);
  tcase_add_test (tests, test_duration_is_in_running_time);
  tcase_add_test (tests, test_banner_is_drawn_when_it_changes);
  tcase_add_test (tests, test_what_has_ended_is_dark_for_a_second);
  tcase_add_test (tests, test_events_go_on);
  tcase_add_test (tests, test_no_banner_stays_for_ever);
  tcase_add_test (tests, test_half_an_action_is_ignored);
  tcase_add_test (tests, test_half_an_end);
  tcase_add_test (tests, test_of_one_element);
  tcase_add_test (tests, test_font_and_opacity_are_heeded);
  tcase_add_test (tests, test_any_size_and_label);
  return suite;
}

GST_CHECK_MAIN (overlay_banner);
