/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What downstream hears of latency: what upstream says, and the element's own on top, in both of its
 * bounds. */
#include "msnet/latency.h"

#include <gst/check/gstcheck.h>

#define OWN (30 * GST_MSECOND)

typedef struct
{
  gboolean answers;
  gboolean live;
  GstClockTime shortest;
  GstClockTime longest;
} Source;

static gboolean
answer (GstPad *pad, GstObject *parent, GstQuery *query)
{
  const Source *source = gst_pad_get_element_private (pad);

  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_latency (query, source->live, source->shortest, source->longest);
  return source->answers;
}

/* Returns: (transfer full): a sink pad that is fed by @source */
static GstPad *
connect (Source *source, GstPad **src_pad)
{
  GstPad *sink_pad = gst_pad_new ("sink", GST_PAD_SINK);

  *src_pad = gst_pad_new ("src", GST_PAD_SRC);
  gst_pad_set_element_private (*src_pad, source);
  gst_pad_set_query_function (*src_pad, answer);
  fail_unless_equals_int (gst_pad_link (*src_pad, sink_pad), GST_PAD_LINK_OK);
  gst_pad_set_active (*src_pad, TRUE);
  gst_pad_set_active (sink_pad, TRUE);
  return sink_pad;
}

static void
check (Source source, GstClockTime shortest, GstClockTime longest)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  g_autoptr (GstPad) src_pad = NULL;
  g_autoptr (GstPad) sink_pad = connect (&source, &src_pad);
  GstClockTime told_shortest, told_longest;
  gboolean told_live;

  fail_unless_equals_int (msnet_answer_latency (sink_pad, query, OWN), source.answers);
  gst_query_parse_latency (query, &told_live, &told_shortest, &told_longest);
  fail_unless_equals_int (msnet_pad_is_live (sink_pad), source.answers && source.live);
  if (!source.answers)
    return;
  fail_unless_equals_int (told_live, source.live);
  fail_unless_equals_uint64 (told_shortest, shortest);
  fail_unless_equals_uint64 (told_longest, longest);
}

/* A camera that buffers up to 100 ms: a sink that heard less would drop what comes late. */
GST_START_TEST (test_both_bounds_grow)
{
  check ((Source){ TRUE, TRUE, 40 * GST_MSECOND, 100 * GST_MSECOND }, 70 * GST_MSECOND, 130 * GST_MSECOND);
}
GST_END_TEST;

GST_START_TEST (test_no_longest)
{
  check ((Source){ TRUE, FALSE, 0, GST_CLOCK_TIME_NONE }, 30 * GST_MSECOND, GST_CLOCK_TIME_NONE);
}
GST_END_TEST;

GST_START_TEST (test_no_answer)
{
  check ((Source){ FALSE, TRUE, 0, 0 }, 0, 0);
}
GST_END_TEST;

static Suite *
latency_suite (void)
{
  Suite *suite = suite_create ("latency");
  TCase *tests = tcase_create ("latency");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_both_bounds_grow);
  tcase_add_test (tests, test_no_longest);
  tcase_add_test (tests, test_no_answer);
  return suite;
}

GST_CHECK_MAIN (latency);
