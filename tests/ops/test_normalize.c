/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/map.h"
#include "ops/normalize.h"
#include "reference/normalize.h"

static MsnetDevice *device;

static gboolean
append_normalize (MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;

  return msnet_normalize_append (list, params->output, params->input, error);
}

START_TEST (equals_its_twin)
{
  const guint channels[] = { 1, 3, 8, 12, 16, 64 };
  const gdouble ranges[] = { 0.0, 1e-3, 1e-2, 2.0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (41);

  for (guint i = 0; i < 40; i++) {
    const MsnetShape shape = { g_rand_int_range (random, 1, 4), g_rand_int_range (random, 1, 9),
      g_rand_int_range (random, 1, 9), TEST_PICK (random, channels) };
    MsnetShape in = test_random_borders (random, shape, 0);
    MsnetShape out = test_random_borders (random, shape, 0);
    gsize size = msnet_shape_get_size (&shape);
    g_autofree gfloat *values = test_random_values (random, size, -ranges[i % 4], ranges[i % 4]);
    g_autofree gfloat *expected = g_new (gfloat, size);
    g_autoptr (MsnetTensor) input = test_tensor_new (device, &in, values);
    g_autoptr (MsnetTensor) output = test_tensor_new (device, &out, NULL);

    reference_normalize (expected, values, size / shape.channels, shape.channels);
    test_kernels (&msnet_normalize_operation, device, "normalize", &(MsnetMapParams){ output, input }, output,
        expected, 1e-5);
  }
  test_expect_all_kernels (&msnet_normalize_operation);
}
END_TEST

START_TEST (works_in_place)
{
  const MsnetShape shape = { 2, 3, 5, 16, 1, TRUE };
  gsize size = msnet_shape_get_size (&shape);
  g_autoptr (GRand) random = g_rand_new_with_seed (42);
  g_autofree gfloat *values = test_random_values (random, size, -1.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, size);
  g_autoptr (MsnetTensor) tensor = test_tensor_new (device, &shape, values);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);

  reference_normalize (expected, values, size / shape.channels, shape.channels);
  ck_assert (msnet_normalize_append (list, tensor, tensor, NULL));
  ck_assert (msnet_command_list_run (list, NULL));
  test_compare_tensor ("in place", expected, tensor, 1e-5);
}
END_TEST

START_TEST (shapes_that_do_not_fit_are_refused)
{
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 8 }, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 2, 3, 5, 8 }, NULL);

  test_refusal (device, append_normalize, &(MsnetMapParams){ output, input },
      "normalisation: expected output of shape [2, 3, 4, 8] with halo >= 0, found [2, 3, 5, 8]");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("normalize");
  TCase *tests = tcase_create ("normalize");

  device = test_get_device ();
  tcase_add_test (tests, equals_its_twin);
  tcase_add_test (tests, works_in_place);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
