#include <math.h>
#include <string.h>

#include "common/common.h"
#include "model/model.h"
#include "model_file.h"
#include "base/error.h"

#define MOTION                                                                                               \
  ", \"motion\": {\"after\": 2, \"patch\": 15, \"sigma\": 5.0, \"temperature\": 0.01, \"directions\": "      \
  "\"past\","                                                                                                \
  " \"softargmax\": \"kernel\", \"confidence\": true}}"

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
      "backbone: expected one of resnet, found \"vgg\"" },
  { "msnet.network", "\"depth\"", "\"dropout\": 0.5, \"depth\"", MSNET_ERROR_MODEL,
      "msnet.network: dropout: expected only backbone, depth, width, shift, shift_every, classes, motion, "
      "found 0.5" },
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
  { "msnet.input", "\"crop\"", "\"pad\"", MSNET_ERROR_UNSUPPORTED,
      "msnet.input: fit: this version does crop or stretch, the model asks for pad" },
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
      "scale: expected only frames, fit, resize, size, order, mean, std" },
  { "msnet.sampling", "1.5", "0.003", MSNET_ERROR_MODEL,
      "msnet.sampling: window: expected a number from 0.004 to 3600" },
  { "msnet.sampling", "1.5", "3601", MSNET_ERROR_MODEL, "window: expected a number" },
  { "msnet.sampling", "0.25", "-0.25", MSNET_ERROR_MODEL,
      "hop: expected a number from 0 to 3600, found -0.25" },
  { "msnet.sampling", "0.25", "true", MSNET_ERROR_MODEL, "hop: expected a number" },
  { "msnet.sampling", "\"hop\"", "\"stride\"", MSNET_ERROR_MODEL, "stride: expected only window, hop" },
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
  { "msnet.version", "1", "2", MSNET_ERROR_UNSUPPORTED,
      "msnet.version: expected 1, found 2; it needs a newer version of msnet" },
  { "msnet.version", "1", "one", MSNET_ERROR_MODEL,
      "msnet.version: expected 1, found one; it is no msnet model" },
};

/* The same for what `motion` says. */
static const Edit motion_edits[] = {
  { "msnet.network", "\"after\": 2", "\"after\": 3", MSNET_ERROR_UNSUPPORTED,
      "msnet.network, motion: after: this version does 2 (motion behind layer2), the model asks for 3" },
  { "msnet.network", "\"after\": 2", "\"after\": 5", MSNET_ERROR_MODEL,
      "after: expected a whole number from 1 to 4" },
  { "msnet.network", "\"past\"", "\"both\"", MSNET_ERROR_UNSUPPORTED,
      "directions: this version does forward or past, the model asks for both" },
  { "msnet.network", "\"past\"", "\"future\"", MSNET_ERROR_MODEL,
      "directions: expected one of forward, past, both, found \"future\"" },
  { "msnet.network", "\"kernel\"", "\"plain\"", MSNET_ERROR_UNSUPPORTED,
      "softargmax: this version does kernel, the model asks for plain" },
  { "msnet.network", "\"kernel\"", "1", MSNET_ERROR_MODEL,
      "softargmax: expected one of kernel, plain, found 1" },
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

/* Returns: (transfer full) (nullable): the model that @file makes; errors name its path */
static MsnetModel *
load (ModelFile *file, GError **error)
{
  g_autoptr (GByteArray) bytes = model_file_pack (file);
  g_autofree gchar *path = model_file_write (bytes->data, bytes->len);
  MsnetModel *model = msnet_model_load (path, error);

  ck_assert ((model == NULL) == (*error != NULL));
  if (model == NULL)
    ck_assert_msg (strstr ((*error)->message, path) != NULL, "no path in: %s", (*error)->message);
  model_file_remove (path);
  return model;
}

static MsnetModel *
load_good (ModelFile *file)
{
  g_autoptr (GError) error = NULL;
  MsnetModel *model = load (file, &error);

  ck_assert_msg (model != NULL, "%s", error != NULL ? error->message : "");
  return model;
}

static void
expect_refusal (ModelFile *file, gint code, const gchar *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MsnetModel) model = load (file, &error);

  ck_assert_msg (model == NULL, "accepted, expected: %s", message);
  test_expect_error (error, code, message);
}

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
  ck_assert (!network->motion.present);
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

  model_file_edit_metadata (file, "msnet.network", "}", MOTION);
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
  expect_refusal (file, MSNET_ERROR_MODEL, "expected only the metadata msnet.version, msnet.network");
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

