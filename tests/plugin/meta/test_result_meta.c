/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fields of results, motion fields and activation maps as they travel. */
#include "meta/result_meta.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

static gchar *labels[] = { "pan-left", "still", NULL };
static gdouble scores[] = { 0.75, 0.25 };

static MsnetResult
make_result (guint64 index)
{
  return (MsnetResult){ .index = index,
    .element = "msnet0",
    .element_id = G_GUINT64_CONSTANT (0xfedcba9876543210),
    .model = "motion",
    .label = "pan-left",
    .class_index = 1,
    .score = 0.75,
    .labels = labels,
    .scores = scores,
    .n_labels = 2,
    .start = 1 * GST_SECOND,
    .end = 2 * GST_SECOND,
    .stream_start = 3 * GST_SECOND,
    .stream_end = 4 * GST_SECOND,
    .frames = 7,
    .gaps = 1,
    .partial = TRUE,
    .age = 5,
    .skipped = 6,
    .inference = 7,
    .hop = 8,
    .wall = GST_CLOCK_TIME_NONE };
}

static void
assert_result_equal (const MsnetResult *a, const MsnetResult *b)
{
  fail_unless_equals_uint64 (a->index, b->index);
  fail_unless_equals_string (a->element, b->element);
  fail_unless_equals_uint64 (a->element_id, b->element_id);
  fail_unless_equals_string (a->model, b->model);
  fail_unless_equals_string (a->label, b->label);
  fail_unless_equals_int (a->class_index, b->class_index);
  fail_unless_equals_float (a->score, b->score);
  fail_unless_equals_int (a->n_labels, b->n_labels);
  for (guint i = 0; i < a->n_labels; i++) {
    fail_unless_equals_string (a->labels[i], b->labels[i]);
    fail_unless_equals_float (a->scores[i], b->scores[i]);
  }
  fail_unless_equals_uint64 (a->start, b->start);
  fail_unless_equals_uint64 (a->end, b->end);
  fail_unless_equals_uint64 (a->stream_start, b->stream_start);
  fail_unless_equals_uint64 (a->stream_end, b->stream_end);
  fail_unless_equals_int (a->frames, b->frames);
  fail_unless_equals_int (a->gaps, b->gaps);
  fail_unless_equals_int (a->partial, b->partial);
  fail_unless_equals_uint64 (a->age, b->age);
  fail_unless_equals_uint64 (a->skipped, b->skipped);
  fail_unless_equals_uint64 (a->inference, b->inference);
  fail_unless_equals_uint64 (a->hop, b->hop);
  fail_unless_equals_uint64 (a->wall, b->wall);
}

GST_START_TEST (test_result_round_trip)
{
  const gchar *order[]
      = { "index", "element", "element-id", "model", "label", "class", "score", "labels", "scores", "start",
          "end", "stream-start", "stream-end", "frames", "gaps", "partial", "age", "skipped", "inference" };
  MsnetResult result = make_result (42);
  g_auto (MsnetResult) read = { 0 };
  GstStructure *structure = gst_structure_new_empty (MSNET_RESULT_NAME);

  msnet_result_write (&result, structure);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    fail_unless_equals_string (gst_structure_nth_field_name (structure, i), order[i]);
  fail_if (gst_structure_has_field (structure, "wall"));
  fail_unless (msnet_result_read (&read, structure));
  assert_result_equal (&result, &read);

  msnet_result_clear (&read);
  result.wall = 1234;
  msnet_result_write (&result, structure);
  fail_unless (msnet_result_read (&read, structure));
  assert_result_equal (&result, &read);

  /* What others may leave out: it is not among the documented fields. */
  msnet_result_clear (&read);
  gst_structure_remove_field (structure, "hop");
  fail_unless (msnet_result_read (&read, structure));
  fail_if (GST_CLOCK_TIME_IS_VALID (read.hop));

  msnet_result_clear (&read);
  gst_structure_set (structure, "score", G_TYPE_STRING, "high", NULL);
  fail_if (msnet_result_read (&read, structure));
  gst_structure_free (structure);
}
GST_END_TEST;

