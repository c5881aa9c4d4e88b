/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "common/common.h"
#include "load.h"

#include <math.h>
#include <string.h>

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

  model_file_add_motion (file);
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

/* A trainer's average of the weights, saved under a name of its own: which copy to take is not for the
 * reader to guess, but the weights are the right ones.  Without the prefix, as the message says, they
 * load. */
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

/* Other people's checkpoints hold quantised copies, counters and tables in types that come with newer
 * formats. */
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

/* A trainer's checkpoint counts its epochs twice, and names a tensor like a wrapper: the network needs
 * neither. */
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

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("weights");
  TCase *tests = tcase_create ("weights");

  tcase_add_test (tests, names_the_tensor_that_does_not_fit);
  tcase_add_test (tests, wants_the_tensors_of_motion);
  tcase_add_test (tests, refuses_weights_that_make_no_network);
  tcase_add_test (tests, folds_batch_norm);
  tcase_add_test (tests, takes_the_authors_names);
  tcase_add_test (tests, takes_compiled_parts);
  tcase_add_test (tests, names_other_prefixes);
  tcase_add_test (tests, passes_over_unused_types);
  tcase_add_test (tests, names_types_that_it_needs);
  tcase_add_test (tests, takes_the_other_classifiers);
  tcase_add_test (tests, passes_over_unused_twins);
  suite_add_tcase (suite, tests);
  return suite;
}