START_TEST (refuses_forward_motion_of_one_frame)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_edit_metadata (file, "msnet.network", "}", MOTION);
  model_file_edit_metadata (file, "msnet.network", "\"past\"", "\"forward\"");
  model_file_edit_metadata (file, "msnet.input", "\"frames\": 4", "\"frames\": 1");
  expect_refusal (file, MSNET_ERROR_MODEL, "frames: expected at least 2, as motion with directions forward");
}
END_TEST

START_TEST (names_the_tensor_that_does_not_fit)
{
  static const struct
  {
    const gchar *tensor;
    const gchar *shape; /* NULL: left out */
    const gchar *message;
  } cases[] = {
    { "layer2.0.downsample.0.weight", NULL,
        "tensor layer2.0.downsample.0.weight: expected shape [16, 8, 1, 1], found no such tensor; "
        "msnet.network says depth 18, width 8, 3 classes: " },
    { "layer4.1.bn2.running_var", NULL,
        "tensor layer4.1.bn2.running_var: expected shape [64], found no such tensor" },
    { "new_fc.bias", NULL, "tensor new_fc.bias: expected shape [3], found no such tensor" },
    { "new_fc.weight", NULL, "tensor new_fc.weight: expected shape [3, 64, 1], found no such tensor" },
    { "new_fc.weight", "[4, 64, 1]", "tensor new_fc.weight: expected shape [3, 64, 1], found [4, 64, 1]" },
    { "new_fc.weight", "[64, 3]", "tensor new_fc.weight: expected shape [3, 64], found [64, 3]" },
    { "conv1.weight", "[8, 3, 7]", "tensor conv1.weight: expected shape [8, 3, 7, 7], found [8, 3, 7]" },
    { "conv1.weight", "[8, 3, 49, 1]", "found [8, 3, 49, 1]" },
    { "bn1.bias", "[1, 8]", "tensor bn1.bias: expected shape [8], found [1, 8]" },
    { "bn1.bias", "[]", "tensor bn1.bias: expected shape [8], found []" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (ModelFile) file = model_file_new ();
    if (cases[i].shape != NULL)
      model_file_set_tensor (file, cases[i].tensor, "F32", cases[i].shape, 0);
    else
      model_file_remove_tensor (file, cases[i].tensor);
    expect_refusal (file, MSNET_ERROR_MODEL, cases[i].message);
  }
}
END_TEST

START_TEST (wants_the_tensors_of_motion)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_edit_metadata (file, "msnet.network", "}", MOTION);
  expect_refusal (file, MSNET_ERROR_MODEL,
      "tensor chnl_reduction.0.weight: expected shape [64, 16, 1, 1], found no such tensor; msnet.network "
      "says depth 18, width 8, 3 classes, with motion:");
}
END_TEST

START_TEST (refuses_weights_that_make_no_network)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_set_value (file, "layer1.0.conv1.weight", 5, NAN);
  expect_refusal (
      file, MSNET_ERROR_MODEL, "tensor layer1.0.conv1.weight: expected finite values, found nan at index 5");
  model_file_set_value (file, "layer1.0.conv1.weight", 5, 0);
  model_file_set_value (file, "layer1.0.bn1.running_var", 3, -2);
  expect_refusal (file, MSNET_ERROR_MODEL,
      "tensor layer1.0.conv1.weight: expected finite weights once its batch norm layer1.0.bn1 is folded in,"
      " found others at index 3, variance -2");
  model_file_set_value (file, "layer1.0.bn1.running_var", 3, 1);
  model_file_set_value (file, "conv1.weight", 0, 3e38f);
  model_file_set_value (file, "bn1.weight", 0, 3);
  expect_refusal (file, MSNET_ERROR_MODEL,
      "tensor conv1.weight: expected finite weights once its batch norm bn1 is folded in, found others at"
      " index 0, variance 1");
  model_file_set_tensor (file, "bn1.weight", "I64", "[8]", 1);
  expect_refusal (
      file, MSNET_ERROR_MODEL, "tensor bn1.weight: expected values of type F32, F16 or BF16, found I64");
}
END_TEST

START_TEST (folds_batch_norm)
{
  g_autoptr (ModelFile) file = model_file_new ();
  const gdouble scale = 3 / sqrt (0.25 + 1e-5);

  model_file_set_value (file, "bn1.weight", 2, 3);
  model_file_set_value (file, "bn1.bias", 2, -7);
  model_file_set_value (file, "bn1.running_mean", 2, 0.5);
  model_file_set_value (file, "bn1.running_var", 2, 0.25);
  model_file_set_value (file, "conv1.weight", 2 * 147 + 9, 0.75);
  g_autoptr (MsnetModel) model = load_good (file);
  const MsnetLayer *stem = &msnet_model_get_architecture (model)->stem;

  ck_assert_float_eq (stem->weights[2 * 147 + 9], (gfloat)(0.75 * scale));
  ck_assert_float_eq (stem->bias[2], (gfloat)(-7 - 0.5 * scale));
  ck_assert_float_eq_tol (stem->weights[147 + 9], 0.01f, 1e-6f);
}
END_TEST

