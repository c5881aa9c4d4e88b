/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "common/common.h"
#include "load.h"

/* One edit of one value of the metadata, and what the error then says. */
typedef struct
{
  const gchar *key;
  const gchar *found;
  const gchar *replacement;
  gint code;
  const gchar *message;
} Edit;

static const Edit edits[] = {
  { "msnet.network", "\"depth\": 18", "\"depth\": 19", MSNET_ERROR_MODEL,
      "msnet.network: depth: expected 18, 34, 50, 101 or 152, found 19" },
  { "msnet.network", "\"depth\": 18", "\"depth\": \"18\"", MSNET_ERROR_MODEL,
      "depth: expected a whole number" },
  { "msnet.network", "\"depth\": 18", "\"depth\": 18.0", MSNET_ERROR_MODEL,
      "depth: expected a whole number" },
  { "msnet.network", "\"depth\": 18, ", "", MSNET_ERROR_MODEL,
      "depth: expected a whole number from 1 to 1000, found nothing" },
  { "msnet.network", "\"width\": 8", "\"width\": 7", MSNET_ERROR_MODEL,
      "msnet.network: width: expected a whole number from 8 to 512, found 7" },
  { "msnet.network", "\"width\": 8", "\"width\": 4294967304", MSNET_ERROR_MODEL,
      "width: expected a whole number from 8 to 512" },
  { "msnet.network", "\"causal\"", "\"both\"", MSNET_ERROR_MODEL,
      "shift: expected one of none, bidirectional, causal, found \"both\"" },
  { "msnet.network", "\"shift_every\": 1", "\"shift_every\": 0", MSNET_ERROR_MODEL,
      "shift_every: expected a whole number from 1 to 64" },
  { "msnet.network", "\"classes\": 3", "\"classes\": 0", MSNET_ERROR_MODEL,
      "classes: expected a whole number from 1 to 10000, found 0" },
  { "msnet.network", "\"classes\": 3", "\"classes\": 10001", MSNET_ERROR_MODEL,
      "classes: expected a whole number from 1 to 10000" },
  { "msnet.network", "\"depth\"", "\"backbone\": \"vgg\", \"depth\"", MSNET_ERROR_MODEL,
      "backbone: expected one of resnet, mobilenet-v2, efficientnet-lite0, " },
  { "msnet.network", "\"depth\"", "\"dropout\": 0.5, \"depth\"", MSNET_ERROR_MODEL,
      "msnet.network: dropout: expected only backbone, depth, width, shift, shift_every, shift_div, "
      "shift_place, classes, output, head, grid, motion, found 0.5" },
  { "msnet.network", "\"depth\": 18", "\"head\": \"change\", \"depth\": 18", MSNET_ERROR_MODEL,
      "msnet.network: head: expected [\"pooled\"], [\"pooled\", \"change\"] or [\"change\"], found "
      "\"change\"" },
  { "msnet.network", "\"depth\": 18", "\"grid\": 8, \"depth\": 18", MSNET_ERROR_MODEL,
      "msnet.network: grid: expected at most 1, as msnet.input has size 32 and the last map 1 x 1 cells, "
      "found 8" },
  { "msnet.network", "\"depth\": 18", "\"head\": [], \"depth\": 18", MSNET_ERROR_MODEL,
      "msnet.network: head: expected [\"pooled\"], [\"pooled\", \"change\"] or [\"change\"], found []" },
  { "msnet.network", "\"depth\": 18", "\"head\": [\"change\", \"pooled\"], \"depth\": 18", MSNET_ERROR_MODEL,
      "msnet.network: head: expected [\"pooled\"], [\"pooled\", \"change\"] or [\"change\"], found "
      "[\"change\"," },
  { "msnet.network", "\"depth\": 18", "\"head\": [\"pooled\", \"pooled\"], \"depth\": 18", MSNET_ERROR_MODEL,
      "msnet.network: head: expected [\"pooled\"], [\"pooled\", \"change\"] or [\"change\"], found [" },
  { "msnet.network", "\"depth\": 18", "\"head\": [\"pooled\", 1], \"depth\": 18", MSNET_ERROR_MODEL,
      "msnet.network: head: expected [\"pooled\"], [\"pooled\", \"change\"] or [\"change\"], found [" },
  { "msnet.network", "\"depth\": 18", "\"head\": [\"pooled\", \"change\", \"change\"], \"depth\": 18",
      MSNET_ERROR_MODEL,
      "msnet.network: head: expected [\"pooled\"], [\"pooled\", \"change\"] or [\"change\"], found [" },
  { "msnet.network", "\"depth\": 18", "\"depth\": 18, \"depth\": 18", MSNET_ERROR_MODEL,
      "msnet.network: expected each name once, found depth twice" },
  { "msnet.network", "}", "", MSNET_ERROR_MODEL, "msnet.network: expected JSON" },
  { "msnet.network", "}", ", \"motion\": null}", MSNET_ERROR_MODEL,
      "motion: expected an object, found null" },
  { "msnet.input", "\"frames\": 4", "\"frames\": 0", MSNET_ERROR_MODEL,
      "msnet.input: frames: expected a whole number from 1 to 64, found 0" },
  { "msnet.input", "\"frames\": 4", "\"frames\": 65", MSNET_ERROR_MODEL,
      "frames: expected a whole number from 1 to 64" },
  { "msnet.input", "\"size\": 32", "\"size\": 31", MSNET_ERROR_MODEL,
      "size: expected a whole number from 32 to 1024, found 31" },
  { "msnet.input", "\"size\": 32", "\"size\": 48", MSNET_ERROR_MODEL,
      "resize: expected at least size, so that the crop lies inside, found 40" },
  { "msnet.input", "\"resize\": 40, ", "", MSNET_ERROR_MODEL, "resize: expected a whole number" },
  { "msnet.input", "\"resize\": 40", "\"resize\": [40, 31]", MSNET_ERROR_MODEL,
      "resize: expected two whole numbers from 32 to 4096, found [40,31]" },
  { "msnet.input", "\"resize\": 40", "\"resize\": [40, 40, 40]", MSNET_ERROR_MODEL,
      "resize: expected two whole numbers" },
  { "msnet.input", "\"size\": 32", "\"range\": 254, \"size\": 32", MSNET_ERROR_MODEL,
      "range: expected 1 or 255, found 254" },
  { "msnet.input", "\"size\": 32", "\"resize_filter\": \"cubic\", \"size\": 32", MSNET_ERROR_MODEL,
      "resize_filter: expected one of antialias, bilinear, found \"cubic\"" },
  { "msnet.input", "\"crop\"", "\"cut\"", MSNET_ERROR_MODEL,
      "fit: expected one of crop, stretch, pad, found \"cut\"" },
  { "msnet.input", "\"RGB\"", "\"GBR\"", MSNET_ERROR_MODEL,
      "order: expected one of RGB, BGR, found \"GBR\"" },
  { "msnet.input", "0.485, ", "", MSNET_ERROR_MODEL,
      "mean: expected three numbers from -1000 to 1000, found [0.45" },
  { "msnet.input", "0.485", "1e999", MSNET_ERROR_MODEL, "mean: expected three numbers" },
  { "msnet.input", "0.229", "0", MSNET_ERROR_MODEL, "std: expected three numbers" },
  { "msnet.input", "0.229", "\"a\"", MSNET_ERROR_MODEL, "std: expected three numbers" },
  { "msnet.input", "\"size\"", "\"scale\": 1, \"size\"", MSNET_ERROR_MODEL,
      "scale: expected only frames, fit, resize, resize_filter, size, order, range, mean, std" },
  { "msnet.sampling", "1.5", "0.003", MSNET_ERROR_MODEL,
      "msnet.sampling: window: expected a number from 0.004 to 3600" },
  { "msnet.sampling", "1.5", "3601", MSNET_ERROR_MODEL, "window: expected a number" },
  { "msnet.sampling", "0.25", "-0.25", MSNET_ERROR_MODEL,
      "hop: expected a number from 0 to 3600, found -0.25" },
  { "msnet.sampling", "0.25", "true", MSNET_ERROR_MODEL, "hop: expected a number" },
  { "msnet.sampling", "\"hop\"", "\"stride\"", MSNET_ERROR_MODEL, "stride: expected only window, hop, at" },
  { "msnet.sampling", "0.25", "0.25, \"at\": \"end\"", MSNET_ERROR_MODEL,
      "at: expected one of start, centre, found \"end\"" },
  { "msnet.labels", ", \"zoom-in\"", "", MSNET_ERROR_MODEL,
      "msnet.labels: expected 3 labels, as msnet.network has classes, found 2" },
  { "msnet.labels", "]", ", \"x\"]", MSNET_ERROR_MODEL, "found 4" },
  { "msnet.labels", "zoom-in", "still", MSNET_ERROR_MODEL,
      "msnet.labels: expected unique labels of 1 to 256 bytes without control characters, found \"still\" "
      "twice" },
  { "msnet.labels", "zoom-in", "zoom\\tin", MSNET_ERROR_MODEL, "found another thing at index 2" },
  { "msnet.labels", "zoom-in", "zoom\\u0085in", MSNET_ERROR_MODEL, "found another thing at index 2" },
  { "msnet.labels", "zoom-in", "", MSNET_ERROR_MODEL, "found another thing at index 2" },
  { "msnet.labels", "\"zoom-in\"", "7", MSNET_ERROR_MODEL, "found another thing at index 2" },
  { "msnet.labels", "zoom-in", "zoom\\u0000in", MSNET_ERROR_MODEL, "msnet.labels: expected JSON" },
  { "msnet.version", "1", "3", MSNET_ERROR_UNSUPPORTED,
      "msnet.version: expected 1 or 2, found 3; it needs a newer version of msnet" },
  { "msnet.version", "1", "one", MSNET_ERROR_MODEL,
      "msnet.version: expected 1 or 2, found one; it is no msnet model" },
};

