/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The activation map as `msnet` attaches it.  What its cells say is tested in tests/clip. */
#include "common/moving_picture.h"
#include "common/msnet_harness.h"

#include <math.h>
#include <string.h>

#define INTERVAL (125 * GST_MSECOND)
#define CELL 32.0      /* pixels of what the network sees */
#define BEFORE (-15.5) /* where cells begin that lie around pixel 0 */

/* What the buffers of one stream carry: the first result and the map beside it.
 * @buffers: that carry a map */
typedef struct
{
  MsnetResult result;
  MsnetActivation activation;
  guint buffers;
} Seen;

static void
seen_clear (Seen *seen)
{
  msnet_result_clear (&seen->result);
  msnet_activation_clear (&seen->activation);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static void
note (Seen *seen, GstBuffer *buffer)
{
  gpointer results = NULL, maps = NULL;
  const GstStructure *result = msnet_meta_iterate (buffer, &results, MSNET_RESULT_META_NAME);
  const GstStructure *map = msnet_meta_iterate (buffer, &maps, MSNET_ACTIVATION_META_NAME);

  if (map != NULL)
    fail_unless (result != NULL && msnet_meta_iterate (buffer, &maps, MSNET_ACTIVATION_META_NAME) == NULL);
  if (result != NULL && seen->result.label == NULL)
    fail_unless (msnet_result_read (&seen->result, result));
  if (map != NULL && seen->activation.map == NULL)
    fail_unless (msnet_activation_read (&seen->activation, map));
  seen->buffers += map != NULL;
}

/* @n frames of @width x @height through msnet with @model and @options, behind @before. */
static Seen
look (const gchar *before, const gchar *model, const gchar *options, guint width, guint height, guint n)
{
  g_autofree gchar *path = msnet_test_model (model);
  g_autofree gchar *launch = g_strdup_printf ("%s msnet model=%s hop=1000000000 %s", before, path, options);
  g_autofree gchar *caps = g_strdup_printf (
      "video/x-raw, format = GRAY8, width = %u, height = %u, framerate = 8/1", width, height);
  GstHarness *harness = gst_harness_new_parse (launch);
  Seen seen = { 0 };

  gst_harness_set_live (harness, FALSE);
  gst_harness_set_src_caps_str (harness, caps);
  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = moving_picture_new (width, height, 7 * i, 3 * i);
    GST_BUFFER_PTS (buffer) = i * INTERVAL;
    GST_BUFFER_DURATION (buffer) = INTERVAL;
    buffer = gst_harness_push_and_pull (harness, buffer);
    note (&seen, buffer);
    gst_buffer_unref (buffer);
  }
  gst_harness_teardown (harness);
  fail_unless (seen.result.label != NULL);
  return seen;
}

static gfloat
get_cell (const MsnetActivation *activation, guint row, guint column)
{
  const guint8 *data = g_bytes_get_data (activation->map, NULL);

  return GST_READ_FLOAT_LE (data + (row * activation->width + column) * sizeof (gfloat));
}

/* Of streams and clips: the scores are the same, bit for bit. */
GST_START_TEST (test_results_are_the_same_without)
{
  const gchar *models[] = { "tiny-past", "tiny-tsm-change" };

  for (guint i = 0; i < G_N_ELEMENTS (models); i++) {
    g_auto (Seen) plain = look ("", models[i], "", 112, 112, 10);
    g_auto (Seen) asked = look ("", models[i], "activation=true", 112, 112, 10);

    fail_unless_equals_int (plain.buffers, 0);
    fail_unless_equals_int (asked.buffers, 3);
    fail_unless_equals_string (plain.result.label, asked.result.label);
    fail_unless_equals_int (plain.result.n_labels, asked.result.n_labels);
    fail_unless (
        memcmp (plain.result.scores, asked.result.scores, plain.result.n_labels * sizeof (gdouble)) == 0);
  }
}
GST_END_TEST;

GST_START_TEST (test_belongs_to_its_result)
{
  g_auto (Seen) seen = look ("", "tiny-past", "activation=true motion=false name=eye", 224, 168, 8);
  const MsnetActivation *activation = &seen.activation;

  fail_unless_equals_int (activation->width, 4);
  fail_unless_equals_int (activation->height, 4);
  fail_unless_equals_string (activation->label, seen.result.label);
  fail_unless_equals_int (activation->class_index, seen.result.class_index);
  fail_unless_equals_int (activation->frame_width, 224);
  fail_unless_equals_int (activation->frame_height, 168);
  fail_unless_equals_uint64 (activation->start, seen.result.start);
  fail_unless_equals_uint64 (activation->end, seen.result.end);
  fail_unless_equals_string (activation->element, "eye");
  fail_unless_equals_uint64 (activation->element_id, seen.result.element_id);
  fail_unless_equals_uint64 (activation->index, seen.result.index);
}
GST_END_TEST;

/* Of a sigmoid the score says what the logit is. */
GST_START_TEST (test_is_the_logit)
{
  g_auto (Seen) seen = look ("", "tiny-proposals", "activation=true", 64, 48, 8);
  gdouble logit = get_cell (&seen.activation, 0, 0) + seen.activation.bias;

  fail_unless_equals_int (seen.activation.width * seen.activation.height, 1);
  fail_unless (ABS (1.0 / (1.0 + exp (-logit)) - seen.result.score) < 1e-5, "logit %g, score %g", logit,
      seen.result.score);
}
GST_END_TEST;