START_TEST (takes_the_authors_names)
{
  static const gchar *const prefixes[] = { "module.", "base_model.", "module.base_model.", "_orig_mod.",
    "module._orig_mod.", "_orig_mod.base_model.", "_orig_mod.module.", "model.", "state_dict.model.module." };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    g_autoptr (ModelFile) file = model_file_new ();
    model_file_set_tensor (file, "bn2.weight", "F32", "[5]", 1);
    model_file_set_tensor (file, "bn1.num_batches_tracked", "I64", "[]", 9);
    model_file_add_prefix (file, prefixes[i]);
    g_autoptr (MsnetModel) model = load_good (file);
    g_autofree gchar *unused = g_strconcat (prefixes[i], "bn2.weight", NULL);
    ck_assert_str_eq (msnet_model_get_unused (model), unused);
  }
}
END_TEST

/* torch.compile () of the first block alone, as of parts that repeat: its wrapper stands inside of names. */
START_TEST (takes_compiled_parts)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_remove_tensor (file, "layer1.0.conv1.weight");
  model_file_set_tensor (file, "model.layer1.0._orig_mod.conv1.weight", "F32", "[8, 8, 3, 3]", 0.25);
  g_autoptr (MsnetModel) model = load_good (file);
  ck_assert_ptr_null (msnet_model_get_unused (model));
}
END_TEST

/* A trainer's average of the weights, saved under a name of its own: which copy to take is not for the reader to guess,
 * but the weights are the right ones.  Without the prefix, as the message says, they load. */
START_TEST (names_other_prefixes)
{
  g_autoptr (ModelFile) file = model_file_new (), renamed = model_file_new ();

  model_file_add_prefix (file, "ema.net.");
  expect_refusal (file, MSNET_ERROR_MODEL,
      "expected a tensor conv1.weight, found ema.net.conv1.weight; take ema.net. off the names of the "
      "tensors");
  g_autoptr (MsnetModel) model = load_good (renamed);
}
END_TEST

/* Other people's checkpoints hold quantised copies, counters and tables in types that come with newer formats. */
START_TEST (passes_over_unused_types)
{
  static const gchar *const types[]
      = { "F8_E4M3", "F8_E5M2", "F8_E8M0", "F6_E2M3", "F4", "C64", "U16", "F9" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (ModelFile) file = model_file_new ();
    model_file_set_tensor (file, "extra.table", types[i], "[0]", 0);
    g_autoptr (MsnetModel) model = load_good (file);
    ck_assert_str_eq (msnet_model_get_unused (model), "extra.table");
  }
}
END_TEST

/* A quantised network: the error says which tensor and of what type; as F32 it loads. */
START_TEST (names_types_that_it_needs)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_set_tensor (file, "new_fc.bias", "F4", "[3]", 0);
  expect_refusal (file, MSNET_ERROR_MODEL,
      "tensor new_fc.bias: expected values of type F32, F16 or BF16, found F4; in PyTorch convert it by "
      ".float ()");
  model_file_set_tensor (file, "new_fc.bias", "F32", "[3]", 0);
  g_autoptr (MsnetModel) model = load_good (file);
}
END_TEST

START_TEST (takes_the_other_classifiers)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_remove_tensor (file, "new_fc.weight");
  model_file_remove_tensor (file, "new_fc.bias");
  model_file_set_tensor (file, "fc1.weight", "F32", "[3, 64]", 0.125);
  model_file_set_tensor (file, "module.fc1.bias", "F32", "[3]", 2);
  g_autoptr (MsnetModel) model = load_good (file);
  const MsnetLayer *classifier = &msnet_model_get_architecture (model)->classifier;

  ck_assert_float_eq (classifier->weights[3 * 64 - 1], 0.125f);
  ck_assert_float_eq (classifier->bias[2], 2);
  model_file_set_tensor (file, "module.conv1.weight", "F32", "[1]", 0);
  expect_refusal (file, MSNET_ERROR_MODEL,
      "expected tensor conv1.weight once, found conv1.weight and module.conv1.weight");
}
END_TEST

/* A trainer's checkpoint counts its epochs twice, and names a tensor like a wrapper: the network needs neither. */
START_TEST (passes_over_unused_twins)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_set_tensor (file, "epoch", "F32", "[1]", 1);
  model_file_set_tensor (file, "state_dict.epoch", "F32", "[1]", 1);
  model_file_set_tensor (file, "model", "F32", "[1]", 1);
  model_file_set_tensor (file, "module", "F32", "[1]", 1);
  g_autoptr (MsnetModel) model = load_good (file);

  ck_assert_ptr_nonnull (strstr (msnet_model_get_unused (model), "state_dict.epoch"));
}
END_TEST