/* The same for what `motion` says. */
static const Edit motion_edits[] = {
  { "msnet.network", "\"after\": 2", "\"after\": 5", MSNET_ERROR_MODEL,
      "after: expected a whole number from 1 to 4, or an ascending list of such, found 5" },
  { "msnet.network", "\"after\": 2", "\"after\": [3, 2]", MSNET_ERROR_MODEL,
      "after: expected a whole number from 1 to 4, or an ascending list of such, found [3,2]" },
  { "msnet.network", "\"after\": 2", "\"after\": []", MSNET_ERROR_MODEL, "after: expected a whole number" },
  { "msnet.network", "\"after\": 2, ", "", MSNET_ERROR_MODEL, "after: expected a whole number" },
  { "msnet.network", "\"past\"", "\"future\"", MSNET_ERROR_MODEL,
      "directions: expected one of forward, past, both, found \"future\"" },
  { "msnet.network", "\"kernel\"", "1", MSNET_ERROR_MODEL,
      "softargmax: expected one of kernel, plain, found 1" },
  { "msnet.network", "true", "true, \"dilation\": 3", MSNET_ERROR_MODEL,
      "dilation: expected a whole number from 1 to 2, found 3" },
  { "msnet.network", "true", "true, \"fusion\": \"max\"", MSNET_ERROR_MODEL,
      "fusion: expected one of add, multiply, concat, replace, found \"max\"" },
  { "msnet.network", "\"patch\": 15", "\"patch\": 14", MSNET_ERROR_MODEL,
      "msnet.network, motion: patch: expected an odd number, found 14" },
  { "msnet.network", "\"patch\": 15", "\"patch\": 33", MSNET_ERROR_MODEL,
      "patch: expected a whole number from 3 to 31" },
  { "msnet.network", "0.01", "0", MSNET_ERROR_MODEL, "temperature: expected a number from 0.0001 to 100" },
  { "msnet.network", "5.0", "-5.0", MSNET_ERROR_MODEL, "sigma: expected a number from 0.1 to 1000" },
  { "msnet.network", "true", "1", MSNET_ERROR_MODEL, "confidence: expected true or false, found 1" },
  { "msnet.network", "\"after\"", "\"before\": 3, \"after\"", MSNET_ERROR_MODEL,
      "msnet.network, motion: before: expected only after" },
};

