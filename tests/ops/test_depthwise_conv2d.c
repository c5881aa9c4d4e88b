/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/depthwise_conv2d.h"
#include "reference/depthwise_conv2d.h"

static MsnetDevice *device;

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_depthwise_conv2d_append (list, params, error);
}

static void
check_shape (GRand *random, const MsnetShape *shape, guint kernel)
{
  g_autofree gchar *what = g_strdup_printf ("depthwise %ux%ux%ux%u, kernel %u", shape->frames, shape->height,
      shape->width, shape->channels, kernel);
  gsize size = msnet_shape_get_size (shape);
  MsnetShape in = test_random_borders (random, *shape, kernel / 2);
  MsnetShape out = test_random_borders (random, *shape, 0);
  g_autofree gfloat *values = test_random_values (random, size, -1.0, 1.0);
  g_autofree gfloat *weights = test_random_values (random, shape->channels * kernel * kernel, -1.0, 1.0);
  g_autofree gfloat *bias = test_random_values (random, shape->channels, 0.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, size);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &out, NULL);
  const MsnetDepthwiseConv2dParams params = { output, input, weights, bias, kernel };

  reference_depthwise_conv2d (expected, values, weights, bias, shape, kernel);
  test_kernels (&msnet_depthwise_conv2d_operation, device, what, &params, output, expected, 1e-5);
}

START_TEST (equals_its_twin)
{
  const guint channels[] = { 1, 2, 3, 4, 5, 6, 8, 12, 16, 20, 32, 64 };
  const guint kernels[] = { 1, 3, 5, 7 };
  g_autoptr (GRand) random = g_rand_new_with_seed (51);

  for (guint i = 0; i < 80; i++) {
    const MsnetShape shape = { g_rand_int_range (random, 1, 4), g_rand_int_range (random, 1, 11),
      g_rand_int_range (random, 1, 11), TEST_PICK (random, channels) };
    check_shape (random, &shape, TEST_PICK (random, kernels));
  }
  test_expect_all_kernels (&msnet_depthwise_conv2d_operation);
}
END_TEST

START_TEST (shapes_that_do_not_fit_are_refused)
{
  const gfloat nothing[8 * 9] = { 0.0f };
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 8, 1 }, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 9 }, NULL);
  MsnetDepthwiseConv2dParams params = { output, input, nothing, nothing, 3 };

  test_refusal (device, append, &params, "depthwise convolution: expected output of shape [2, 3, 4, 8]");
  params.kernel = 5;
  test_refusal (device, append, &params, "expected input of shape [2, 3, 4, 8] with halo >= 2");
  params.kernel = 2;
  test_refusal (device, append, &params, "expected an odd kernel size, found 2");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("depthwise_conv2d");
  TCase *tests = tcase_create ("depthwise_conv2d");

  device = test_get_device ();
  tcase_add_test (tests, equals_its_twin);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
