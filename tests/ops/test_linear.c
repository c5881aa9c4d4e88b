/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/linear.h"
#include "ops/map.h"
#include "reference/linear.h"

static MsnetDevice *device;

static gboolean
append_linear (MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetLinearParams *params = data;

  return msnet_linear_append (list, params->output, params->input, params->weights, params->bias, error);
}

static gboolean
append_consensus (MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;

  return msnet_consensus_append (list, params->output, params->input, error);
}

static void
check_linear (GRand *random, guint frames, guint channels, guint classes)
{
  g_autofree gchar *what = g_strdup_printf ("linear %u x %u to %u", frames, channels, classes);
  g_autofree gfloat *values = test_random_values (random, frames * channels, -1.0, 1.0);
  g_autofree gfloat *weights = test_random_values (random, channels * classes, -1.0, 1.0);
  g_autofree gfloat *bias = test_random_values (random, classes, -1.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, frames * classes);
  MsnetShape in = test_random_borders (random, (MsnetShape){ frames, 1, 1, channels }, 0);
  MsnetShape out = test_random_borders (random, (MsnetShape){ frames, 1, 1, classes }, 0);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &out, NULL);

  reference_linear (expected, values, weights, bias, frames, channels, classes);
  test_kernels (&msnet_linear_operation, device, what, &(MsnetLinearParams){ output, input, weights, bias },
      output, expected, 1e-5);
}

static void
check_consensus (GRand *random, guint frames, guint classes)
{
  g_autofree gchar *what = g_strdup_printf ("consensus of %u x %u", frames, classes);
  g_autofree gfloat *values = test_random_values (random, frames * classes, -1.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, classes);
  MsnetShape in = test_random_borders (random, (MsnetShape){ frames, 1, 1, classes }, 0);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 1, 1, 1, classes }, NULL);

  reference_consensus (expected, values, frames, classes);
  test_kernels (
      &msnet_consensus_operation, device, what, &(MsnetMapParams){ output, input }, output, expected, 1e-6);
}

START_TEST (linear_equals_its_twin)
{
  const guint channels[] = { 1, 7, 8, 9, 15, 16, 17, 24, 64, 512 };
  const guint classes[] = { 1, 2, 16, 63, 64, 65 };
  g_autoptr (GRand) random = g_rand_new_with_seed (31);

  for (guint i = 0; i < 60; i++)
    check_linear (
        random, g_rand_int_range (random, 1, 9), TEST_PICK (random, channels), TEST_PICK (random, classes));
  test_expect_all_kernels (&msnet_linear_operation);
}
END_TEST

START_TEST (consensus_equals_its_twin)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (32);

  for (guint i = 0; i < 20; i++)
    check_consensus (random, g_rand_int_range (random, 1, 17), g_rand_int_range (random, 1, 130));
  test_expect_all_kernels (&msnet_consensus_operation);
}
END_TEST

START_TEST (shapes_that_do_not_fit_are_refused)
{
  g_autoptr (MsnetTensor) map = test_tensor_new (device, &(MsnetShape){ 2, 3, 1, 8 }, NULL);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 2, 1, 1, 8 }, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 3, 1, 1, 5 }, NULL);

  test_refusal (device, append_linear, &(MsnetLinearParams){ output, map },
      "linear layer: expected input of shape [2, 1, 1, 8] with halo >= 0, found [2, 3, 1, 8]");
  test_refusal (
      device, append_linear, &(MsnetLinearParams){ output, input }, "expected output of shape [2, 1, 1, 5]");
  test_refusal (device, append_consensus, &(MsnetMapParams){ output, input },
      "consensus: expected output of shape [1, 1, 1, 8] with halo >= 0, found [3, 1, 1, 5]");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("linear");
  TCase *tests = tcase_create ("linear");

  device = test_get_device ();
  tcase_add_test (tests, linear_equals_its_twin);
  tcase_add_test (tests, consensus_equals_its_twin);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