static void
expect_edit_refused (ModelFile *file, const Edit *edit)
{
  model_file_edit_metadata (file, edit->key, edit->found, edit->replacement);
  expect_refusal (file, edit->code, edit->message);
}

START_TEST (reads_what_a_file_says)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_set_metadata (file, "msnet.background", "[\"still\"]");
  model_file_set_metadata (file, "msnet.card", "{\"name\": \"x\", \"anything\": {\"free\": [1, 2]}}");
  g_autoptr (MsnetModel) model = load_good (file);
  const MsnetNetworkSpec *network = msnet_model_get_network (model);
  const MsnetPrepareParams *input = msnet_model_get_input (model);

  ck_assert_str_eq (msnet_model_get_name (model), "small");
  ck_assert_uint_eq (network->depth, 18);
  ck_assert_uint_eq (network->width, 8);
  ck_assert_int_eq (network->shift, MSNET_SHIFT_CAUSAL);
  ck_assert (network->motion.n_places == 0);
  ck_assert_uint_eq (msnet_model_get_frames (model), 4);
  ck_assert_int_eq (input->fit, MSNET_FIT_CROP);
  ck_assert_uint_eq (input->resize, 40);
  ck_assert_uint_eq (input->size, 32);
  ck_assert (!input->bgr);
  ck_assert_float_eq (input->std[2], 0.225f);
  ck_assert_uint_eq (msnet_model_get_window (model), 1500000000);
  ck_assert_uint_eq (msnet_model_get_hop (model), 250000000);
  ck_assert_str_eq (msnet_model_get_labels (model)[2], "zoom-in");
  ck_assert_ptr_null (msnet_model_get_labels (model)[3]);
  ck_assert (msnet_model_is_background (model, 0));
  ck_assert (!msnet_model_is_background (model, 1));
  ck_assert_ptr_null (msnet_model_get_unused (model));
}
END_TEST

