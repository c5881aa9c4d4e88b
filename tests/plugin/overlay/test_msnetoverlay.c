/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* msnetoverlay as an element: what it touches, negotiates and forgets. */
#include "frames.h"

#include <gst/check/gstcheck.h>
#include <gst/video/video-overlay-composition.h>
#include <gst/video/video.h>

#define WIDTH 320
#define HEIGHT 240
#define SIZE (WIDTH * HEIGHT * 4)

#define PLAIN "video/x-raw,format=BGRx,width=320,height=240,framerate=25/1"
#define COMPOSED                                                                                             \
  "video/x-raw(memory:SystemMemory,meta:GstVideoOverlayComposition),format=BGRx,width=320,height=240,"       \
  "framerate=25/1"

/* Downstream of the caps @sink, which takes compositions if @takes. */
static GstHarness *
harness_new (const gchar *sink, gboolean takes)
{
  GstHarness *harness = gst_harness_new ("msnetoverlay");

  msnet_meta_register ();
  if (takes)
    gst_harness_add_propose_allocation_meta (harness, GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
  if (sink != NULL)
    gst_harness_set_sink_caps_str (harness, sink);
  gst_harness_set_src_caps_str (harness, PLAIN);
  return harness;
}

static GstBuffer *
frame_with_result_new (guint n, guint64 index)
{
  GstBuffer *buffer = overlay_frame_new (n, SIZE);
  MsnetResult result = sample_result (index, "msnet0", "pan-left", GST_SECOND);

  msnet_result_attach (&result, buffer);
  return buffer;
}

static gboolean
is_untouched (GstBuffer *buffer)
{
  GstMapInfo map;
  gboolean same = TRUE;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  for (gsize i = 0; i < map.size; i++)
    same &= map.data[i] == GROUND;
  gst_buffer_unmap (buffer, &map);
  return same;
}

static gboolean
has_drawings (GstBuffer *buffer)
{
  return gst_buffer_get_video_overlay_composition_meta (buffer) != NULL;
}

/* The very buffer must come out, with nothing added. */
static void
assert_passes (GstHarness *harness, GstBuffer *buffer)
{
  g_autoptr (GstBuffer) out = gst_harness_push_and_pull (harness, buffer);

  fail_unless (out == buffer, "another buffer came out");
  fail_if (has_drawings (out));
  fail_unless (is_untouched (out), "pixels changed");
}

GST_START_TEST (test_frame_without_metadata_passes)
{
  GstHarness *harness = harness_new (NULL, FALSE);

  assert_passes (harness, overlay_frame_new (0, SIZE));
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_opacity_zero_draws_nothing)
{
  GstHarness *harness = harness_new (NULL, FALSE);

  g_object_set (harness->element, "opacity", 0.0, NULL);
  assert_passes (harness, frame_with_result_new (25, 0));
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_other_element_is_not_drawn)
{
  GstHarness *harness = harness_new (NULL, FALSE);
  g_autoptr (GstBuffer) drawn = NULL;

  g_object_set (harness->element, "element", "another", NULL);
  assert_passes (harness, frame_with_result_new (25, 0));
  g_object_set (harness->element, "element", "msnet0", NULL);
  drawn = gst_harness_push_and_pull (harness, frame_with_result_new (26, 0));
  fail_if (is_untouched (drawn));
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* How much darker the label's panel is than the ground, at a place without text. */
static gint
measure_shade (const gchar *launch)
{
  GstHarness *harness = overlay_harness_new (launch, WIDTH, HEIGHT);
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
  g_auto (OverlayPicture) picture = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);

  gst_harness_teardown (harness);
  return GROUND - (gint)(overlay_picture_get (&picture, 11, 20) & 255);
}

GST_START_TEST (test_half_opacity_is_half_as_dark)
{
  gint full = measure_shade ("msnetoverlay timeline=false");
  gint half = measure_shade ("msnetoverlay timeline=false opacity=0.5");

  fail_unless (full > 40 && abs (full - 2 * half) <= 3, "full %d, half %d", full, half);
}
GST_END_TEST;

GST_START_TEST (test_blends_where_downstream_takes_pixels_alone)
{
  GstHarness *harness = harness_new (PLAIN, FALSE);
  g_autoptr (GstBuffer) out = gst_harness_push_and_pull (harness, frame_with_result_new (25, 0));

  fail_if (is_untouched (out));
  fail_if (has_drawings (out));
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* As fakesink: any caps are fine, and nothing is said about metadata. */
GST_START_TEST (test_blends_where_downstream_does_not_ask_for_the_meta)
{
  GstHarness *harness = harness_new (NULL, FALSE);
  g_autoptr (GstBuffer) out = gst_harness_push_and_pull (harness, frame_with_result_new (25, 0));
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->sinkpad);
  g_autoptr (GstCaps) plain = gst_caps_from_string (PLAIN);

  fail_if (is_untouched (out));
  fail_if (has_drawings (out));
  fail_unless (gst_caps_is_equal (caps, plain), "%" GST_PTR_FORMAT, caps);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_attaches_where_downstream_takes_it)
{
  GstHarness *harness = harness_new (COMPOSED, TRUE);
  g_autoptr (GstBuffer) in = frame_with_result_new (25, 0);
  g_autoptr (GstBuffer) out = gst_harness_push_and_pull (harness, gst_buffer_ref (in));
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->sinkpad);
  g_autoptr (GstCaps) composed = gst_caps_from_string (COMPOSED);

  fail_unless (gst_caps_is_equal (caps, composed), "%" GST_PTR_FORMAT, caps);
  fail_unless (has_drawings (out));
  fail_unless (is_untouched (out));
  fail_unless (gst_buffer_peek_memory (in, 0) == gst_buffer_peek_memory (out, 0), "pixels were copied");
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_drawings_are_kept_while_nothing_changes)
{
  GstHarness *harness = harness_new (COMPOSED, TRUE);
  GstBuffer *frames[3];
  GstVideoOverlayComposition *drawings[3];

  g_object_set (harness->element, "timeline", FALSE, NULL);
  for (guint i = 0; i < 3; i++) {
    frames[i] = gst_harness_push_and_pull (harness, frame_with_result_new (25 + i, 0));
    drawings[i] = gst_buffer_get_video_overlay_composition_meta (frames[i])->overlay;
    if (i == 1)
      g_object_set (harness->element, "opacity", 0.9, NULL);
  }
  fail_unless (drawings[0] == drawings[1], "drawn again");
  fail_if (drawings[1] == drawings[2]);
  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (frames[i]);
  gst_harness_teardown (harness);
}
GST_END_TEST;

