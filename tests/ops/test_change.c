/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/change.h"
#include "ops/operations.h"
#include "reference/change.h"

static MsnetDevice *device;

static MsnetTensor *
make_tensor (GRand *random, guint frames, guint channels, const gfloat *values)
{
  const MsnetShape shape = test_random_borders (random, (MsnetShape){ frames, 1, 1, channels }, 0);

  return test_tensor_new (device, &shape, values);
}

/* @keeps: the input comes first; @continues: another frame comes before */
static void
check_change (GRand *random, guint frames, guint channels, gboolean keeps, gboolean continues)
{
  const guint outputs = (keeps ? 2 : 1) * channels;
  g_autofree gfloat *values = test_random_values (random, frames * channels, -2.0, 2.0);
  g_autofree gfloat *before = test_random_values (random, channels, -2.0, 2.0);
  g_autofree gfloat *expected = g_new (gfloat, frames * outputs);
  g_autoptr (MsnetTensor) input = make_tensor (random, frames, channels, values);
  g_autoptr (MsnetTensor) previous = continues ? make_tensor (random, 1, channels, before) : NULL;
  g_autoptr (MsnetTensor) output = make_tensor (random, frames, outputs, NULL);
  const MsnetChangeParams params = { output, input, previous };

  reference_change (expected, values, continues ? before : NULL, frames, channels, keeps);
  test_kernels (&msnet_change_operation, device, "change", &params, output, expected, 0.0);
}

START_TEST (equals_its_twin)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (71);

  for (guint i = 0; i < 60; i++)
    check_change (random, g_rand_int_range (random, 1, 9), g_rand_int_range (random, 1, 70), i & 1, i & 2);
  test_expect_all_kernels (&msnet_change_operation);
}
END_TEST

/* Ends of streams and stills: nothing changes. */
START_TEST (equal_frames_change_by_nothing)
{
  const gfloat values[] = { 3, -1, 3, -1, 3, -1 }, expected[] = { 0, 0, 0, 0, 0, 0 };
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 3, 1, 1, 2 }, values);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 3, 1, 1, 2 }, NULL);
  const MsnetChangeParams params = { output, input, NULL };

  test_kernels (&msnet_change_operation, device, "equal frames", &params, output, expected, 0.0);
}
END_TEST

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_change_append (list, params, error);
}

START_TEST (shapes_that_do_not_fit_are_refused)
{
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 3, 1, 1, 8 }, NULL);
  g_autoptr (MsnetTensor) map = test_tensor_new (device, &(MsnetShape){ 3, 2, 1, 8 }, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 3, 1, 1, 16 }, NULL);
  g_autoptr (MsnetTensor) wide = test_tensor_new (device, &(MsnetShape){ 3, 1, 1, 24 }, NULL);
  MsnetChangeParams params = { wide, input, NULL };

  test_refusal (device, append, &params, "change: expected output of shape [3, 1, 1, 16]");
  params = (MsnetChangeParams){ output, map, NULL };
  test_refusal (device, append, &params, "change: expected input of shape [3, 1, 1, 8]");
  params = (MsnetChangeParams){ output, input, input };
  test_refusal (device, append, &params, "change: expected frame before of shape [1, 1, 1, 8]");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("change");
  TCase *tests = tcase_create ("change");

  device = test_get_device ();
  tcase_add_test (tests, equals_its_twin);
  tcase_add_test (tests, equal_frames_change_by_nothing);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