GST_START_TEST (test_several_on_one_buffer)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  gpointer state = NULL;
  const GstStructure *structure;
  guint64 expected = 0;

  for (guint i = 0; i < 3; i++) {
    MsnetResult result = make_result (i);
    msnet_result_attach (&result, buffer);
    gst_buffer_add_reference_timestamp_meta (buffer, gst_caps_new_empty_simple ("timestamp/x-unix"), i, 0);
  }
  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)) != NULL) {
    g_auto (MsnetResult) result = { 0 };
    fail_unless (msnet_result_read (&result, structure));
    fail_unless_equals_uint64 (result.index, expected++);
  }
  fail_unless_equals_uint64 (expected, 3);
  state = NULL;
  fail_if (msnet_meta_iterate (buffer, &state, MSNET_MOTION_META_NAME));
}
GST_END_TEST;

GST_START_TEST (test_motion_round_trip)
{
  gfloat field[2 * 3 * 3] = { 0.5f, -0.25f, 1.0f };
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  g_autoptr (GstBuffer) copy = NULL;
  g_auto (MsnetMotion) read = { 0 };
  g_autoptr (GBytes) bytes = g_bytes_new (field, sizeof field);
  MsnetMotion motion = { 3, 2, bytes, { 0.125, 0, 0.75, 1 }, { 2, 3 }, 0.1, -0.2, 0.3, -0.4, 0.5, 320, 240,
    10, 20, "msnet0", 77, 9 };
  gpointer state = NULL;

  msnet_motion_attach (&motion, buffer);
  copy = gst_buffer_copy (buffer);
  fail_unless (msnet_motion_read (&read, msnet_meta_iterate (copy, &state, MSNET_MOTION_META_NAME)));
  fail_unless_equals_int (read.width, 3);
  fail_unless_equals_int (read.height, 2);
  fail_unless (g_bytes_equal (read.field, bytes));
  fail_unless_equals_float (read.region[2], 0.75);
  fail_unless_equals_float (read.limit[1], 3);
  fail_unless_equals_float (read.pan, 0.1);
  fail_unless_equals_float (read.tilt, -0.2);
  fail_unless_equals_float (read.zoom, 0.3);
  fail_unless_equals_float (read.roll, -0.4);
  fail_unless_equals_float (read.agreement, 0.5);
  fail_unless_equals_int (read.frame_width, 320);
  fail_unless_equals_int (read.frame_height, 240);
  fail_unless_equals_uint64 (read.start, 10);
  fail_unless_equals_uint64 (read.end, 20);
  fail_unless_equals_string (read.element, "msnet0");
  fail_unless_equals_uint64 (read.element_id, 77);
  fail_unless_equals_uint64 (read.index, 9);
}
GST_END_TEST;

GST_START_TEST (test_motion_of_wrong_size)
{
  g_autoptr (GBytes) bytes = g_bytes_new ("four", 4);
  MsnetMotion motion = { .width = 3, .height = 2, .field = bytes, .element = "msnet0" };
  g_auto (MsnetMotion) read = { 0 };
  GstStructure *structure = gst_structure_new_empty (MSNET_MOTION_META_NAME);

  msnet_motion_write (&motion, structure);
  fail_if (msnet_motion_read (&read, structure));
  gst_structure_free (structure);
}
GST_END_TEST;

GST_START_TEST (test_activation_round_trip)
{
  gfloat map[3 * 2] = { 0.5f, -0.25f, 1.0f };
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  g_autoptr (GstBuffer) copy = NULL;
  g_auto (MsnetActivation) read = { 0 };
  g_autoptr (GBytes) bytes = g_bytes_new (map, sizeof map);
  MsnetActivation activation
      = { 3, 2, bytes, -0.5, "pan", 4, { 0.125, 0, 0.75, 1 }, 320, 240, 10, 20, "msnet0", 77, 9 };
  gpointer state = NULL;

  msnet_activation_attach (&activation, buffer);
  copy = gst_buffer_copy (buffer);
  fail_unless (msnet_activation_read (&read, msnet_meta_iterate (copy, &state, MSNET_ACTIVATION_META_NAME)));
  fail_unless_equals_int (read.width, 3);
  fail_unless_equals_int (read.height, 2);
  fail_unless (g_bytes_equal (read.map, bytes));
  fail_unless_equals_float (read.bias, -0.5);
  fail_unless_equals_string (read.label, "pan");
  fail_unless_equals_int (read.class_index, 4);
  fail_unless_equals_float (read.region[2], 0.75);
  fail_unless_equals_int (read.frame_width, 320);
  fail_unless_equals_int (read.frame_height, 240);
  fail_unless_equals_uint64 (read.start, 10);
  fail_unless_equals_uint64 (read.end, 20);
  fail_unless_equals_string (read.element, "msnet0");
  fail_unless_equals_uint64 (read.element_id, 77);
  fail_unless_equals_uint64 (read.index, 9);
}
GST_END_TEST;