/* Mean and deviation of bytes, of which the operation knows nothing. */
START_TEST (reads_a_pair_a_filter_and_a_range)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_set_metadata (file, "msnet.version", "2");
  model_file_set_metadata (file, "msnet.requires", "[\"resize-pair\", \"resize-filter\", \"range\"]");
  model_file_edit_metadata (
      file, "msnet.input", "40", "[48, 64], \"resize_filter\": \"bilinear\", \"range\": 255");
  model_file_edit_metadata (file, "msnet.input", "0.485", "127.5");
  model_file_edit_metadata (file, "msnet.input", "0.229", "51");
  g_autoptr (MsnetModel) model = load_good (file);
  const MsnetPrepareParams *input = msnet_model_get_input (model);

  ck_assert_int_eq (input->fit, MSNET_FIT_CROP);
  ck_assert_uint_eq (input->resize_height, 48);
  ck_assert_uint_eq (input->resize_width, 64);
  ck_assert_int_eq (input->filter, MSNET_FILTER_BILINEAR);
  ck_assert_float_eq_tol (input->mean[0], 0.5f, 1e-6);
  ck_assert_float_eq_tol (input->std[0], 0.2f, 1e-6);
}
END_TEST

START_TEST (reads_pad)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_set_metadata (file, "msnet.version", "2");
  model_file_set_metadata (file, "msnet.requires", "[\"fit-pad\"]");
  model_file_edit_metadata (file, "msnet.input", "\"crop\", \"resize\": 40", "\"pad\"");
  g_autoptr (MsnetModel) model = load_good (file);

  ck_assert_int_eq (msnet_model_get_input (model)->fit, MSNET_FIT_PAD);
}
END_TEST

START_TEST (reads_stretch_and_bgr)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_edit_metadata (file, "msnet.input", "\"crop\", \"resize\": 40", "\"stretch\"");
  model_file_edit_metadata (file, "msnet.input", "RGB", "BGR");
  model_file_edit_metadata (file, "msnet.network", "\"shift_every\": 1, ", "");
  model_file_edit_metadata (file, "msnet.sampling", "0.25", "0");
  model_file_edit_metadata (file, "msnet.sampling", "1.5", "0.0333333333");
  g_autoptr (MsnetModel) model = load_good (file);

  ck_assert_int_eq (msnet_model_get_input (model)->fit, MSNET_FIT_STRETCH);
  ck_assert (msnet_model_get_input (model)->bgr);
  ck_assert_uint_eq (msnet_model_get_network (model)->shift_every, 1);
  ck_assert_uint_eq (msnet_model_get_window (model), 33333333);
  ck_assert_uint_eq (msnet_model_get_hop (model), 0);
}
END_TEST

START_TEST (refuses_each_bad_value)
{
  g_autoptr (ModelFile) file = model_file_new ();

  expect_edit_refused (file, &edits[_i]);
}
END_TEST

START_TEST (refuses_each_bad_value_of_motion)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_add_motion (file);
  expect_edit_refused (file, &motion_edits[_i]);
}
END_TEST

