/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/activation.h"
#include "ops/all_kernels.h"
#include "reference/activation.h"

static MsnetDevice *device;

static MsnetShape
random_shape (GRand *random)
{
  const guint channels[] = { 1, 3, 8, 9, 16, 24, 64, 72 };
  const MsnetShape shape = { g_rand_int_range (random, 1, 10), g_rand_int_range (random, 1, 10),
    g_rand_int_range (random, 1, 10), TEST_PICK (random, channels),
    .data_type = g_rand_boolean (random) ? MSNET_BFLOAT16 : MSNET_FLOAT32 };

  return test_random_borders (random, shape, 0);
}

static void
check_activation (GRand *random)
{
  const MsnetShape in = random_shape (random);
  const MsnetShape out = test_random_borders (random, (MsnetShape){ 1, in.height, in.width, 1 }, 0);
  const guint grid = g_rand_int_range (random, 1, MIN (MIN (in.height, in.width), 4) + 1);
  const MsnetShape shares
      = test_random_borders (random, (MsnetShape){ in.frames, 1, 1, grid * grid * in.channels }, 0);
  const gsize n = msnet_shape_get_size (&in);
  g_autofree gfloat *values = test_random_values (random, n, 0.0, 2.0);
  g_autofree gfloat *factors = test_random_values (random, msnet_shape_get_size (&shares), -1.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, in.height * in.width);
  g_autofree gchar *what
      = g_strdup_printf ("activation %ux%ux%ux%u", in.frames, in.height, in.width, in.channels);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) weights = test_tensor_new (device, &shares, factors);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &out, NULL);

  test_round_values (values, n, in.data_type);
  reference_activation (expected, values, factors, &in, grid);
  test_kernels (&msnet_activation_operation, device, what,
      &(MsnetActivationParams){ output, input, weights, grid }, output, expected, 1e-5);
}

START_TEST (equals_its_twin)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (81);

  for (guint i = 0; i < 80; i++)
    check_activation (random);
  test_expect_all_kernels (&msnet_activation_operation);
}
END_TEST

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_activation_append (list, params, error);
}

START_TEST (shapes_that_do_not_fit_are_refused)
{
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 3, 2, 5, 8 }, NULL);
  g_autoptr (MsnetTensor) weights = test_tensor_new (device, &(MsnetShape){ 3, 1, 1, 8 }, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 1, 2, 5, 1 }, NULL);
  MsnetActivationParams params = { weights, input, weights, 1 };

  test_refusal (device, append, &params, "activation: expected output of shape [1, 2, 5, 1]");
  params = (MsnetActivationParams){ output, input, input, 2 };
  test_refusal (device, append, &params, "activation: expected weights of shape [3, 1, 1, 32]");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("activation");
  TCase *tests = tcase_create ("activation");

  device = test_get_device ();
  tcase_add_test (tests, equals_its_twin);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
