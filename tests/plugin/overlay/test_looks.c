/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What looks different is drawn again: a frame looks the same whatever frame msnetoverlay drew before it. */
#include "frames.h"

#include <gst/check/gstcheck.h>

#define WIDTH 480
#define HEIGHT 320
#define SIZE (WIDTH * HEIGHT * 4)

static void
add_result (GstBuffer *buffer, const gchar *element, const gchar *label, gdouble score)
{
  MsnetResult result = sample_result (1, element, label, GST_SECOND);

  result.score = score;
  msnet_result_attach (&result, buffer);
}

/* Of a stream that does not know where its frames lie: the time line has no lane for it. */
static void
add_result_without_time (GstBuffer *buffer)
{
  MsnetResult result = sample_result (1, "msnet0", "pan", GST_SECOND);

  result.stream_start = result.stream_end = GST_CLOCK_TIME_NONE;
  msnet_result_attach (&result, buffer);
}

static void
add_motion (GstBuffer *buffer, guint64 index, SampleMotion kind, gdouble pan, gdouble roll)
{
  g_auto (MsnetMotion) motion = sample_motion (index, "msnet0", kind, 0.3);

  motion.pan = pan;
  motion.roll = roll;
  motion.zoom = 0.0;
  msnet_motion_attach (&motion, buffer);
}

static void
change_score (GstBuffer *buffer, gboolean later)
{
  add_result (buffer, "msnet0", "pan", later ? 0.5 : 0.9);
}

static void
change_label (GstBuffer *buffer, gboolean later)
{
  add_result (buffer, "msnet0", later ? "pan" : "nap", 0.9);
}

static void
change_n_results (GstBuffer *buffer, gboolean later)
{
  add_result (buffer, "msnet0", "pan", 0.9);
  if (later)
    add_result (buffer, "msnet1", "pan", 0.9);
}

static void
change_lanes (GstBuffer *buffer, gboolean later)
{
  if (later)
    add_result (buffer, "msnet0", "pan", 0.9312);
  else
    add_result_without_time (buffer);
}

static void
change_pan (GstBuffer *buffer, gboolean later)
{
  add_motion (buffer, 1, SAMPLE_PAN, later ? 0.3 : 0.1, 0.0);
}

static void
change_roll (GstBuffer *buffer, gboolean later)
{
  add_motion (buffer, 1, SAMPLE_PAN, 0.0, later ? 0.5 : -0.5);
}

static void
change_field (GstBuffer *buffer, gboolean later)
{
  add_motion (buffer, 1 + later, later ? SAMPLE_ROLL : SAMPLE_PAN, 0.0, 0.0);
}

static void
change_room (GstBuffer *buffer, gboolean later)
{
  add_motion (buffer, 1, SAMPLE_PAN, 0.3, 0.0);
  if (later)
    add_result (buffer, "msnet0", "pan", 0.9);
}

static void
change_activation (GstBuffer *buffer, gboolean later)
{
  g_auto (MsnetActivation) activation = sample_activation (1 + later, "msnet0", later ? 2 : 5, 3);

  msnet_activation_attach (&activation, buffer);
}

static void
change_nothing (GstBuffer *buffer, gboolean later)
{
  add_result (buffer, "msnet0", "pan", 0.9);
}

/* @build: adds the metadata of the first or of a later frame; @acts: while an action is on */
typedef struct
{
  const gchar *options;
  void (*build) (GstBuffer *buffer, gboolean later);
  gboolean acts;
  guint later; /* number of the later frame; the first is 30 */
} Case;

static const Case cases[] = {
  { "timeline=false", change_score, FALSE, 31 },
  { "timeline=false", change_label, FALSE, 31 },
  { "timeline=false", change_n_results, TRUE, 31 },
  { "timeline=false position=bottom-left", change_n_results, TRUE, 31 },
  { "position=bottom-left", change_lanes, FALSE, 31 },
  { "position=bottom-left", change_lanes, TRUE, 31 },
  { "timeline=false motion-style=none", change_pan, FALSE, 31 },
  { "timeline=false motion-style=none", change_roll, FALSE, 31 },
  { "timeline=false camera=false", change_field, FALSE, 31 },
  { "timeline=false camera=false motion-style=heat", change_field, FALSE, 31 },
  { "timeline=false camera=false", change_room, FALSE, 31 },
  { "motion-style=none position=bottom-left", change_room, FALSE, 31 },
  { "timeline=false", change_activation, FALSE, 31 },
  { "timeline=true", change_nothing, FALSE, 60 },
  { "timeline=false", change_nothing, TRUE, 60 },
};

static GstHarness *
harness_new (const Case *shown)
{
  g_autofree gchar *launch = g_strdup_printf ("msnetoverlay %s", shown->options);
  GstHarness *harness = overlay_harness_new (launch, WIDTH, HEIGHT);

  if (shown->acts)
    gst_harness_push_event (harness, sample_action ("msnet0", "pan", 1, 0, GST_CLOCK_TIME_NONE));
  return harness;
}

/* Returns: (transfer full): the frame as it came out */
static GstBuffer *
push (GstHarness *harness, const Case *shown, gboolean later)
{
  GstBuffer *buffer = overlay_frame_new (later ? shown->later : 30, SIZE);

  shown->build (buffer, later);
  return gst_harness_push_and_pull (harness, buffer);
}

static gboolean
looks_equal (GstBuffer *a, GstBuffer *b)
{
  GstMapInfo map;
  gboolean equal;

  gst_buffer_map (a, &map, GST_MAP_READ);
  equal = gst_buffer_memcmp (b, 0, map.data, map.size) == 0;
  gst_buffer_unmap (a, &map);
  return equal;
}

GST_START_TEST (test_the_frame_before_does_not_matter)
{
  const Case *shown = &cases[__i__];
  GstHarness *one = harness_new (shown), *other = harness_new (shown);
  g_autoptr (GstBuffer) first = push (one, shown, FALSE);
  g_autoptr (GstBuffer) later = push (one, shown, TRUE);
  g_autoptr (GstBuffer) alone = push (other, shown, TRUE);

  fail_if (looks_equal (first, later), "case %d changes nothing that is seen", __i__);
  fail_unless (looks_equal (later, alone), "case %d (%s): what changed was not drawn", __i__, shown->options);
  gst_harness_teardown (one);
  gst_harness_teardown (other);
}
GST_END_TEST;

static Suite *
overlay_looks_suite (void)
{
  Suite *suite = suite_create ("overlay_looks");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, test_the_frame_before_does_not_matter, 0, G_N_ELEMENTS (cases));
  return suite;
}

GST_CHECK_MAIN (overlay_looks)