GST_START_TEST (test_activation_of_wrong_size)
{
  g_autoptr (GBytes) bytes = g_bytes_new ("four", 4);
  const gint sizes[][2] = { { 1, 2 }, { -1, -1 }, { 0, 1 }, { 2000, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    MsnetActivation activation
        = { .width = sizes[i][0], .height = sizes[i][1], .map = bytes, .label = "pan", .element = "msnet0" };
    g_autoptr (GstStructure) structure = gst_structure_new_empty (MSNET_ACTIVATION_META_NAME);
    g_auto (MsnetActivation) read = { 0 };

    msnet_activation_write (&activation, structure);
    fail_if (msnet_activation_read (&read, structure));
  }
}
GST_END_TEST;

/* Whoever reads a structure of @table may rely on each field, unless it is optional. */
static void
assert_fields_count (const MsnetMetaTable *table, const GstStructure *whole)
{
  for (guint i = 0; i < table->n_fields; i++) {
    const MsnetMetaField *field = &table->fields[i];
    gboolean optional = (field->flags & MSNET_META_OPTIONAL) != 0;
    g_autoptr (GstStructure) structure = gst_structure_copy (whole);
    g_autofree gpointer data = g_malloc (table->size);

    gst_structure_remove_field (structure, field->name);
    fail_unless_equals_int (msnet_fields_read (table, data, structure), optional);
    msnet_fields_clear (table, data);
    gst_structure_set (structure, field->name, G_TYPE_FLOAT, 1.0, NULL);
    fail_unless_equals_int (msnet_fields_read (table, data, structure), optional);
    msnet_fields_clear (table, data);
  }
}

GST_START_TEST (test_each_field_counts)
{
  MsnetResult result = make_result (1);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("", 0);
  MsnetMotion motion = { .field = bytes, .element = "msnet0" };
  g_autoptr (GstStructure) of_result = gst_structure_new_empty (MSNET_RESULT_NAME);
  MsnetActivation activation = { .map = bytes, .label = "pan", .element = "msnet0" };
  g_autoptr (GstStructure) of_motion = gst_structure_new_empty (MSNET_MOTION_META_NAME);
  g_autoptr (GstStructure) of_activation = gst_structure_new_empty (MSNET_ACTIVATION_META_NAME);

  msnet_result_write (&result, of_result);
  msnet_motion_write (&motion, of_motion);
  assert_fields_count (&msnet_result_table, of_result);
  assert_fields_count (&msnet_motion_table, of_motion);
  msnet_activation_write (&activation, of_activation);
  assert_fields_count (&msnet_activation_table, of_activation);
}
GST_END_TEST;

/* The tables become Markdown. */
GST_START_TEST (test_each_field_is_documented)
{
  const MsnetMetaTable *tables[] = { &msnet_result_table, &msnet_message_table, &msnet_motion_table,
    &msnet_activation_table, &msnet_action_end_table };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint row = 0; row < tables[i]->n_fields; row++) {
      const MsnetMetaField *field = &tables[i]->fields[row];
      fail_unless (g_hash_table_add (names, (gpointer)field->name), "%s stands there twice", field->name);
      fail_if (!field->doc || strpbrk (field->doc, "|\n"), "%s: not a cell of a table", field->name);
      fail_if (g_str_has_suffix (field->doc, "."), "%s: a full stop", field->name);
    }
  }
}
GST_END_TEST;

static MsnetAction
make_action (gboolean ended)
{
  return (MsnetAction){ .ended = ended,
    .element = "msnet0",
    .element_id = 77,
    .label = "pan-left",
    .class_index = 1,
    .score = 0.75,
    .start = 1 * GST_SECOND,
    .stream_start = 3 * GST_SECOND,
    .end = ended ? 2 * GST_SECOND : 0,
    .stream_end = ended ? 4 * GST_SECOND : 0 };
}

static const gchar *action_fields[]
    = { "element", "element-id", "label", "class", "score", "start", "stream-start", "end", "stream-end" };

