/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* msnetjson motion=true: what the camera does, beside the result that it belongs to. */
#include "common/sample_metadata.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <math.h>

/* The end of the line, from `skipped` on, of result 3 of msnet0 on a buffer that also carries @motions.
 *
 * Returns: (transfer full) */
static gchar *
get_end (gboolean wanted, const MsnetMotion *motions, guint n)
{
  GstHarness *harness = gst_harness_new ("msnetjson");
  MsnetResult result = sample_result (3, "msnet0", "pan-left", 0);
  GstBuffer *buffer = gst_buffer_new ();
  g_autofree gchar *line = NULL;
  gchar *end;

  gst_util_set_object_arg (G_OBJECT (harness->element), "measured", "always");
  g_object_set (harness->element, "motion", wanted, NULL);
  gst_harness_set_src_caps_str (harness, "video/x-raw,format=RGB,width=16,height=16,framerate=25/1");
  msnet_result_attach (&result, buffer);
  for (guint i = 0; i < n; i++)
    msnet_motion_attach (&motions[i], buffer);
  buffer = gst_harness_push_and_pull (harness, buffer);
  line = g_malloc0 (gst_buffer_get_size (buffer) + 1);
  gst_buffer_extract (buffer, 0, line, -1);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
  end = strstr (line, ",\"skipped\"");
  fail_unless (end != NULL, "%s", line);
  return g_strdup (end);
}

#define WITHOUT ",\"skipped\":0,\"inference\":0.012}\n"
#define WITH                                                                                                 \
  ",\"skipped\":0,\"motion\":{\"pan\":0.2500,\"tilt\":0.0000,\"zoom\":-0.1235,\"roll\":0.0000,"              \
  "\"agreement\":0.7500},\"inference\":0.012}\n"

/* Four decimals, no negative zero, before what is measured; of several the result's own. */
GST_START_TEST (test_motion_of_the_result)
{
  MsnetMotion motions[] = { sample_motion (3, "msnet1", SAMPLE_PAN, 0.5),
    sample_motion (2, "msnet0", SAMPLE_PAN, 0.5), sample_motion (3, "msnet0", SAMPLE_FLAT, 0.0) };
  g_autofree gchar *asked = NULL, *unasked = NULL, *others = NULL, *none = NULL;

  motions[2].pan = 0.25;
  motions[2].tilt = -0.00001;
  motions[2].zoom = -0.12345678;
  motions[2].agreement = 0.75;
  asked = get_end (TRUE, motions, 3);
  unasked = get_end (FALSE, motions, 3);
  others = get_end (TRUE, motions, 2);
  none = get_end (TRUE, NULL, 0);
  fail_unless_equals_string (asked, WITH);
  fail_unless_equals_string (unasked, WITHOUT);
  fail_unless_equals_string (others, WITHOUT);
  fail_unless_equals_string (none, WITHOUT);
  for (guint i = 0; i < G_N_ELEMENTS (motions); i++)
    msnet_motion_clear (&motions[i]);
}
GST_END_TEST;

/* JSON has no such numbers: the line leaves without the motion. */
GST_START_TEST (test_numbers_that_are_none)
{
  const gdouble values[] = { NAN, INFINITY, 1e300 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_auto (MsnetMotion) motion = sample_motion (3, "msnet0", SAMPLE_FLAT, 0);
    g_autofree gchar *end = NULL;

    motion.zoom = values[i];
    end = get_end (TRUE, &motion, 1);
    fail_unless_equals_string (end, WITHOUT);
  }
}
GST_END_TEST;

static Suite *
msnetjson_motion_suite (void)
{
  Suite *suite = suite_create ("msnetjson_motion");
  TCase *tests = tcase_create ("motion");

  msnet_meta_register ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_motion_of_the_result);
  tcase_add_test (tests, test_numbers_that_are_none);
  return suite;
}

GST_CHECK_MAIN (msnetjson_motion)