/* Cut anywhere, or with any few bits flipped, a file is refused or loads; it never does harm. */
START_TEST (survives_damage)
{
  g_autoptr (ModelFile) file = model_file_new ();
  g_autoptr (GByteArray) bytes = model_file_pack (file);
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  for (guint round = 0; round < 200; round++) {
    g_autoptr (GError) error = NULL, cut_error = NULL;
    g_autoptr (GByteArray) damaged = g_byte_array_new ();
    g_byte_array_append (damaged, bytes->data, bytes->len);
    for (guint i = 0; i < 3; i++) /* most of them in the header */
      damaged->data[g_rand_int_range (random, 0, i > 0 ? 9000 : (gint)bytes->len)]
          ^= 1 << g_rand_int_range (random, 0, 8);
    g_autofree gchar *path = model_file_write (damaged->data, damaged->len);
    g_autoptr (MsnetModel) model = msnet_model_load (path, &error);
    ck_assert ((model == NULL) == (error != NULL));
    model_file_remove (path);
    g_autofree gchar *cut = model_file_write (bytes->data, g_rand_int_range (random, 0, (gint)bytes->len));
    ck_assert_ptr_null (msnet_model_load (cut, &cut_error));
    model_file_remove (cut);
  }
}
END_TEST

START_TEST (finds_models)
{
  g_autofree gchar *path = model_file_write ((const guint8 *)"x", 1);
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *listed = g_strconcat ("/nowhere", G_SEARCHPATH_SEPARATOR_S, folder, NULL);
  g_autoptr (GError) no_path = NULL, no_name = NULL;
  g_autofree gchar *before = g_strdup (g_getenv ("MSNET_MODEL_PATH"));

  g_setenv ("MSNET_MODEL_PATH", listed, TRUE);
  g_autofree gchar *by_path = msnet_model_find (path, NULL, NULL);
  g_autofree gchar *by_environment = msnet_model_find ("small", "/elsewhere", NULL);
  ck_assert_str_eq (by_path, path);
  ck_assert_str_eq (by_environment, path);
  ck_assert_ptr_null (msnet_model_find ("large", "/elsewhere", &no_name));
  test_expect_error (
      no_name, MSNET_ERROR_FILE, "model large: expected large.safetensors in one of the folders /nowhere, ");
  test_expect_error (
      no_name, MSNET_ERROR_FILE, ", /elsewhere, found none; name a path, or set MSNET_MODEL_PATH");
  g_unsetenv ("MSNET_MODEL_PATH");
  g_autofree gchar *in_data = msnet_model_find ("small", folder, NULL);
  ck_assert_str_eq (in_data, path);
  ck_assert_ptr_null (msnet_model_find ("./none.safetensors", folder, &no_path));
  test_expect_error (
      no_path, MSNET_ERROR_FILE, "model ./none.safetensors: expected a file of that name, found none");
  if (before != NULL)
    g_setenv ("MSNET_MODEL_PATH", before, TRUE);
  model_file_remove (path);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("model");
  TCase *tests = tcase_create ("model");

  tcase_add_test (tests, reads_what_a_file_says);
  tcase_add_test (tests, reads_stretch_and_bgr);
  tcase_add_loop_test (tests, refuses_each_bad_value, 0, G_N_ELEMENTS (edits));
  tcase_add_loop_test (tests, refuses_each_bad_value_of_motion, 0, G_N_ELEMENTS (motion_edits));
  tcase_add_test (tests, refuses_missing_and_unknown_metadata);
  tcase_add_test (tests, refuses_unfitting_lists_and_cards);
  tcase_add_test (tests, takes_labels_of_256_bytes_and_no_more);
  tcase_add_test (tests, refuses_forward_motion_of_one_frame);
  tcase_add_test (tests, names_the_tensor_that_does_not_fit);
  tcase_add_test (tests, wants_the_tensors_of_motion);
  tcase_add_test (tests, refuses_weights_that_make_no_network);
  tcase_add_test (tests, folds_batch_norm);
  tcase_add_test (tests, takes_the_authors_names);
  tcase_add_test (tests, passes_over_unused_twins);
  tcase_add_test (tests, takes_compiled_parts);
  tcase_add_test (tests, names_other_prefixes);
  tcase_add_test (tests, passes_over_unused_types);
  tcase_add_test (tests, names_types_that_it_needs);
  tcase_add_test (tests, takes_the_other_classifiers);
  tcase_add_test (tests, survives_damage);
  tcase_add_test (tests, finds_models);
  suite_add_tcase (suite, tests);
  return test_run (suite);
}