GST_START_TEST (test_action_round_trip)
{
  for (gint ended = 0; ended < 2; ended++) {
    MsnetAction action = make_action (ended);
    GstStructure *structure = msnet_action_to_structure (&action);
    g_auto (MsnetAction) read = { 0 };

    fail_unless_equals_string (
        gst_structure_get_name (structure), ended ? "msnet-action-end" : "msnet-action-begin");
    fail_unless_equals_int (gst_structure_n_fields (structure), ended ? 9 : 7);
    for (gint i = 0; i < gst_structure_n_fields (structure); i++)
      fail_unless_equals_string (gst_structure_nth_field_name (structure, i), action_fields[i]);
    fail_unless (msnet_action_read (&read, structure));
    fail_unless_equals_int (read.ended, ended);
    fail_unless_equals_string (read.element, action.element);
    fail_unless_equals_uint64 (read.element_id, action.element_id);
    fail_unless_equals_string (read.label, action.label);
    fail_unless_equals_int (read.class_index, action.class_index);
    fail_unless_equals_float (read.score, action.score);
    fail_unless_equals_uint64 (read.start, action.start);
    fail_unless_equals_uint64 (read.stream_start, action.stream_start);
    fail_unless_equals_uint64 (read.end, action.end);
    fail_unless_equals_uint64 (read.stream_end, action.stream_end);
    gst_structure_free (structure);
  }
}
GST_END_TEST;

GST_START_TEST (test_half_an_action)
{
  MsnetAction action = make_action (TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (action_fields); i++) {
    GstStructure *structure = msnet_action_to_structure (&action);
    g_auto (MsnetAction) read = { 0 };

    gst_structure_remove_field (structure, action_fields[i]);
    fail_if (msnet_action_read (&read, structure), "without %s", action_fields[i]);
    fail_unless (read.element == NULL);
    gst_structure_set (structure, action_fields[i], G_TYPE_FLOAT, 1.0, NULL);
    fail_if (msnet_action_read (&read, structure), "%s is a float", action_fields[i]);
    gst_structure_free (structure);
  }
}
GST_END_TEST;

/* Returns: whether motion field and activation map are still there behind @launch; a result always is */
static gboolean
keeps_places (const gchar *launch)
{
  GstHarness *harness = gst_harness_new_parse (launch);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 64 * 48, NULL);
  gpointer results = NULL, motions = NULL, maps = NULL;
  gboolean kept;

  gst_harness_set_src_caps_str (harness, "video/x-raw, format=GRAY8, width=64, height=48, framerate=10/1");
  gst_buffer_memset (buffer, 0, 0, 64 * 48);
  gst_buffer_add_custom_meta (buffer, MSNET_RESULT_META_NAME);
  gst_buffer_add_custom_meta (buffer, MSNET_MOTION_META_NAME);
  gst_buffer_add_custom_meta (buffer, MSNET_ACTIVATION_META_NAME);
  buffer = gst_harness_push_and_pull (harness, buffer);
  fail_unless (msnet_meta_iterate (buffer, &results, MSNET_RESULT_META_NAME) != NULL, launch);
  kept = msnet_meta_iterate (buffer, &motions, MSNET_MOTION_META_NAME) != NULL;
  fail_unless_equals_int (kept, msnet_meta_iterate (buffer, &maps, MSNET_ACTIVATION_META_NAME) != NULL);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
  return kept;
}

/* Both are in fractions of the frame: they stay true where it is scaled and converted, and not where it
 * is cropped or turned. */
GST_START_TEST (test_places_are_gone_after_a_crop)
{
  fail_unless (keeps_places ("videoscale ! capsfilter caps=video/x-raw,width=32,height=32"));
  fail_unless (keeps_places ("videoconvert ! capsfilter caps=video/x-raw,format=I420"));
  fail_if (keeps_places ("videocrop left=4"));
  fail_if (keeps_places ("videoflip video-direction=90r"));
}
GST_END_TEST;

static Suite *
result_meta_suite (void)
{
  Suite *suite = suite_create ("result_meta");
  TCase *tests = tcase_create ("fields");

  msnet_meta_register ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_result_round_trip);
  tcase_add_test (tests, test_several_on_one_buffer);
  tcase_add_test (tests, test_motion_round_trip);
  tcase_add_test (tests, test_motion_of_wrong_size);
  tcase_add_test (tests, test_activation_round_trip);
  tcase_add_test (tests, test_activation_of_wrong_size);
  tcase_add_test (tests, test_places_are_gone_after_a_crop);
  tcase_add_test (tests, test_each_field_counts);
  tcase_add_test (tests, test_each_field_is_documented);
  tcase_add_test (tests, test_action_round_trip);
  tcase_add_test (tests, test_half_an_action);
  return suite;
}

GST_CHECK_MAIN (result_meta)