static void
attach_square (GstBuffer *buffer)
{
  g_autoptr (GstBuffer) pixels = gst_buffer_new_allocate (NULL, 4 * 4 * 4, NULL);
  GstVideoOverlayRectangle *rectangle;
  GstVideoOverlayComposition *composition;

  gst_buffer_memset (pixels, 0, 255, 64);
  gst_buffer_add_video_meta (pixels, 0, GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, 4, 4);
  rectangle = gst_video_overlay_rectangle_new_raw (pixels, 0, 0, 4, 4, GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE);
  composition = gst_video_overlay_composition_new (rectangle);
  gst_buffer_add_video_overlay_composition_meta (buffer, composition);
  gst_video_overlay_composition_unref (composition);
  gst_video_overlay_rectangle_unref (rectangle);
}

GST_START_TEST (test_drawings_of_upstream_are_kept)
{
  GstHarness *harness = gst_harness_new ("msnetoverlay");
  GstBuffer *in;
  g_autoptr (GstBuffer) out = NULL;

  msnet_meta_register ();
  gst_harness_set_src_caps_str (harness, COMPOSED);
  in = frame_with_result_new (25, 0);
  attach_square (in);
  out = gst_harness_push_and_pull (harness, in);
  fail_unless (is_untouched (out));
  fail_unless_equals_int (gst_video_overlay_composition_n_rectangles (
                              gst_buffer_get_video_overlay_composition_meta (out)->overlay),
      3);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_downstream_may_change_its_mind)
{
  GstHarness *harness = harness_new (COMPOSED, TRUE);
  g_autoptr (GstBuffer) attached = gst_harness_push_and_pull (harness, frame_with_result_new (25, 0));
  g_autoptr (GstBuffer) blended = NULL;

  fail_unless (has_drawings (attached));
  gst_harness_set_sink_caps_str (harness, PLAIN);
  gst_harness_push_upstream_event (harness, gst_event_new_reconfigure ());
  blended = gst_harness_push_and_pull (harness, frame_with_result_new (26, 0));
  fail_if (has_drawings (blended));
  fail_if (is_untouched (blended));
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* What a sink of @downstream leaves for upstream to send. */
static GstCaps *
query_sink_caps (const gchar *downstream)
{
  GstHarness *harness = gst_harness_new ("msnetoverlay");
  GstCaps *caps;

  gst_harness_set_sink_caps_str (harness, downstream);
  caps = gst_pad_peer_query_caps (harness->srcpad, NULL);
  gst_harness_teardown (harness);
  return caps;
}

static void
assert_accepts (const gchar *downstream, const gchar *upstream, gboolean accepts)
{
  g_autoptr (GstCaps) offered = query_sink_caps (downstream);
  g_autoptr (GstCaps) wanted = gst_caps_from_string (upstream);

  fail_unless (gst_caps_can_intersect (offered, wanted) == accepts, "downstream %s, upstream %s", downstream,
      upstream);
}

GST_START_TEST (test_caps_that_can_be_sent)
{
  assert_accepts (PLAIN, PLAIN, TRUE);
  assert_accepts (PLAIN, COMPOSED, FALSE);
  assert_accepts (COMPOSED, PLAIN, TRUE);
  assert_accepts (COMPOSED, COMPOSED, TRUE);
  assert_accepts (PLAIN, "video/x-raw,format=I420", FALSE);
  /* Memory that only the sink can draw on. */
  assert_accepts ("video/x-raw(memory:Elsewhere,meta:GstVideoOverlayComposition),format=NV12",
      "video/x-raw(memory:Elsewhere),format=NV12", TRUE);
  assert_accepts (
      "video/x-raw(memory:Elsewhere),format=NV12", "video/x-raw(memory:Elsewhere),format=NV12", FALSE);
}
GST_END_TEST;

GST_START_TEST (test_shared_pixels_are_not_written)
{
  GstHarness *harness = harness_new (NULL, FALSE);
  g_autoptr (GstBuffer) in = frame_with_result_new (25, 0);
  g_autoptr (GstBuffer) out = gst_harness_push_and_pull (harness, gst_buffer_ref (in));

  fail_if (is_untouched (out));
  fail_unless (is_untouched (in), "the other holder of the buffer sees the drawings");
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Pushes one frame with all there is to draw, in every format. */
static void
push_all (const gchar *format, gint width, gint height)
{
  g_autofree gchar *text
      = g_strdup_printf ("video/x-raw,format=%s,width=%d,height=%d,framerate=25/1", format, width, height);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstHarness *harness = gst_harness_new ("msnetoverlay");
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
  g_auto (MsnetMotion) motion = sample_motion (0, "msnet0", SAMPLE_ROLL, 0.5);
  g_auto (MsnetActivation) activation = sample_activation (0, "msnet0", 3, 3);
  g_autoptr (GstBuffer) out = NULL;
  GstVideoInfo info;
  GstBuffer *in;

  gst_video_info_from_caps (&info, caps);
  gst_harness_set_src_caps (harness, g_steal_pointer (&caps));
  in = overlay_frame_new (25, info.size);
  msnet_result_attach (&result, in);
  msnet_motion_attach (&motion, in);
  msnet_activation_attach (&activation, in);
  out = gst_harness_push_and_pull (harness, in);
  fail_unless (out != NULL, "%s %d x %d", format, width, height);
  fail_if (width > 100 && is_untouched (out), "nothing drawn: %s", format);
  gst_harness_teardown (harness);
}

GST_START_TEST (test_every_format_is_drawn_on)
{
  g_autoptr (GstCaps) caps
      = gst_caps_from_string (GST_VIDEO_CAPS_MAKE (GST_VIDEO_OVERLAY_COMPOSITION_BLEND_FORMATS));
  const GValue *formats = gst_structure_get_value (gst_caps_get_structure (caps, 0), "format");

  msnet_meta_register ();
  fail_unless (gst_value_list_get_size (formats) > 20);
  for (guint i = 0; i < gst_value_list_get_size (formats); i++)
    push_all (g_value_get_string (gst_value_list_get_value (formats, i)), 160, 120);
}
GST_END_TEST;

GST_START_TEST (test_odd_sizes_do_no_harm)
{
  const gint sizes[][2]
      = { { 1, 1 }, { 16, 16 }, { 1, 600 }, { 600, 1 }, { 33, 17 }, { 101, 77 }, { 150, 90 } };
  const gchar *formats[] = { "BGRx", "I420", "YUY2", "GRAY8", "BGRA" };

  msnet_meta_register ();
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint format = 0; format < G_N_ELEMENTS (formats); format++)
      push_all (formats[format], sizes[i][0], sizes[i][1]);
}
GST_END_TEST;

GST_START_TEST (test_caps_may_change)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false", WIDTH, HEIGHT);
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
  OverlayArea small, large;

  g_auto (OverlayPicture) picture = overlay_push (harness, WIDTH, HEIGHT, 25, &result, NULL);
  small = overlay_picture_find_changes (&picture);
  overlay_picture_clear (&picture);
  gst_harness_set_src_caps_str (harness, "video/x-raw,format=BGRx,width=1280,height=960,framerate=25/1");
  picture = overlay_push (harness, 1280, 960, 26, &result, NULL);
  large = overlay_picture_find_changes (&picture);
  fail_unless (large.height > 2 * small.height, "%d after %d", large.height, small.height);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_pixels_need_not_be_square)
{
  GstHarness *harness = overlay_harness_new ("msnetoverlay timeline=false", 640, 480);
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
  OverlayArea square, wide;

  g_auto (OverlayPicture) picture = overlay_push (harness, 640, 480, 25, &result, NULL);
  square = overlay_picture_find_changes (&picture);
  overlay_picture_clear (&picture);
  gst_harness_set_src_caps_str (
      harness, "video/x-raw,format=BGRx,width=640,height=480,framerate=25/1,pixel-aspect-ratio=2/1");
  picture = overlay_push (harness, 640, 480, 26, &result, NULL);
  wide = overlay_picture_find_changes (&picture);
  fail_unless (abs (2 * wide.width - square.width) <= 4, "%d, %d", wide.width, square.width);
  fail_unless (abs (wide.height - square.height) <= 1);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_result_of_eos_joins_the_timeline)
{
  GstHarness *harness = harness_new (NULL, FALSE);
  MsnetResult result = sample_result (0, "msnet0", "pan-left", GST_SECOND);
  GstStructure *structure = gst_structure_new_empty (MSNET_RESULT_NAME);
  g_autoptr (GstBuffer) out = NULL;
  gboolean passed = FALSE;
  GstEvent *event;

  msnet_result_write (&result, structure);
  gst_harness_push_event (harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure));
  while ((event = gst_harness_try_pull_event (harness)) != NULL) {
    passed |= gst_event_has_name (event, MSNET_RESULT_NAME);
    gst_event_unref (event);
  }
  fail_unless (passed, "the event did not go on");
  out = gst_harness_push_and_pull (harness, overlay_frame_new (26, SIZE));
  fail_if (is_untouched (out));
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_flush_and_new_stream_forget)
{
  GstHarness *harness = harness_new (NULL, FALSE);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_buffer_unref (gst_harness_push_and_pull (harness, frame_with_result_new (25, 0)));
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  assert_passes (harness, overlay_frame_new (26, SIZE));

  gst_buffer_unref (gst_harness_push_and_pull (harness, frame_with_result_new (27, 1)));
  gst_harness_push_event (harness, gst_event_new_stream_start ("another"));
  gst_harness_set_src_caps_str (harness, PLAIN);
  assert_passes (harness, overlay_frame_new (28, SIZE));
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_time_that_goes_back_clears_the_timeline)
{
  GstHarness *harness = harness_new (NULL, FALSE);

  gst_buffer_unref (gst_harness_push_and_pull (harness, frame_with_result_new (50, 0)));
  assert_passes (harness, overlay_frame_new (10, SIZE));
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (test_half_a_result_is_ignored)
{
  GstHarness *harness = harness_new (NULL, FALSE);
  GstBuffer *buffer = overlay_frame_new (0, SIZE);

  gst_structure_set (
      gst_custom_meta_get_structure (gst_buffer_add_custom_meta (buffer, MSNET_RESULT_META_NAME)), "label",
      G_TYPE_INT, 3, NULL);
  gst_structure_set (
      gst_custom_meta_get_structure (gst_buffer_add_custom_meta (buffer, MSNET_MOTION_META_NAME)), "width",
      G_TYPE_INT, 3, NULL);
  assert_passes (harness, buffer);
  gst_harness_teardown (harness);
}
GST_END_TEST;

static void
add_negotiation_tests (TCase *tests)
{
  tcase_add_test (tests, test_blends_where_downstream_takes_pixels_alone);
  tcase_add_test (tests, test_blends_where_downstream_does_not_ask_for_the_meta);
  tcase_add_test (tests, test_attaches_where_downstream_takes_it);
  tcase_add_test (tests, test_drawings_are_kept_while_nothing_changes);
  tcase_add_test (tests, test_drawings_of_upstream_are_kept);
  tcase_add_test (tests, test_downstream_may_change_its_mind);
  tcase_add_test (tests, test_caps_that_can_be_sent);
  tcase_add_test (tests, test_shared_pixels_are_not_written);
}

static Suite *
msnetoverlay_suite (void)
{
  Suite *suite = suite_create ("msnetoverlay");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  add_negotiation_tests (tests);
  tcase_add_test (tests, test_frame_without_metadata_passes);
  tcase_add_test (tests, test_opacity_zero_draws_nothing);
  tcase_add_test (tests, test_other_element_is_not_drawn);
  tcase_add_test (tests, test_half_opacity_is_half_as_dark);
  tcase_add_test (tests, test_every_format_is_drawn_on);
  tcase_add_test (tests, test_odd_sizes_do_no_harm);
  tcase_add_test (tests, test_caps_may_change);
  tcase_add_test (tests, test_pixels_need_not_be_square);
  tcase_add_test (tests, test_result_of_eos_joins_the_timeline);
  tcase_add_test (tests, test_flush_and_new_stream_forget);
  tcase_add_test (tests, test_time_that_goes_back_clears_the_timeline);
  tcase_add_test (tests, test_half_a_result_is_ignored);
  return suite;
}

GST_CHECK_MAIN (msnetoverlay);