/* A result below the threshold is not reported, and its map neither; the stream waits for each window. */
GST_START_TEST (test_no_result_no_map)
{
  g_autofree gchar *path = msnet_test_model ("tiny-past");
  g_autofree gchar *launch = g_strdup_printf ("msnet model=%s activation=true threshold=1", path);
  GstHarness *harness = gst_harness_new_parse (launch);

  gst_harness_set_live (harness, FALSE);
  gst_harness_set_src_caps_str (harness, "video/x-raw, format=GRAY8, width=112, height=112, framerate=8/1");
  for (guint i = 0; i < 9; i++) {
    GstBuffer *buffer = moving_picture_new (112, 112, i, 0);
    gpointer maps = NULL;
    GST_BUFFER_PTS (buffer) = i * INTERVAL;
    buffer = gst_harness_push_and_pull (harness, buffer);
    fail_if (msnet_meta_iterate (buffer, &maps, MSNET_ACTIVATION_META_NAME));
    gst_buffer_unref (buffer);
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* @left, @top, @scale: of what the network sees, in pixels of the frame */
static void
check_region (const gchar *model, guint width, guint height, gdouble left, gdouble top, gdouble scale)
{
  g_auto (Seen) seen = look ("", model, "activation=true", width, height, 8);
  const gdouble side = seen.activation.width * CELL * scale;

  fail_unless_equals_float (seen.activation.region[0], (left + BEFORE * scale) / width);
  fail_unless_equals_float (seen.activation.region[1], (top + BEFORE * scale) / height);
  fail_unless_equals_float (seen.activation.region[2], side / width);
  fail_unless_equals_float (seen.activation.region[3], side / height);
}

GST_START_TEST (test_region_of_what_the_network_sees)
{
  /* The middle 112 x 112; 112 x 80 inside 112 x 112; 200 x 200 halved, of which 4 x 4 cells are 128. */
  check_region ("tiny-forward", 160, 128, 24, 8, 1);
  check_region ("tiny-pad", 112, 80, 0, -16, 1);
  check_region ("tiny-past", 224, 224, 0, 0, 2);
}
GST_END_TEST;

/* Where cell @row, @column in memory is in the upright picture of @n cells a side. */
static void
turn_0 (guint n, guint *row, guint *column)
{
}

static void
turn_90 (guint n, guint *row, guint *column)
{
  guint upright = *column;

  *column = n - 1 - *row;
  *row = upright;
}

static void
turn_180 (guint n, guint *row, guint *column)
{
  *row = n - 1 - *row;
  *column = n - 1 - *column;
}

static void
mirror (guint n, guint *row, guint *column)
{
  *column = n - 1 - *column;
}

/* The map lies as the frame does, which the tag does not turn; behind videoflip all is upright. */
GST_START_TEST (test_lies_as_the_frame_does)
{
  const struct
  {
    const gchar *tag;
    void (*turn) (guint n, guint *row, guint *column);
  } cases[] = { { "rotate-0", turn_0 }, { "rotate-90", turn_90 }, { "rotate-180", turn_180 },
    { "flip-rotate-0", mirror } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *tag = g_strdup_printf ("taginject tags=image-orientation=%s !", cases[i].tag);
    g_autofree gchar *flip = g_strdup_printf ("%s videoflip video-direction=auto !", tag);
    g_auto (Seen) seen = look (tag, "tiny-past", "activation=true", 160, 112, 8);
    g_auto (Seen) upright = look (flip, "tiny-past", "activation=true orientation=identity", 160, 112, 8);
    gdouble range = 0;

    fail_unless_equals_int (seen.activation.class_index, upright.activation.class_index);
    for (guint row = 0; row < 4; row++)
      for (guint column = 0; column < 4; column++) {
        gfloat found = get_cell (&seen.activation, row, column), expected;
        guint to_row = row, to_column = column;
        cases[i].turn (4, &to_row, &to_column);
        expected = get_cell (&upright.activation, to_row, to_column);
        fail_unless (ABS (found - expected) < 1e-3, "%s: cell %u, %u: %g, expected %g", cases[i].tag, row,
            column, found, expected);
        range = MAX (range, ABS (found - get_cell (&seen.activation, 0, 0)));
      }
    fail_unless (range > 0.01, "all cells are alike");
  }
}
GST_END_TEST;

static Suite *
msnet_activation_suite (void)
{
  Suite *suite = suite_create ("msnet_activation");
  TCase *tests = tcase_create ("activation");

  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_set_timeout (tests, 300);
  tcase_add_test (tests, test_results_are_the_same_without);
  tcase_add_test (tests, test_belongs_to_its_result);
  tcase_add_test (tests, test_is_the_logit);
  tcase_add_test (tests, test_no_result_no_map);
  tcase_add_test (tests, test_region_of_what_the_network_sees);
  tcase_add_test (tests, test_lies_as_the_frame_does);
  return suite;
}

GST_CHECK_MAIN (msnet_activation)