START_TEST (refuses_missing_and_unknown_metadata)
{
  static const gchar *const keys[]
      = { "msnet.version", "msnet.network", "msnet.input", "msnet.sampling", "msnet.labels" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autoptr (ModelFile) file = model_file_new ();
    model_file_set_metadata (file, keys[i], NULL);
    expect_refusal (file, MSNET_ERROR_MODEL, keys[i]);
  }
  g_autoptr (ModelFile) file = model_file_new ();
  model_file_set_metadata (file, "msnet.extra", "1");
  expect_refusal (file, MSNET_ERROR_MODEL, "expected only the metadata msnet.version, msnet.requires");
}
END_TEST

START_TEST (refuses_unfitting_lists_and_cards)
{
  static const Edit cases[] = {
    { "msnet.background", NULL, "[\"pan\"]", 0,
        "msnet.background: expected labels of msnet.labels, found \"pan\"" },
    { "msnet.background", NULL, "[\"still\", \"still\"]", 0, "found \"still\" twice" },
    { "msnet.background", NULL, "{}", 0,
        "msnet.background: expected unique labels of 1 to 256 bytes without control characters, found no "
        "list" },
    { "msnet.card", NULL, "{\"name\"}", 0, "msnet.card: expected JSON, found a mistake" },
    { "msnet.card", NULL, "[[[[[[[[[]]]]]]]]]", 0, "msnet.card: expected JSON nested at most 8 deep" },
    { "msnet.network", NULL, "[]", 0, "msnet.network: expected an object, found an array" },
    { "msnet.labels", NULL, "", 0, "msnet.labels: expected JSON" },
    { "msnet.actions", NULL, "{\"enter\": 1.5}", 0, "enter: expected a number from 0 to 1, found 1.5" },
    { "msnet.actions", NULL, "{\"enter\": 0.3, \"leave\": 0.4}", 0,
        "leave: expected at most enter, so that no action ends before it begins, found 0.4" },
    { "msnet.actions", NULL, "{\"delay\": 1}", 0, "delay: expected only enter, leave, smoothing" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (ModelFile) file = model_file_new ();
    model_file_set_metadata (file, cases[i].key, cases[i].replacement);
    expect_refusal (file, MSNET_ERROR_MODEL, cases[i].message);
  }
}
END_TEST

START_TEST (takes_labels_of_256_bytes_and_no_more)
{
  g_autoptr (ModelFile) file = model_file_new ();
  g_autofree gchar *longest = g_strnfill (256, 'z');
  g_autofree gchar *longer = g_strnfill (257, 'z');

  model_file_edit_metadata (file, "msnet.labels", "zoom-in", longest);
  g_autoptr (MsnetModel) model = load_good (file);
  model_file_edit_metadata (file, "msnet.labels", longest, longer);
  expect_refusal (file, MSNET_ERROR_MODEL, "found another thing at index 2");
}
END_TEST

START_TEST (refuses_motion_to_the_next_of_one_frame)
{
  static const gchar *const directions[] = { "forward", "both" };
  g_autoptr (ModelFile) file = model_file_new ();
  g_autofree gchar *quoted = g_strdup_printf ("\"%s\"", directions[_i]);
  g_autofree gchar *message
      = g_strdup_printf ("frames: expected at least 2, as motion with directions %s", directions[_i]);

  model_file_add_motion (file);
  model_file_edit_metadata (file, "msnet.network", "\"past\"", quoted);
  model_file_edit_metadata (file, "msnet.input", "\"frames\": 4", "\"frames\": 1");
  expect_refusal (file, MSNET_ERROR_MODEL, message);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("spec");
  TCase *tests = tcase_create ("spec");

  tcase_add_test (tests, reads_what_a_file_says);
  tcase_add_test (tests, reads_a_pair_a_filter_and_a_range);
  tcase_add_test (tests, reads_pad);
  tcase_add_test (tests, reads_stretch_and_bgr);
  tcase_add_loop_test (tests, refuses_each_bad_value, 0, G_N_ELEMENTS (edits));
  tcase_add_loop_test (tests, refuses_each_bad_value_of_motion, 0, G_N_ELEMENTS (motion_edits));
  tcase_add_test (tests, refuses_missing_and_unknown_metadata);
  tcase_add_test (tests, refuses_unfitting_lists_and_cards);
  tcase_add_test (tests, takes_labels_of_256_bytes_and_no_more);
  tcase_add_loop_test (tests, refuses_motion_to_the_next_of_one_frame, 0, 2);
  suite_add_tcase (suite, tests);
  return suite;
}
