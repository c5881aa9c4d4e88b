/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "common/common.h"
#include "model/model.h"
#include "model_file.h"

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

/* Whoever changes the file changes what "for ever" means. */
static void
expect_the_same_bytes (const gchar *path)
{
  const gchar *expected = "ba132b9b37216fd48209398c1b30906edc2d93073d514ce6341b37e388562bc2";
  g_autofree gchar *bytes = NULL;
  g_autofree gchar *found = NULL;
  gsize length;

  ck_assert (g_file_get_contents (path, &bytes, &length, NULL));
  found = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)bytes, length);
  ck_assert_str_eq (found, expected);
}

START_TEST (the_first_model_loads_for_ever)
{
  g_autofree gchar *path
      = g_build_filename (g_getenv ("MSNET_TEST_DATA"), "version-1", "motion.safetensors", NULL);
  g_autoptr (GError) error = NULL;

  expect_the_same_bytes (path);
  g_autoptr (MsnetModel) model = msnet_model_load (path, &error);
  ck_assert_msg (model != NULL, "%s", error != NULL ? error->message : "");
  const MsnetNetworkSpec *network = msnet_model_get_network (model);
  const MsnetMotionSpec *motion = &network->motion;

  ck_assert_uint_eq (network->classes, 16);
  ck_assert_uint_eq (network->shift_div, 8);
  ck_assert_int_eq (network->shift_place, MSNET_SHIFT_PLACE_RESIDUAL);
  ck_assert_int_eq (network->output, MSNET_OUTPUT_SOFTMAX);
  ck_assert_uint_eq (motion->n_places, 1);
  ck_assert_uint_eq (motion->after[0], 2);
  ck_assert_uint_eq (motion->dilation, 1);
  ck_assert_int_eq (motion->softargmax, MSNET_SOFT_ARGMAX_KERNEL);
  ck_assert_int_eq (motion->fusion, MSNET_FUSION_ADD);
  ck_assert_int_eq (motion->direction, MSNET_DIRECTION_PAST);
  ck_assert (!msnet_model_is_at_centre (model));
  ck_assert_int_eq (msnet_model_get_input (model)->filter, MSNET_FILTER_ANTIALIAS);
  ck_assert (msnet_model_get_actions (model)->enter < 0);
  ck_assert_uint_eq (msnet_model_get_actions (model)->smoothing, MSNET_NOT_PROPOSED);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("model");
  TCase *tests = tcase_create ("model");

  tcase_add_test (tests, survives_damage);
  tcase_add_test (tests, finds_models);
  tcase_add_test (tests, the_first_model_loads_for_ever);
  suite_add_tcase (suite, tests);
  return suite;
}
